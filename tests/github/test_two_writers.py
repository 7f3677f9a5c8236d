"""Two writers on one branch, in random order, over a real repository: no commit is lost and no byte is wrong.

INTERLEAVINGS says how many orders are tried (`make interleavings`: 200).
"""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_orchestrator.agents.github_files import blob_sha
from aws_orchestrator.agents.github_push import PushConflict, Pushed
from aws_orchestrator.mcp.github_server import github_server
from aws_orchestrator.mcp.remote_server import RemoteServer
from aws_orchestrator.settings import Settings
from doubles import github_mcp
from doubles.bare_repository import BareRepository
from doubles.github_rest import TOKEN, GitHub
from doubles.pushing import FOLDER, Asked, Recorder, fetched, push

COUNT = int(os.environ.get("INTERLEAVINGS", "6"))
MAIN, VARIABLES = f"{FOLDER}/main.tf", f"{FOLDER}/variables.tf"
LINES = [f"line {number}\n".encode() for number in range(24)]
BASE = {MAIN: b"".join(LINES), VARIABLES: b"".join(LINES), "other.txt": b"x\n"}
OURS: dict[str, bytes | None] = {
    MAIN: BASE[MAIN].replace(b"line 4\n", b"ours 4\n").replace(b"line 19\n", b"ours 19\nours new\n"),
    VARIABLES: BASE[VARIABLES] + b"ours at the end\n",
    f"{FOLDER}/outputs.tf": b"ours alone\n",
}


class Theirs:
    """The other writer: reads the newest state, changes a line or a file, commits; remembers what it wrote."""

    def __init__(self, repository: BareRepository, chance: random.Random) -> None:
        self.repository = repository
        self.chance = chance
        self.commits: list[str] = []
        self.lines: dict[bytes, str] = {}

    def may_write(self, branch: str = "main", likely: float = 0.12) -> None:
        """Commit now, or not."""
        if self.chance.random() >= likely or len(self.commits) >= 4 or not self.repository.head(branch):
            return
        word = f"theirs {len(self.commits)}\n".encode()
        path = self.chance.choice([MAIN, MAIN, VARIABLES, "other.txt", f"{FOLDER}/outputs.tf", "new.txt"])
        lines = self.repository.files(branch).get(path, b"").splitlines(keepends=True)
        at = self.chance.randint(0, len(lines))
        # Sometimes a line of the base is replaced, as ours replaces one; never a line that somebody else wrote.
        if lines and at < len(lines) and lines[at].startswith(b"line") and self.chance.random() < 0.4:
            lines[at] = word
        else:
            lines.insert(at, word)
        self.commits.append(self.repository.commit({path: b"".join(lines)}, word.decode().strip(), branch))
        self.lines[word] = path

    def expect_nothing_lost(self, branch: str = "main") -> None:
        """Every commit is in the branch's history, and every line where it was written."""
        history = set(self.repository.log(branch))
        assert set(self.commits) <= history
        files = self.repository.files(branch)
        for line, path in self.lines.items():
            assert line in files[path].splitlines(keepends=True), (line, path)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    """One GitHub for all orders; each test gives it a repository of its own."""
    github = GitHub(BareRepository(tmp_path_factory.mktemp("none") / "none.git"))
    yield github
    github.close()


@pytest.fixture(scope="module")
def server(hub: GitHub) -> Iterator[RemoteServer]:
    """One server over HTTP for all orders."""
    environment = {**os.environ, "GITHUB_HOST": hub.host}
    command = [sys.executable, str(Path(str(github_mcp.__file__))), "http"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    found = github_server(Settings(github_mcp_url=url), {"GITHUB_PERSONAL_ACCESS_TOKEN": TOKEN})
    assert found is not None
    yield found
    process.kill()
    process.communicate()


def repository_of(hub: GitHub, folder: Path) -> BareRepository:
    hub.repository = BareRepository(folder / "infra.git")
    hub.repository.commit(dict(BASE), "Base")
    hub.before_call = lambda method, path: None
    return hub.repository


@pytest.mark.parametrize("seed", range(COUNT))
async def test_a_push_and_another_writer_in_any_order(
    hub: GitHub, server: RemoteServer, tmp_path: Path, seed: int
) -> None:
    repository = repository_of(hub, tmp_path)
    base = repository.log("main")[0]
    theirs = Theirs(repository, random.Random(seed))
    before = await fetched(server, {path: BASE[path] for path in (MAIN, VARIABLES)}, base)
    hub.before_call = lambda method, path: theirs.may_write()
    asked = Asked()
    pushed: Pushed | None
    try:
        pushed = await push(server, OURS, branch="main", start="main", before=before, asked=asked)
    except PushConflict:
        pushed = None
    hub.before_call = lambda method, path: None

    theirs.expect_nothing_lost()
    head = repository.files("main")
    ours = [line for text in head.values() for line in text.splitlines() if line.startswith(b"ours")]
    if pushed is None:
        assert ours == [], "what was taken back, or never pushed, left something behind"
        return
    assert pushed.sha in repository.log("main")
    approved = {**OURS, **(asked.merges[-1] if asked.merges else {})}
    there = repository.shas(pushed.sha)
    assert {path: there[path] for path in approved} == {
        path: blob_sha(content or b"") for path, content in approved.items()
    }
    assert sorted(ours) == [b"ours 19", b"ours 4", b"ours alone", b"ours at the end", b"ours new"]


@pytest.mark.parametrize("seed", range(max(2, COUNT // 5)))
@pytest.mark.parametrize("branch", ["main", "feat/both"])
async def test_two_runs_of_ours_at_the_same_time(
    hub: GitHub, server: RemoteServer, tmp_path: Path, seed: int, branch: str
) -> None:
    repository = repository_of(hub, tmp_path)
    base, chance = repository.log("main")[0], random.Random(seed)
    before = await fetched(server, {MAIN: BASE[MAIN]}, base)
    hub.before_call = lambda method, path: time.sleep(chance.random() * 0.02)
    changes = [{MAIN: BASE[MAIN].replace(f"line {at}\n".encode(), f"run {at}\n".encode())} for at in (3, 17)]
    runs = [
        push(server, change, branch=branch, start="main", before=before, recorder=Recorder(f"run-{number}"))
        for number, change in enumerate(changes)
    ]
    pushed = await asyncio.gather(*runs)
    history = repository.log(branch)
    assert {one.sha for one in pushed} <= set(history)
    text = repository.files(branch)[MAIN]
    assert b"run 3\n" in text
    assert b"run 17\n" in text
    assert text.count(b"\n") == len(LINES)
