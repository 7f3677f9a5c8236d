"""The MCP inspector's command line, somebody else's client, drives the server (`make inspector` installs it)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.inspector

VARIABLE = "MCP_INSPECTOR"


def inspect(workspace: Path, method: str, *arguments: str) -> dict[str, Any]:
    """What the inspector prints of one call."""
    binary = os.environ.get(VARIABLE)
    assert binary, (
        f"{VARIABLE} is not set: the inspector was NOT driven; `make inspector` installs and names it"
    )
    server = [sys.executable, "-m", "aws_orchestrator", "mcp", "--workspace", str(workspace)]
    command = [binary, "--cli", *server, "--method", method, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def called(workspace: Path, tool: str, **arguments: str) -> dict[str, Any]:
    given = [part for name, value in arguments.items() for part in ("--tool-arg", f"{name}={value}")]
    return inspect(workspace, "tools/call", "--tool-name", tool, *given)


def test_every_tool_is_listed_with_its_schema(tmp_path: Path) -> None:
    tools = {tool["name"]: tool for tool in inspect(tmp_path, "tools/list")["tools"]}

    assert {"search_providers", "get_provider_details", "get_latest_provider_version"} <= tools.keys()
    assert {"search_modules", "get_module_details", "get_resource_schema"} <= tools.keys()
    assert {"validate_module", "check_rules", "generate_module"} <= tools.keys()
    assert all(tool["inputSchema"]["type"] == "object" for tool in tools.values())


def test_a_document_is_found_and_read(tmp_path: Path) -> None:
    found = called(
        tmp_path,
        "search_providers",
        provider_name="aws",
        provider_namespace="hashicorp",
        service_slug="sqs_queue",
        provider_document_type="resources",
    )
    document = found["structuredContent"]["documents"][0]["providerDocID"]
    page = called(tmp_path, "get_provider_details", provider_doc_id=document)

    assert "visibility_timeout_seconds" in page["content"][0]["text"]


def test_a_module_is_generated_and_valid(tmp_path: Path) -> None:
    answer = called(tmp_path, "generate_module", request="an encrypted SQS queue named jobs")

    assert not answer.get("isError"), answer
    assert (tmp_path / "terraform_modules" / "sqs" / "main.tf").is_file()


def test_what_nobody_can_answer_is_an_error_in_a_sentence(tmp_path: Path) -> None:
    answer = called(tmp_path, "generate_module", request="a flux capacitor")

    assert "No AWS service fits" in json.dumps(answer, ensure_ascii=False)
