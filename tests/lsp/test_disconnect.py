"""The end of a session, in order and not: nothing is left running, and a run can be resumed."""

import asyncio
import concurrent.futures
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from support.editor import Editor, editor_config, start

SENTENCE = "an encrypted bucket"
ENDS_WITHIN = 5.0


async def never() -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def session(workspace: Path) -> AsyncIterator[Editor]:
    """An editor with a server of its own; what is left of it at the end is killed."""
    client: Any = await editor_config().start()
    try:
        yield await start(client, workspace)
    finally:
        for process in processes(client):
            process.kill()
        await client.stop()


def processes(client: LanguageClient) -> list[psutil.Process]:
    """The server and everything that it started."""
    server: Any = client._server
    if server.returncode is not None:
        return []
    found = psutil.Process(server.pid)
    return [found, *found.children(recursive=True)]


async def gone(server: Any, family: list[psutil.Process]) -> int:
    """The server's exit code, when it and its workers ended in time."""
    async with asyncio.timeout(ENDS_WITHIN):
        await server.wait()
        while any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    code: int = server.returncode
    return code


async def listed(workspace: Path) -> list[dict[str, Any]]:
    """The runs of a workspace, as the terminal lists them."""
    command = [
        sys.executable,
        "-m",
        "aws_orchestrator",
        "runs",
        "list",
        "--workspace",
        str(workspace),
        "--json",
    ]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    runs: list[dict[str, Any]] = json.loads(output.splitlines()[-1])["runs"]
    return runs


def scratch_of(family: list[psutil.Process]) -> set[str]:
    """The folders in which the workers run."""
    return {one.cwd() for one in family[1:]}


def left_of(folders: set[str]) -> list[str]:
    """Those that are still there."""
    return [folder for folder in folders if os.path.exists(folder)]


async def test_a_client_that_vanishes_in_a_gate_leaves_a_run_that_a_new_server_resumes_at_that_gate(
    tmp_path: Path,
) -> None:
    async with session(tmp_path) as editor:
        editor.answers = [never]
        run_id = await editor.generate(tmp_path, SENTENCE)
        gate = await editor.gate("commit")
        server: Any = editor.client._server
        family = processes(editor.client)
        scratch = scratch_of(family)
        assert len(family) > 1
        # As a crashed editor does: its ends of the pipes are closed, nothing is said.
        server.stdin.close()
        assert await gone(server, family) == 1
        assert not left_of(scratch)

    (run,) = await listed(tmp_path)
    # It tells where it waited: an editor that starts again goes on with it without asking.
    assert (run["runId"], run["status"], run["waitsIn"]) == (run_id, "interrupted", "editor")

    async with session(tmp_path) as editor:
        editor.answers = [never]
        assert (await editor.command("resumeRun", {"runId": run_id}))["runId"] == run_id
        again = await editor.gate("commit")
        assert (again.gateId, again.runId) == (gate.gateId, run_id)
        assert (await listed(tmp_path))[0]["status"] == "waiting"
        assert "already" in (await editor.refused("resumeRun", {"runId": run_id})).message
        # Shutdown with a run that waits: it is interrupted again, and the client may close its gate.
        family = processes(editor.client)
        server = editor.client._server
        await editor.client.shutdown_async(None)
        assert editor.closed_gates == [gate.gateId]
        editor.client.exit(None)
        assert await gone(server, family) == 0

    assert (await listed(tmp_path))[0]["status"] == "interrupted"
    async with session(tmp_path) as editor:
        # Closed without going on: by the folder alone, the run is not running anywhere.
        await editor.command("cancelRun", {"runId": run_id})
    (run,) = await listed(tmp_path)
    assert (run["status"], run["waitsIn"]) == ("cancelled", None)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a process could handle")
async def test_a_server_that_is_asked_to_end_interrupts_its_run_and_ends_its_workers(tmp_path: Path) -> None:
    async with session(tmp_path) as editor:
        editor.answers = [never]
        run_id = await editor.generate(tmp_path, SENTENCE)
        await editor.gate("commit")
        server: Any = editor.client._server
        family = processes(editor.client)
        server.send_signal(signal.SIGTERM)
        assert await gone(server, family) == 128 + signal.SIGTERM
    assert [(run["runId"], run["status"]) for run in await listed(tmp_path)] == [(run_id, "interrupted")]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
async def test_workers_do_not_outlive_a_server_that_is_killed(tmp_path: Path) -> None:
    async with session(tmp_path) as editor:
        (tmp_path / "main.tf").write_text("locals {\n  a = local.missing\n}\n", encoding="utf-8")
        editor.open(tmp_path / "main.tf")
        await editor.shown(tmp_path / "main.tf", "missing")
        server: Any = editor.client._server
        family = processes(editor.client)
        assert len(family) > 1
        server.kill()
        await gone(server, family)


async def test_a_client_that_leaves_without_shutdown_is_told_so_by_the_exit_code(tmp_path: Path) -> None:
    async with session(tmp_path) as editor:
        server: Any = editor.client._server
        editor.client.exit(None)
        assert await gone(server, []) == 1


async def test_a_request_with_wrong_parameters_is_answered_and_the_session_goes_on(tmp_path: Path) -> None:
    async with session(tmp_path) as editor:
        client = editor.client
        answer: concurrent.futures.Future[Any] = concurrent.futures.Future()
        client.protocol._request_futures["wrong"] = answer
        wrong = {"arguments": "no"}
        # Not by the client's own types, which would not let it out.
        client.protocol._send_data(
            {"jsonrpc": "2.0", "id": "wrong", "method": "workspace/executeCommand", "params": wrong}
        )
        with pytest.raises(JsonRpcException, match="not what the protocol says"):
            await asyncio.wrap_future(answer)
        report = await editor.refused("validateModule", {"uri": tmp_path.as_uri()})
        assert report.code == -32602
        await client.shutdown_async(None)
