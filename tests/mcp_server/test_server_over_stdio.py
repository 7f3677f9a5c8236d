"""Another agent drives `aws-orchestrator mcp` over stdio with the protocol's own client library."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from mcp_server.command import COMMAND, PATIENCE

OFFICIAL = Path(__file__).parents[1] / "unit" / "mcp" / "official-tools.json"
OURS = {"get_resource_schema", "validate_module", "check_rules", "generate_module"}
SOUND = {
    "versions.tf": 'terraform {\n  required_version = ">= 1.5"\n\n  required_providers {\n    aws = {\n'
    '      source  = "hashicorp/aws"\n      version = ">= 5.40.0"\n    }\n  }\n}\n',
    "main.tf": 'resource "aws_sns_topic" "this" {\n  name = "topic"\n}\n',
}


@asynccontextmanager
async def agent(workspace: Path, mode: str = "auto") -> AsyncIterator[Client]:
    """A client of a server of this workspace."""
    started = StdioServerParameters(
        command=COMMAND[0], args=[*COMMAND[1:], "--workspace", str(workspace)], env=dict(os.environ)
    )
    async with asyncio.timeout(PATIENCE), Client(started, mode=mode) as client:
        yield client


async def answer(client: Client, tool: str, **arguments: Any) -> tuple[str, Any]:
    """The text and the data of a good answer."""
    result = await client.call_tool(tool, arguments)
    text = getattr(result.content[0], "text", "")
    assert not result.is_error, text
    return text, result.structured_content


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    """The text of an answer that is flagged as an error."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return str(getattr(result.content[0], "text", ""))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_every_tool_is_listed_with_the_official_schemas_for_the_shared_names(
    tmp_path: Path, mode: str
) -> None:
    official = json.loads(OFFICIAL.read_text(encoding="utf-8"))["inputSchemas"]
    async with agent(tmp_path, mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert {name: tools[name].input_schema for name in official} == official
    assert set(tools) == {*official, *OURS}
    assert all(tool.description and tool.annotations for tool in tools.values())
    assert [
        name for name, tool in tools.items() if tool.annotations and not tool.annotations.read_only_hint
    ] == ["generate_module"]
    assert not any(tool.annotations and tool.annotations.destructive_hint for tool in tools.values())


async def test_an_agent_looks_up_checks_and_generates(tmp_path: Path) -> None:
    steps: list[str | None] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        steps.append(message)

    async with agent(tmp_path) as client:
        text, latest = await answer(client, "get_latest_provider_version", namespace="hashicorp", name="aws")
        assert text.startswith("newest known here: ")

        asked = {
            "provider_name": "aws",
            "provider_namespace": "hashicorp",
            "provider_document_type": "resources",
        }
        _, found = await answer(client, "search_providers", service_slug="sns", **asked)
        first = found["documents"][0]["providerDocID"]
        assert latest["version"] in first
        page, _ = await answer(client, "get_provider_details", provider_doc_id=first)
        assert page.startswith("# aws_sns_")

        _, modules = await answer(client, "search_modules", module_query="bucket")
        _, module = await answer(client, "get_module_details", module_id=modules["modules"][0]["moduleId"])
        assert module["service"] == "s3"

        _, schema = await answer(client, "get_resource_schema", type="sns_topic")
        assert schema["schema"]["block"]["attributes"]["name"]["optional"] is True

        _, valid = await answer(client, "validate_module", files=SOUND)
        assert (valid["checks"]["validate"], valid["checks"]["init"]) == ("passed", "passed")
        wrong = {**SOUND, "main.tf": SOUND["main.tf"].replace("name =", "nome =")}
        text, invalid = await answer(client, "validate_module", files=wrong)
        assert invalid["status"] == "invalid"
        assert "main.tf:2: Unsupported argument" in text

        _, rules = await answer(client, "check_rules", files=SOUND)
        assert "merge-tagging" in {finding["code"] for finding in rules["findings"]}
        assert rules["checks"]["validate"] == "skipped"

        generated = await client.call_tool(
            "generate_module",
            {"request": "an encrypted bucket with versioning", "workspace": str(tmp_path)},
            progress_callback=heard,
        )
        assert not generated.is_error
        report = generated.structured_content
        assert report["status"] == "done"
        assert [(gate["kind"], gate["choice"], gate["by"]) for gate in report["gates"]] == [
            ("commit", "keep_local", "safe_choice"),
            ("next_steps", "done", "safe_choice"),
        ]
        folder = tmp_path / report["module"]["path"]
        assert all((folder / name).is_file() for name in report["module"]["files"])
        assert any(step and "tf-validator" in step for step in steps)

        _, checked = await answer(client, "validate_module", path=report["module"]["path"])
        assert checked["status"] == "valid"


async def test_a_persons_change_is_never_overwritten(tmp_path: Path) -> None:
    async with agent(tmp_path) as client:
        _, report = await answer(
            client, "generate_module", request="a bucket", answers={"commit": "keep_local"}
        )
        changed = tmp_path / report["module"]["path"] / "main.tf"
        changed.write_text("# mine\n", encoding="utf-8")
        result = await client.call_tool(
            "generate_module", {"request": "a bucket with access logging to my-logs"}
        )
        assert result.structured_content["status"] != "done"
        refused = await refusal(
            client, "generate_module", request="a bucket", answers={"destructive": "approve"}
        )
        assert "destructive" in refused
    assert changed.read_text(encoding="utf-8") == "# mine\n"


async def test_what_cannot_be_done_is_an_error_result_with_a_sentence(tmp_path: Path) -> None:
    async with agent(tmp_path) as client:
        assert "Give either the path" in await refusal(client, "validate_module")
        assert "Give either the path" in await refusal(client, "check_rules", path=".", files=SOUND)
        assert "no .tf files" in await refusal(client, "check_rules", path=".")
        assert "is not a folder" in await refusal(client, "validate_module", path="nowhere")
        assert "'..'" in await refusal(client, "validate_module", files={"../main.tf": ""})
        assert "call generate_module again" in await refusal(
            client, "generate_module", request="a bucket", answers={"next_steps": "generate_another"}
        )
        assert "no gate `comit`" in await refusal(
            client, "generate_module", request="a bucket", answers={"comit": "keep_local"}
        )
        assert "does not exist" in await refusal(
            client, "generate_module", request="a bucket", workspace="nowhere"
        )
        assert "no tool" in await refusal(client, "apply_module")
    assert not (tmp_path / "terraform_modules").exists()


def test_the_server_ends_with_its_client(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*COMMAND, "--workspace", str(tmp_path)],
        input="",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to handle")
def test_a_signal_ends_the_server_while_it_waits(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--workspace", str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(
            json.dumps(
                {
                    "jsonrpc": "2.0",
                    "id": 1,
                    "method": "initialize",
                    "params": {
                        "protocolVersion": "2025-06-18",
                        "capabilities": {},
                        "clientInfo": {"name": "t", "version": "1"},
                    },
                }
            )
            + "\n"
        )
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["result"]["serverInfo"]["name"] == "aws-orchestrator"
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 143


def test_lines_that_are_no_messages_do_not_end_the_server(tmp_path: Path) -> None:
    ping = json.dumps({"jsonrpc": "2.0", "id": 7, "method": "ping"})
    ended = subprocess.run(
        [*COMMAND, "--workspace", str(tmp_path)],
        input=f"what?\n{{\n\xff\n{ping}\n",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0
    assert any(json.loads(line).get("id") == 7 for line in ended.stdout.splitlines())


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    ended = subprocess.run(
        [*COMMAND, "--workspace", str(tmp_path / "nowhere")],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 2
    assert "is no folder" in ended.stderr
