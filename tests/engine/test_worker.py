"""The worker's life: started late, replaced when it dies, hangs or grows, never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

import aws_orchestrator
from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.errors import EngineError
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.limits import EngineLimits
from engine.conftest import MAIN, tree

# Stopping a worker (SIGSTOP) is how these tests make a hang; Windows has no such signal.
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")

Make = Callable[..., BundledEngine]


@pytest_asyncio.fixture
async def make(library: CatalogLibrary, cache: Path, tmp_path: Path) -> AsyncIterator[Make]:
    engines: list[BundledEngine] = []

    def start(**limits: float) -> BundledEngine:
        engines.append(BundledEngine(library, tmp_path, EngineLimits(**limits), cache=cache))
        return engines[-1]

    yield start
    for engine in engines:
        await engine.close()


def ours() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def scratches(parent: Path) -> list[Path]:
    return list(parent.glob("aws-orchestrator-*"))


async def test_no_process_before_the_first_check_and_none_after_close(make: Make, tmp_path: Path) -> None:
    before = ours()
    engine = make()
    assert ours() == before
    assert (await engine.validate(tree())).status == "passed"
    assert set(engine.worker_pids) == ours() - before
    await engine.close()
    assert ours() == before
    assert scratches(tmp_path) == []


async def test_the_second_check_uses_the_same_worker(make: Make) -> None:
    engine = make()
    await engine.validate(tree())
    pids = engine.worker_pids
    await engine.validate(tree(main_tf=MAIN + b"\n"))
    assert engine.worker_pids == pids


async def test_a_worker_that_was_killed_between_checks_is_replaced(make: Make) -> None:
    engine = make()
    await engine.validate(tree())
    os.kill(engine.worker_pids[0], signal.SIGKILL)
    assert (await engine.validate(tree())).status == "passed"


async def test_a_worker_that_dies_in_a_check_is_tried_once_more(make: Make) -> None:
    engine = make()
    await engine.validate(tree())
    (pid,) = engine.worker_pids
    os.kill(pid, signal.SIGSTOP)
    check = asyncio.create_task(engine.validate(tree()))
    await asyncio.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    assert (await check).status == "passed"
    assert engine.worker_pids != (pid,)


async def test_a_hanging_worker_is_ended_and_the_error_names_the_limit(make: Make) -> None:
    engine = make(validate_=0.5)
    await engine.fmt(tree())  # has its own limit: the worker is up
    (pid,) = engine.worker_pids
    os.kill(pid, signal.SIGSTOP)
    plain = tree(versions_tf="", main_tf="")  # needs no schema, so that the same worker is asked
    with pytest.raises(EngineError, match=r"validate within 0\.5 seconds"):
        await engine.validate(plain)
    assert not psutil.pid_exists(pid)
    assert (await engine.fmt(tree())).status == "passed"


async def test_a_cancelled_check_leaves_nothing_running_and_the_engine_usable(make: Make) -> None:
    engine = make()
    await engine.validate(tree())
    (pid,) = engine.worker_pids
    os.kill(pid, signal.SIGSTOP)
    check = asyncio.create_task(engine.validate(tree()))
    await asyncio.sleep(0.1)
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check
    assert not psutil.pid_exists(pid)
    assert (await engine.validate(tree())).status == "passed"


async def test_a_worker_is_recycled_by_count_with_the_next_one_warm(make: Make) -> None:
    engine = make(jobs=10)
    seen = set()
    for _ in range(25):
        await engine.validate(tree())
        seen |= set(engine.worker_pids)
    assert 3 <= len(seen) <= 4
    assert {pid for pid in seen if psutil.pid_exists(pid)} <= set(engine.worker_pids)


async def test_a_standby_takes_over_and_is_replaced(
    library: CatalogLibrary, cache: Path, tmp_path: Path
) -> None:
    engine = BundledEngine(library, tmp_path, standby=True, cache=cache)
    await engine.validate(tree())
    (first, *_) = engine.worker_pids
    os.kill(first, signal.SIGKILL)
    assert (await engine.validate(tree())).status == "passed"
    assert first not in engine.worker_pids
    await engine.close()
    assert ours() == set()


async def test_a_worker_that_grew_too_big_is_replaced(make: Make) -> None:
    engine = make(resident=1)
    assert (await engine.validate(tree())).status == "passed"
    first = ours()
    assert (await engine.validate(tree())).status == "passed"
    assert ours().isdisjoint(first) or len(ours()) == 1


async def test_three_hundred_checks_stay_flat(make: Make) -> None:
    engine = make(jobs=1000, descriptors=10_000)
    await engine.validate(tree())
    process = psutil.Process(engine.worker_pids[0])
    for _ in range(50):
        await engine.validate(tree())
    size, descriptors = process.memory_info().rss, process.num_fds()
    for _ in range(250):
        await engine.validate(tree())
    assert process.memory_info().rss < size * 1.3
    # Two connections ends stay of every command (Terraform's side): that is what recycling is for.
    assert process.num_fds() - descriptors <= 2 * 250 + 10
    idle = process.num_fds()
    await asyncio.sleep(2.5)
    assert process.num_fds() <= idle + 5, "an idle worker must not collect descriptors"


async def test_a_command_of_several_seconds_keeps_its_providers(make: Make) -> None:
    runs = "".join(f'run "r{number}" {{}}\n' for number in range(120))
    test = f'mock_provider "aws" {{}}\nvariables {{\n  name = "b"\n}}\n{runs}'
    result = await make().test(tree(tests__many_tftest_hcl=test))
    assert result.status == "passed"
    assert len(result.runs) == 120


async def test_the_worker_sees_no_secret_and_writes_nothing_into_home(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "real-home"
    home.mkdir()
    for name in ("AWS_SECRET_ACCESS_KEY", "TF_VAR_name", "TF_LOG", "ANTHROPIC_API_KEY", "GITHUB_TOKEN"):
        monkeypatch.setenv(name, "s3cr3t")
    monkeypatch.setenv("HOME", str(home))
    engine = make()
    await engine.validate(tree())
    environment = psutil.Process(engine.worker_pids[0]).environ()
    assert "s3cr3t" not in environment.values()
    assert environment["HOME"] != str(home)
    assert environment["TF_CLI_CONFIG_FILE"].startswith(environment["HOME"])
    assert os.listdir(home) == []


PARENT = """
import asyncio, sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from engine.conftest import tree
from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.terraform.bundled import BundledEngine

async def main():
    engine = BundledEngine(shipped_library(), Path(sys.argv[1]), cache=Path(sys.argv[2]))
    await engine.validate(tree())
    print(*engine.worker_pids, flush=True)
    while True:
        await engine.validate(tree())

asyncio.run(main())
"""


def test_nothing_outlives_a_parent_that_was_killed_and_its_scratch_is_swept_later(
    cache: Path, tmp_path: Path, library: CatalogLibrary
) -> None:
    paths = [str(Path(aws_orchestrator.__file__).parent.parent), str(Path(__file__).parent.parent)]
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), str(cache), *paths], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    worker = psutil.Process(int(parent.stdout.readline().split()[0]))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    worker.wait(timeout=5)
    assert len(scratches(tmp_path)) == 1

    async def next_start() -> None:
        engine = BundledEngine(library, tmp_path, cache=cache)
        await engine.validate(tree())
        assert len(scratches(tmp_path)) == 1
        await engine.close()

    asyncio.run(next_start())
    assert scratches(tmp_path) == []
