"""The doubles are right: names and schemas of the tools are the official server's, and so is what it does on its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.mcp.github_tools import GitHubTools
from doubles.github_rest import GitHub
from doubles.pushing import REPOSITORY
from doubles.servers import server_of

FACTS = json.loads((Path(__file__).parents[1] / "doubles" / "github-tools.json").read_text(encoding="utf-8"))


async def _listed(kind: str, hub: GitHub) -> dict[str, Any]:
    from mcp import Client, StdioServerParameters

    server = server_of(kind, hub.host)
    started = StdioServerParameters(
        command=server.command[0], args=list(server.command[1:]), env=dict(server.environment)
    )
    async with Client(started, mode="legacy") as client:
        found = (await client.list_tools()).tools
    return {tool.name: tool.model_dump(mode="json", by_alias=True)["inputSchema"] for tool in found}


def _bare(schema: Any) -> Any:
    """A schema without what is said to people and to proxies."""
    if isinstance(schema, dict):
        said = {key for key in ("description", "x-mcp-header") if isinstance(schema.get(key), str)}
        return {key: _bare(value) for key, value in schema.items() if key not in said}
    return [_bare(value) for value in schema] if isinstance(schema, list) else schema


async def test_the_tools_have_the_recorded_schemas(hub: GitHub, kind: str) -> None:
    listed = await _listed(kind, hub)
    recorded = {tool["name"]: tool["inputSchema"] for tool in FACTS["tools"]}
    assert {name: _bare(listed[name]) for name in recorded} == recorded


async def test_push_files_initialises_an_empty_repository_with_a_readme(hub: GitHub, kind: str) -> None:
    """Why a push to an empty repository is refused."""
    hub.repository.git("update-ref", "-d", "refs/heads/main")
    async with GitHubTools(server_of(kind, hub.host), REPOSITORY) as tools:
        await tools.push_files("main", {"a.tf": b"# a\n"}, "Ours")
    assert hub.repository.files("main") == {"README.md": b"", "a.tf": b"# a\n"}


async def test_push_files_flattens_and_writes_on_top_of_whatever_is_there(hub: GitHub, kind: str) -> None:
    """Why every push is compared before and after."""
    hub.repository.commit({"run.sh": b"#!\n"}, "Theirs", modes={"run.sh": "100755"})
    async with GitHubTools(server_of(kind, hub.host), REPOSITORY) as tools:
        await tools.push_files("main", {"run.sh": b"#!/bin/sh\n"}, "Ours")
        (mode,) = [entry.mode for entry in (await tools.tree("main")).tree if entry.path == "run.sh"]
        assert mode == "100644"
        head = hub.repository.head("main")
        assert await tools.push_files("main", {"run.sh": b"#!/bin/sh\n"}, "The same again") != head


async def test_text_that_is_not_utf8_comes_back_changed(hub: GitHub, kind: str) -> None:
    """Why the SHA of everything that is read is compared."""
    commit = hub.repository.commit({"latin.txt": b"caf\xe9\n"}, "Theirs")
    async with GitHubTools(server_of(kind, hub.host), REPOSITORY) as tools:
        assert await tools.content("latin.txt", commit) == "caf\ufffd\n".encode()


@pytest.mark.parametrize("files", [{"a/ä ö#?%.tf": "é\r\n\ufeff".encode(), "b": b"no newline"}])
async def test_names_and_bytes_with_anything_in_them_arrive(
    hub: GitHub, kind: str, files: dict[str, bytes]
) -> None:
    async with GitHubTools(server_of(kind, hub.host), REPOSITORY) as tools:
        sha = await tools.push_files("main", files, "Ours")
        for path, content in files.items():
            assert await tools.content(path, sha) == content
        detail = await tools.commit(sha)
    assert {file.filename: file.added_content() for file in detail.files} == files
