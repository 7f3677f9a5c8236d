"""`make intent MIND=claude`, with a loopback server in Claude's place: the command works for whoever has a key."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from support import fanout
from support.messages_api import MessagesApi, answer, call, said
from support.thinking import KEY

ROOT = Path(__file__).parents[2]
BENCHMARK = ROOT / "benchmarks" / "intent" / "run.py"
pytestmark = pytest.mark.skipif(
    not BENCHMARK.is_file(), reason="the benchmarks are not in this source distribution"
)
Serve = Callable[..., Awaitable[MessagesApi]]


@pytest.mark.asyncio(loop_scope="module")
async def test_wishes_are_planned_by_claude_and_judged_by_what_terraform_plans(serve: Serve) -> None:
    api = await serve(said(fanout.REQUIREMENTS), answer(call("submit_plan", fanout.plan())))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(BENCHMARK),
        *("--mind", "claude", "--only", "three queues", "--only", "a bucket with CORS"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "ANTHROPIC_BASE_URL": api.url, "ANTHROPIC_API_KEY": KEY},
    )
    out, err = await process.communicate()
    printed = out.decode()

    assert process.returncode == 0, err.decode()
    assert "2 of 2 wishes met; 2 became valid modules." in printed, printed
    assert "2 calls, 2 at most for one wish; 300 tokens." in printed
    assert "at list prices" in printed
    assert len(api.requests) == 2


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_the_make_target_runs_that_command() -> None:
    said_by_make = subprocess.run(
        ["make", "--dry-run", "intent", "MIND=claude"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "benchmarks/intent/run.py --mind claude" in said_by_make.stdout
