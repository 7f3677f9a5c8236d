"""Everything that goes wrong between us and GitHub: each fault has one outcome, and never a lost or doubled commit."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.mcp.remote_session import RemoteLimits
from doubles.faults import Fault, answered, rate_limited
from doubles.github_rest import GitHub
from doubles.pushing import FOLDER, MODULE, Recorder, push
from doubles.servers import server_of

HASTY = RemoteLimits(connect_seconds=30, call_seconds=4, message_bytes=8 * 1024 * 1024)
OTHER = {"notes.txt": b"mine\n"}


class Case(NamedTuple):
    """A fault and what comes of it."""

    name: str
    faults: Callable[[GitHub], list[Fault]]
    outcome: str
    """`done`, or the words of the sentence that the push ends with."""
    resumes: bool = True
    """Whether the same run, taken up when the fault is gone, ends well."""
    limits: RemoteLimits | None = None


def _writes_by_another(hub: GitHub) -> object:
    return hub.repository.commit(OTHER, "Theirs", "feat/s3")


CASES = (
    Case("answer lost after trees", lambda hub: [Fault("drop_after", "POST", "/git/trees")], "done"),
    Case(
        "answer lost after the commit object",
        lambda hub: [Fault("drop_after", "POST", "/git/commits")],
        "done",
    ),
    Case("answer lost after the push", lambda hub: [Fault("drop_after", "PATCH", "/git/refs")], "done"),
    Case("connection lost before the push", lambda hub: [Fault("drop_before", "PATCH", "/git/refs")], "done"),
    Case(
        "answer lost after the branch was made",
        lambda hub: [Fault("drop_after", "POST", "/git/refs$")],
        "done",
    ),
    Case(
        "connection lost before the branch is made",
        lambda hub: [Fault("drop_before", "POST", "/git/refs$")],
        "done",
    ),
    Case("connection lost while looking", lambda hub: [Fault("drop_before", "GET", times=2)], "done"),
    Case(
        "network down for good",
        lambda hub: [Fault("drop_before", times=1000)],
        "resume the run when it can be",
    ),
    Case(
        "network down after the push",
        lambda hub: [
            Fault("drop_after", "PATCH", "/git/refs"),
            Fault("drop_before", skip=9, times=1000),
        ],
        "resume the run when it",
    ),
    Case(
        "403 with rate-limit headers at the first look",
        lambda hub: [rate_limited(int(time.time()) + 3599, method="GET", times=1000)],
        "rate limit is used up; resume the run in 59m",
    ),
    Case(
        "403 with rate-limit headers at the push",
        lambda hub: [rate_limited(int(time.time()) + 3599, method="PATCH", times=1000)],
        "rate limit is used up; resume the run in 59m",
    ),
    Case(
        "429",
        lambda hub: [answered(429, "Too Many Requests", method="POST", times=1000)],
        "rate limit is used up",
    ),
    Case(
        "403 without rights",
        lambda hub: [
            answered(403, "Resource not accessible by personal access token", method="POST", times=1000)
        ],
        "Contents: read and write",
    ),
    Case("409 once at the push", lambda hub: [answered(409, "Conflict", method="PATCH")], "done"),
    Case(
        "409 always",
        lambda hub: [answered(409, "Conflict", method="PATCH", times=1000)],
        "GitHub reports a conflict",
    ),
    Case(
        "422 at the tree",
        lambda hub: [
            answered(422, "tree.path contains a malformed path component", path="/git/trees$", times=1000)
        ],
        "GitHub refused push_files in acme/infra: .*malformed path",
    ),
    Case(
        "422 by a branch protection",
        lambda hub: [
            answered(
                422,
                "Repository rule violations found\n\nChanges must be made through a pull request.",
                method="PATCH",
                times=1000,
            )
        ],
        "is protected",
    ),
    Case("500 once at the push", lambda hub: [answered(500, "Server Error", method="PATCH")], "done"),
    Case(
        "502 twice at the commit",
        lambda hub: [answered(502, "Bad gateway", path="/git/commits$", method="POST", times=2)],
        "done",
    ),
    Case(
        "503 for good",
        lambda hub: [answered(503, "Unavailable", times=1000)],
        "could not be reached for",
    ),
    Case(
        "301, the repository was renamed",
        lambda hub: [answered(301, "Moved Permanently", times=1000)],
        "moved or renamed",
    ),
    Case("slow, within the limit", lambda hub: [Fault("slow", "PATCH", seconds=0.8)], "done", limits=HASTY),
    Case(
        "slow, beyond the limit, and done all the same",
        lambda hub: [Fault("slow", "PATCH", seconds=6)],
        "done",
        limits=HASTY,
    ),
    Case(
        "50 MB instead of an answer",
        lambda hub: [Fault("huge", "GET", "/git/trees", times=1000)],
        "resume the run",
    ),
    Case(
        "an answer that never ends",
        lambda hub: [Fault("endless", "GET", "/git/trees", times=1000)],
        "did not answer get_repository_tree within 4 s",
        limits=HASTY,
    ),
    Case(
        "another writer before the reference is read",
        lambda hub: [Fault("meanwhile", "GET", "/git/ref/heads/feat", act=lambda: _writes_by_another(hub))],
        "done",
    ),
    Case(
        "another writer before the reference is moved",
        lambda hub: [Fault("meanwhile", "PATCH", act=lambda: _writes_by_another(hub))],
        "done",
    ),
    Case(
        "another writer, and the answer is lost",
        lambda hub: [
            Fault("meanwhile", "GET", "/git/ref/heads/feat", act=lambda: _writes_by_another(hub)),
            Fault("drop_after", "PATCH"),
        ],
        "done",
    ),
)


def expect_pushed_once(hub: GitHub) -> None:
    """One commit of ours with the right bytes, and the other writer's where there was one."""
    messages = hub.repository.messages("feat/s3")
    assert messages.count("feat(s3): add the module") == 1, messages
    files = hub.repository.files("feat/s3")
    assert {path: files[path] for path in MODULE} == MODULE
    if "Theirs" in hub.repository.text("log", "--all", "--format=%s"):
        assert "Theirs" in messages
        assert files["notes.txt"] == OTHER["notes.txt"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_every_fault_has_its_outcome(hub: GitHub, kind: str, case: Case) -> None:
    server, recorder = server_of(kind, hub.host), Recorder()
    hub.faults = case.faults(hub)
    if case.outcome == "done":
        await push(server, recorder=recorder, limits=case.limits)
        assert all(fault.struck for fault in hub.faults), "the fault did not strike"
        expect_pushed_once(hub)
        return
    with pytest.raises(OrchestratorError, match=case.outcome):
        await push(server, recorder=recorder, limits=case.limits)
    hub.faults = []
    await push(server, recorder=recorder)
    expect_pushed_once(hub)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_fault_at_a_deletion_makes_it_once(hub: GitHub, kind: str, method: str) -> None:
    hub.repository.commit({**MODULE, f"{FOLDER}/old.tf": b"# old\n"}, "The module", "feat/s3")
    hub.faults = [Fault("drop_after", method, "/git/(trees|refs)")]
    await push(server_of(kind, hub.host), {f"{FOLDER}/old.tf": None})
    assert hub.repository.files("feat/s3") == MODULE
    assert len(hub.repository.log("feat/s3")) == 2


def _row(case: Case) -> str:
    said = case.outcome.replace(".*", "…")
    end = (
        "done: one commit, the right bytes"
        if said == "done"
        else f"stops: “{said}”; taken up later: one commit"
    )
    return f"| {case.name} | {end} |"


def test_the_page_shows_every_fault_with_its_outcome() -> None:
    page = (Path(__file__).parents[2] / "docs" / "github.md").read_text(encoding="utf-8")
    table = "\n".join(["| fault | outcome |", "|---|---|", *map(_row, CASES)])
    assert table in page, table
