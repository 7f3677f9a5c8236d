"""Signals, kills and a Terraform that hangs: a sentence, the right exit code, no process left, and resume works."""

import signal
from pathlib import Path

import psutil
import pytest

from aws_orchestrator.runs.store import RunStore
from support.house import FILES, MODULE, add_skill, module_files
from support.terminal import alive, ended, run, started, until, workers_of

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="these are the signals of POSIX")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    add_skill(folder)
    return folder


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_with_its_code_and_says_how_to_resume(
    workspace: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    home = tmp_path / "home"
    with started("generate", "a queue", "--workspace", str(workspace), "--json", home=home) as process:
        workers = until(lambda: workers_of(process), "a worker")
        until(lambda: RunStore(workspace).runs().runs, "the run to be listed")
        process.send_signal(number)
        result = ended(process)

    assert result.code == code, result.err
    assert "Traceback" not in result.err
    (summary,) = RunStore(workspace).runs().runs
    assert summary.status == "interrupted"
    assert f"runs resume {summary.run_id} --workspace {workspace}" in result.err
    assert (result.report["runId"], result.report["status"]) == (summary.run_id, "interrupted")
    assert not alive(workers)
    assert not (workspace / MODULE).exists()
    if number == signal.SIGINT:
        resumed = run("runs", "resume", summary.run_id, "--workspace", str(workspace), "--json", home=home)
        assert resumed.code == 0, resumed.err
        assert resumed.report["runId"] == summary.run_id
        assert set(module_files(workspace)) == set(FILES)
        assert RunStore(workspace).runs().runs[0].status == "done"


def test_a_killed_run_leaves_no_process_and_can_be_closed(workspace: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with started("generate", "a queue", "--workspace", str(workspace), home=home) as process:
        workers = until(lambda: workers_of(process), "a worker")
        until(lambda: RunStore(workspace).runs().runs, "the run to be listed")
        process.kill()
        process.wait()

    _, left = psutil.wait_procs(workers, timeout=30)
    assert not left
    (summary,) = RunStore(workspace).runs().runs
    assert summary.status == "interrupted"
    closed = run("runs", "cancel", summary.run_id, "--workspace", str(workspace), "--json", home=home)
    assert (closed.code, closed.report["status"]) == (0, "cancelled")


def test_a_terraform_that_hangs_ends_the_run_with_one_sentence(workspace: Path, tmp_path: Path) -> None:
    limit = {"AWS_ORCHESTRATOR_CHECK_SECONDS": "4"}
    with started(
        "generate", "a queue", "--workspace", str(workspace), "--json", home=tmp_path / "home", **limit
    ) as process:
        stopped: list[int] = []

        def stop_workers() -> bool:
            for worker in workers_of(process):
                if worker.pid not in stopped:
                    worker.suspend()
                    stopped.append(worker.pid)
            return process.poll() is not None

        until(stop_workers, "the run to end")
        result = ended(process)

    assert result.code == 1, result.err
    # Which one depends on how far the worker came before it was stopped.
    hung = ("seconds and was stopped: nothing is known", "The Terraform worker did not start")
    assert any(sentence in result.report["message"] for sentence in hung), result.report["message"]
    assert "Traceback" not in result.err
    assert stopped
    assert not any(psutil.pid_exists(pid) for pid in stopped)
    assert not (workspace / MODULE).exists()
