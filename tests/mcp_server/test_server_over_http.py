"""The same server over streamable HTTP: this machine only, this workspace only; and our own client against it."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from mcp import Client

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.mcp.registry import RegistryClient
from aws_orchestrator.mcp.registry_server import URL_VARIABLE, registry_server
from aws_orchestrator.mcp.remote_session import RemoteLimits
from aws_orchestrator.shipped import shipped_folder
from mcp_server.command import COMMAND, PATIENCE, served_over_http

NEWEST = shipped_library().versions("hashicorp/aws")[-1]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspace")


@pytest.fixture(scope="module")
def url(workspace: Path) -> Iterator[str]:
    with served_over_http(workspace) as address:
        yield address


def registry(url: str, limits: RemoteLimits | None = None) -> RegistryClient:
    server = registry_server({URL_VARIABLE: url})
    return RegistryClient(shipped_library(), SkillLibrary([shipped_folder("skills")]), server, limits)


async def test_clients_are_served_side_by_side(url: str) -> None:
    async def one() -> str:
        async with asyncio.timeout(PATIENCE), Client(url) as client:
            result = await client.call_tool(
                "get_latest_provider_version", {"namespace": "hashicorp", "name": "aws"}
            )
            return str(result.structured_content["version"])

    assert set(await asyncio.gather(*(one() for _ in range(4)))) == {NEWEST}


async def test_a_module_is_generated_inside_the_workspace_and_nowhere_else(
    url: str, workspace: Path, tmp_path: Path
) -> None:
    async with asyncio.timeout(PATIENCE), Client(url) as client:
        outside = await client.call_tool(
            "generate_module", {"request": "a bucket", "workspace": str(tmp_path)}
        )
        assert outside.is_error
        assert "over HTTP no path may leave" in outside.content[0].text  # type: ignore[union-attr]
        peeking = await client.call_tool("check_rules", {"path": "../.."})
        assert peeking.is_error
        inside = await client.call_tool("generate_module", {"request": "a bucket"})
        assert inside.structured_content["status"] == "done"
    assert (workspace / "terraform_modules" / "s3" / "main.tf").is_file()
    assert not (tmp_path / "terraform_modules").exists()


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Origin": "https://evil.example"}],
    ids=["another host", "another origin"],
)
async def test_a_web_page_cannot_use_the_server(url: str, headers: dict[str, str]) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    accept = {"Accept": "application/json, text/event-stream"}
    async with httpx2.AsyncClient(trust_env=False) as browser:
        answer = await browser.post(url, json=ping, headers={**accept, **headers})
    assert answer.status_code in (403, 421)


@pytest.mark.parametrize("address", ["0.0.0.0:0", "nonsense"])
def test_an_address_beyond_this_machine_is_refused(address: str) -> None:
    ended = subprocess.run(
        [*COMMAND, "--http", address], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode == 2
    assert "127.0.0.1" in ended.stderr


def test_a_port_that_is_taken_is_one_sentence(url: str) -> None:
    address = url.removeprefix("http://").removesuffix("/mcp")
    ended = subprocess.run(
        [*COMMAND, "--http", address], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode == 2
    assert "Choose another port" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_the_registry_client_researches_over_it(url: str) -> None:
    async with registry(url) as client:
        latest = await client.latest_version()
        assert (latest.here, latest.registry, latest.newer_elsewhere) == (NEWEST, NEWEST, False)
        found = await client.search("sns topic")
        assert (found[0].name, found[0].origin, found[0].known) == ("aws_sns_topic", "registry", True)
        assert "# aws_sns_topic" in (await client.page(found[0])).markdown
        module = (await client.search_modules("bucket"))[0]
        page = await client.module_page(module)
        assert page is not None
        assert page.origin == "registry"
        assert client.notes == ()


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (None, "did not connect within 0.5 s"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "could not be asked"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnope", ""),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            "could not be asked",
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 30000000\r\n\r\n"
            + b" " * 30_000_000,
            "sent a message longer than 8,388,608 bytes",
        ),
    ],
    ids=["hung", "failing", "garbage", "redirecting", "huge"],
)
async def test_a_broken_http_server_costs_one_sentence(reply: bytes | None, said: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65_536)
        if reply is None:
            await asyncio.sleep(3600)
            return
        writer.write(reply)
        writer.close()

    limits = RemoteLimits(connect_seconds=0.5 if reply is None else 5)
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with registry(f"http://127.0.0.1:{port}/mcp", limits) as client:
        assert (await client.latest_version()).here == NEWEST
        (note,) = client.notes
        assert note.startswith(f"The registry server of {URL_VARIABLE} {said}")
        assert note.endswith("the catalogs here answer instead.")
    server.close()


async def test_a_port_where_nobody_listens_is_one_sentence() -> None:
    async with registry("http://127.0.0.1:9/mcp") as client:
        assert (await client.latest_version()).here == NEWEST
        assert len(client.notes) == 1
