"""What a run's durability costs: the journal's share of a step, going on with a long run, listing and auditing many.

`python benchmarks/runs.py [RUNS]` makes runs in a temporary folder (on the disk that holds it: what fsync costs is the
disk's), measures, and prints whether each target is met. The kill table is `benchmarks/kills.py`, the state space of the
gates `benchmarks/states.py`.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from aws_orchestrator.model import Frozen
from aws_orchestrator.protocol import Gate, GateAnswer, RunEvent, Surface
from aws_orchestrator.runs.audit import audit_of
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.runs.run import Run, Started
from aws_orchestrator.runs.store import RunStore

STEPS = 100
TARGET_STEP, TARGET_RESUME, TARGET_LIST = 0.005, 0.200, 0.100


class _Nobody:
    """Hears everything and answers nothing."""

    is_there = False
    surface: Surface = "terminal"

    async def ask(self, gate: Gate) -> GateAnswer | None:
        return None

    async def tell(self, event: RunEvent) -> None:
        return None


class _Result(Frozen):
    """What a step of the size of a validation gives."""

    text: str


async def _steps(run: Run, count: int) -> None:
    async def effect() -> _Result:
        return _Result(text="x" * 2_000)

    for number in range(count):
        await run.step("coordinator", f"Step {number}", _Result, effect)


def _walk(run: Run) -> None:
    asyncio.run(_steps(run, STEPS))


def _start(store: RunStore) -> Run:
    started = Started(workflow="new_module", request="a queue", modules_folder="terraform_modules")
    return Run.start(store, SystemClock(), _Nobody(), started)


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _resumed(store: RunStore, run_id: str) -> None:
    run = Run.resume(store, SystemClock(), _Nobody(), run_id)
    try:
        _walk(run)
    finally:
        run.release()


def _ended_runs(store: RunStore, count: int) -> None:
    """Runs as they are when they ended: made from one that really was."""
    run = _start(store)
    asyncio.run(_steps(run, 8))
    run.end("done", "terraform_modules/queue is ready: 9 files, valid", {"runId": run.run_id})
    run.release()
    lines = (run.folder / "journal.jsonl").read_text(encoding="utf-8")
    assert json.loads(lines.splitlines()[-1])["kind"] == "run_ended"
    for _ in range(count - 1):
        _, folder = store.create(SystemClock().now())
        (folder / "journal.jsonl").write_text(lines, encoding="utf-8")


def _say(what: str, seconds: float, target: float, count: int) -> None:
    verdict = "met" if seconds < target else "NOT met"
    print(
        f"{what:<46} {1000 * seconds:8.2f} ms  target {1000 * target:.0f} ms: {verdict}  (median of {count})"
    )


def main() -> int:
    """Measure and print; always 0: a benchmark reports, it does not fail."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        runs = [_start(store) for _ in range(3)]
        steps = [_timed(partial(_walk, run)) / STEPS for run in runs]
        for run in runs:
            run.release()
        _say("journal overhead of a step (two entries)", statistics.median(steps), TARGET_STEP, len(steps))
        resumes = [_timed(partial(_resumed, store, run.run_id)) for run in runs]
        _say(f"resume of a run of {STEPS} steps", statistics.median(resumes), TARGET_RESUME, len(resumes))
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        _ended_runs(store, count)
        lists = [_timed(store.runs) for _ in range(5)]
        _say(f"list of {count:,} runs", statistics.median(lists), TARGET_LIST, len(lists))
        began = time.process_time()
        store.runs()
        print(f"{'  of which processor time':<46} {1000 * (time.process_time() - began):8.2f} ms")
        newest = store.runs().runs[0].run_id
        audits = [_timed(lambda: audit_of(store, newest)) for _ in range(5)]
        print(f"{'audit of one run':<46} {1000 * statistics.median(audits):8.2f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
