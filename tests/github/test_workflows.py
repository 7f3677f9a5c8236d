"""The two workflows to their end on GitHub: gate, push, pull request, report, and what a killed run leaves."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.agents.github_files import blob_sha
from aws_orchestrator.findings import CheckResult, Finding, Severity, Tree
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.mcp.github_tools import GitHubTools
from aws_orchestrator.protocol import Gate, GateAnswer
from aws_orchestrator.runs.journal import Journal
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import answers_of, finish, resume_run, start_remote_update, start_run
from doubles.bare_repository import EXECUTABLE, LINK, SUBMODULE
from doubles.faults import answered
from doubles.github_rest import TOKEN, GitHub
from doubles.servers import server_of
from support.house import FILES, MODULE, add_skill, generate, make_house, module_files, run_folder
from support.outside import FakeEngine, ScriptedPerson

PUSH = ("commit=push_to_github", "commit.repository=acme/infra")
MAIN = b"""variable "name" {
  type = string
}

resource "aws_s3_bucket" "main" {
  bucket = var.name # odd   spacing
}
"""
S3 = "modules/site"


@pytest.fixture
def house(tmp_path: Path, hub: GitHub, kind: str) -> House:
    """A workspace with the small skill, and GitHub."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    add_skill(workspace)
    return make_house(workspace)._replace(github=server_of(kind, hub.host))


async def update(house: House, name: str, request: str, *answers: str) -> Outcome:
    prepared = PreparedAnswers.parse(answers)
    return await finish(house, start_remote_update(house, name, request, prepared), prepared)


async def test_a_generated_module_is_committed_as_it_was_validated(house: House, hub: GitHub) -> None:
    outcome = await generate(house, "a queue", *PUSH, "commit.branch=feat/queue", "commit.pull_request=yes")
    report = outcome.as_data()
    assert outcome.exit_code == 0, report["message"]
    commit = report["commit"]
    sha = hub.repository.head("feat/queue")
    assert commit == {
        "repository": "acme/infra",
        "branch": "feat/queue",
        "sha": sha,
        "url": f"https://github.com/acme/infra/commit/{sha}",
        "pullRequest": f"{hub.host}/acme/infra/pull/1",
    }
    local = module_files(house.workspace.root)
    there = hub.repository.shas("feat/queue")
    assert {path.removeprefix("modules/queue/"): there[path] for path in there if path != "README.md"} == {
        name: blob_sha(content) for name, content in local.items()
    }
    assert hub.repository.messages("feat/queue")[0] == "feat(queue): add the queue module"
    (pull,) = hub.pulls
    assert (pull.head, pull.base, pull.title) == ("feat/queue", "main", "feat(queue): add the queue module")
    for part in ("What", "Why", "Plan", "Breaking changes", "Checks and tests", "Findings", "Cost notes"):
        assert f"## {part}\n\n" in pull.body
    assert "“a queue”" in pull.body
    assert f"# Run {report['runId']}" in pull.body, "the run's report"
    assert report["runId"] in pull.body
    assert [gate["choice"] for gate in report["gates"]] == ["push_to_github", "done"]


async def test_a_person_sees_the_fields_and_their_defaults_and_nobody_there_keeps_local(
    house: House, hub: GitHub
) -> None:
    seen: list[Gate] = []

    def answer(gate: Gate) -> GateAnswer | None:
        seen.append(gate)
        return None

    outcome = await generate(house._replace(person=ScriptedPerson(commit=answer)))
    assert outcome.report.gates[0].choice == "keep_local"
    assert outcome.as_data()["commit"] is None
    assert hub.calls == []
    (gate,) = seen
    assert [option.key for option in gate.options] == ["keep_local", "push_to_github"]
    assert [option.key for option in gate.options if option.primary] == ["keep_local"]
    fields = {field.key: field.default for field in gate.fields}
    assert fields["branch"].startswith("feat/queue-")
    assert (fields["path"], fields["repository"]) == ("modules/queue", "")


async def test_without_a_server_the_gate_does_not_offer_what_cannot_be_done(house: House) -> None:
    person = ScriptedPerson()
    await generate(house._replace(person=person, github=None))
    (gate,) = [gate for gate in person.gates if gate.kind == "commit"]
    assert [option.key for option in gate.options] == ["keep_local"]
    assert gate.fields == ()


async def test_what_is_on_github_already_is_replaced_only_by_name(house: House, hub: GitHub) -> None:
    head = hub.repository.commit({"modules/queue/main.tf": b"# somebody's\n"}, "Theirs")
    stopped = await generate(house, "a queue", *PUSH, "commit.branch=main")
    assert stopped.exit_code == 3
    name = "acme/infra//modules/queue/main.tf"
    assert f"--approve-destructive {name}" in stopped.report.message
    assert hub.repository.head("main") == head
    done = await generate(house, "a queue", *PUSH, "commit.branch=main", approve=(name,))
    assert done.exit_code == 0, done.report.message
    assert (
        hub.repository.files("main")["modules/queue/main.tf"] == module_files(house.workspace.root)["main.tf"]
    )


async def test_other_terraform_files_in_the_folder_stop_the_push(house: House, hub: GitHub) -> None:
    head = hub.repository.commit({"modules/queue/legacy.tf": b"# somebody's\n"}, "Theirs")
    outcome = await generate(house, "a queue", *PUSH)
    assert outcome.exit_code == 1
    assert "legacy.tf, which this run did not validate" in outcome.report.message
    assert set(hub.repository.branches().values()) == {head}
    again = await generate(house, "a queue", *PUSH, "commit.path=modules/queues")
    assert again.exit_code == 0, again.report.message


async def test_an_executable_or_linked_file_here_is_refused_before_anything_is_pushed(
    house: House, hub: GitHub
) -> None:
    await generate(house)
    (house.workspace.root / MODULE / "main.tf").chmod(0o755)
    outcome = await generate(house, "a queue", *PUSH)
    assert outcome.exit_code == 1
    assert "main.tf is an executable file" in outcome.report.message
    assert set(hub.repository.branches()) == {"main"}


async def test_a_module_on_github_is_updated_on_top_of_what_was_read(house: House, hub: GitHub) -> None:
    base = hub.repository.commit(
        {
            f"{S3}/main.tf": MAIN,
            f"{S3}/run.sh": b"#!/bin/sh\n",
            f"{S3}/logo.bin": b"\x00\xff\x00",
            "x": b"x\n",
        },
        "The module",
        modes={f"{S3}/run.sh": EXECUTABLE},
    )
    outcome = await update(
        house,
        f"acme/infra//{S3}@main",
        "add an output bucket_arn",
        *PUSH,
        "commit.branch=feat/arn",
        "commit.pull_request=yes",
    )
    assert outcome.exit_code == 0, outcome.report.message
    report = outcome.as_data()
    assert report["commit"]["sha"] == hub.repository.head("feat/arn")
    assert report["plan"]["target"] == S3
    assert hub.repository.log("feat/arn")[1] == base
    before, after = hub.repository.tree(base), hub.repository.tree("feat/arn")
    changed = {entry.path for entry in set(after) ^ set(before) if entry.type != "tree"}
    assert changed == {f"{S3}/outputs.tf"}
    assert b"aws_s3_bucket.main.arn" in hub.repository.files("feat/arn")[f"{S3}/outputs.tf"]
    assert not (house.workspace.root / "modules").exists(), "nothing is written to the workspace"
    (pull,) = hub.pulls
    assert pull.base == "main"
    assert "Risk: **low**" in pull.body


async def test_kept_local_the_changed_files_of_a_module_on_github_are_in_the_runs_folder(
    house: House, hub: GitHub
) -> None:
    hub.repository.commit({f"{S3}/main.tf": MAIN}, "The module")
    outcome = await update(house, f"acme/infra//{S3}", "add an output bucket_arn")
    assert outcome.exit_code == 0, outcome.report.message
    kept = run_folder(house, outcome) / "module" / S3 / "outputs.tf"
    assert b"aws_s3_bucket.main.arn" in kept.read_bytes()
    assert any(str(kept.parents[2]) in note for note in outcome.report.notes)
    assert set(hub.repository.branches()) == {"main"}


async def test_somebody_elses_commit_in_between_is_merged_by_hunk_and_validated_again(
    house: House, hub: GitHub
) -> None:
    hub.repository.commit(
        {f"{S3}/main.tf": MAIN, f"{S3}/outputs.tf": b'output "id" {\n  value = 1\n}\n'}, "Module"
    )
    theirs = MAIN.replace(b"  type = string\n", b"  type = string\n  nullable = false\n")
    engine = FakeEngine()
    house = house._replace(engine=engine)
    hub.before_call = _once_before(hub, "PATCH", "/git/refs", {f"{S3}/main.tf": theirs}, "main")
    outcome = await update(
        house, f"acme/infra//{S3}@main", "rename aws_s3_bucket.main to site", *PUSH, "commit.branch=main"
    )
    assert outcome.exit_code == 0, outcome.report.message
    text = hub.repository.files("main")[f"{S3}/main.tf"]
    assert b"nullable = false" in text
    assert b'resource "aws_s3_bucket" "site"' in text
    assert "Theirs" in hub.repository.messages("main")
    assert engine.checked.count("validate") >= 2, "the merge was validated again"


def _once_before(hub: GitHub, method: str, path: str, files: dict[str, bytes], branch: str = "main") -> Any:
    waiting = [files]

    def act(called: str, at: str) -> None:
        if waiting and called == method and path in at:
            hub.repository.commit(dict(waiting.pop()), "Theirs", branch)

    return act


async def test_the_same_lines_changed_by_somebody_else_stop_the_update_and_theirs_stays(
    house: House, hub: GitHub
) -> None:
    hub.repository.commit({f"{S3}/main.tf": MAIN}, "Module")
    theirs = MAIN.replace(b'"main"', b'"logs"')
    hub.before_call = _once_before(hub, "POST", "/git/trees", {f"{S3}/main.tf": theirs})
    outcome = await update(
        house, f"acme/infra//{S3}@main", "rename aws_s3_bucket.main to site", *PUSH, "commit.branch=main"
    )
    assert outcome.exit_code == 1
    assert "Their change stays" in outcome.report.message
    assert hub.repository.files("main")[f"{S3}/main.tf"] == theirs


class Quarrelsome(FakeEngine):
    """Terraform that takes either change, and not both."""

    async def validate(self, tree: Tree) -> CheckResult:
        result = await super().validate(tree)
        if not {b"bucket_arn", b"# changed"} <= {
            word for word in (b"bucket_arn", b"# changed") for text in tree.files.values() if word in text
        }:
            return result
        finding = Finding(check="validate", severity=Severity.ERROR, summary="They do not go together")
        return result.model_copy(update={"status": "failed", "findings": (finding,)})


async def test_what_is_invalid_together_with_somebody_elses_change_stops_and_theirs_stays(
    house: House, hub: GitHub
) -> None:
    hub.repository.commit({f"{S3}/main.tf": MAIN, f"{S3}/extra.tf": b"# fine\n"}, "Module")
    lists: list[str] = []

    def act(called: str, at: str) -> None:
        # The second list of commits is the look before the push: the first one was that of the reading.
        if called == "GET" and at == "/commits":
            lists.append(at)
            if len(lists) == 2:
                hub.repository.commit({f"{S3}/extra.tf": b"# changed\n"}, "Theirs")

    hub.before_call = act
    outcome = await update(
        house._replace(engine=Quarrelsome()),
        f"acme/infra//{S3}@main",
        "add an output bucket_arn",
        *PUSH,
        "commit.branch=main",
    )
    assert outcome.exit_code == 1, outcome.report.message
    assert "the module is invalid" in outcome.report.message
    assert f"{S3}/outputs.tf" not in hub.repository.files("main")
    assert hub.repository.messages("main")[0] == "Theirs"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("acme/infra//modules/nowhere@main", "There is no modules/nowhere in acme/infra at main"),
        (f"acme/infra//{S3}@nowhere", "There is no nowhere in acme/infra"),
        (f"acme/other//{S3}@main", "There is no main in acme/other, or the token may not see it"),
        ("acme/infra//modules/linked", "modules/linked is a link in acme/infra, no folder"),
        ("acme/infra//vendored/x", "vendored is a submodule in acme/infra, no folder"),
        ("acme/infra//README.md", "README.md is a file in acme/infra, no folder"),
        ("acme/infra//docs", "holds no .tf files"),
        ("acme/infra//modules/latin", "modules/latin/main.tf of acme/infra is no UTF-8 text"),
        ("acme/infra//modules/linkedfile", "modules/linkedfile/main.tf of acme/infra is a link"),
        ("acme/infra//modules/large", "modules/large/main.tf of acme/infra is larger than 1 MB"),
    ],
)
async def test_what_cannot_be_read_exactly_is_bad_input_with_its_name(
    house: House, hub: GitHub, name: str, said: str
) -> None:
    hub.repository.commit(
        {
            f"{S3}/main.tf": MAIN,
            "modules/linked": b"site",
            "vendored": b"1" * 40,
            "docs/a.md": b"x\n",
            "modules/latin/main.tf": b"# caf\xe9\n",
            "modules/linkedfile/main.tf": b"../site/main.tf",
            "modules/large/main.tf": b"# x\n" * 300_000,
        },
        "Odd things",
        modes={"modules/linked": LINK, "vendored": SUBMODULE, "modules/linkedfile/main.tf": LINK},
    )
    outcome = await update(house, name, "add an output bucket_arn", *PUSH)
    assert outcome.exit_code == 2
    assert said in outcome.report.message


async def test_an_empty_repository_has_no_module(house: House, hub: GitHub) -> None:
    hub.repository.git("update-ref", "-d", "refs/heads/main")
    outcome = await update(house, f"acme/infra//{S3}", "add an output bucket_arn")
    assert outcome.exit_code == 2
    assert "is empty: it has no commit yet" in outcome.report.message


async def test_a_module_we_pushed_is_updated_from_its_own_blueprint(house: House, hub: GitHub) -> None:
    await generate(house, "a queue", *PUSH, "commit.branch=main")
    outcome = await update(
        house, "acme/infra//modules/queue@main", "add dead letters", *PUSH, "commit.branch=feat/dead"
    )
    assert outcome.exit_code == 0, outcome.report.message
    assert "modules/queue/policies.tf" in hub.repository.files("feat/dead")


async def test_a_run_that_github_kept_waiting_is_resumed_to_one_commit(house: House, hub: GitHub) -> None:
    hub.faults = [answered(503, "Unavailable", method="PATCH", times=1000)]
    asked = ("commit.branch=feat/queue", "commit.pull_request=yes")
    stopped = await generate(house, "a queue", *PUSH, *asked)
    assert stopped.report.status == "interrupted"
    assert "resume the run" in stopped.report.message
    hub.faults = []
    run = resume_run(house, stopped.report.run_id)
    outcome = await finish(house, run, answers_of(run))
    assert outcome.exit_code == 0, outcome.report.message
    assert len(hub.repository.log("feat/queue")) == 2
    assert len(hub.pulls) == 1


async def test_killed_at_any_entry_of_the_journal_a_push_resumes_to_the_same_commits(
    tmp_path: Path, hub: GitHub, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also between the push and its record: the branch is searched for the commit before it is made again."""

    class Killed(BaseException):
        pass

    real, left = Journal.append, [0]

    def append(self: Journal, what: str, at: str, **more: Any) -> Any:
        if pushing(what, more):
            left[0] -= 1
        if left[0] == 0:
            left[0] = -1
            raise Killed
        return real(self, what, at, **more)

    def pushing(what: str, more: dict[str, Any]) -> bool:
        return (
            what == "github_round"
            or "Push to GitHub" in str(more.get("key"))
            or "pull request" in str(more.get("key"))
        )

    monkeypatch.setattr(Journal, "append", append)
    for at in range(1, 6):
        workspace = tmp_path / f"killed-{at}"
        workspace.mkdir()
        add_skill(workspace)
        house = make_house(workspace)._replace(github=server_of(kind, hub.host))
        branch, left[0] = f"feat/queue-{at}", at
        prepared = PreparedAnswers.parse((*PUSH, f"commit.branch={branch}", "commit.pull_request=yes"))
        with pytest.raises(Killed):
            await finish(house, start_run(house, "a queue", prepared), prepared)
        (summary,) = house.store.runs().runs
        run = resume_run(house, summary.run_id)
        outcome = await finish(house, run, answers_of(run))
        assert outcome.exit_code == 0, outcome.report.message
        assert len(hub.repository.log(branch)) == 2
        assert [pull.head for pull in hub.pulls].count(branch) == 1


async def test_the_token_is_in_no_journal_report_or_command(house: House, hub: GitHub) -> None:
    outcome = await generate(house, "a queue", *PUSH)
    assert outcome.exit_code == 0
    assert TOKEN not in json.dumps(outcome.as_data())
    for path in house.workspace.root.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path
    assert house.github is not None
    assert TOKEN not in " ".join(house.github.command)
    assert os.environ.get("GITHUB_PERSONAL_ACCESS_TOKEN") != TOKEN


async def test_every_call_counts_and_a_push_of_a_module_is_four(
    house: House, hub: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    real = GitHubTools._call

    async def call(self: GitHubTools, tool: str, asked: Any) -> Any:
        called.append(tool)
        return await real(self, tool, asked)

    monkeypatch.setattr(GitHubTools, "_call", call)
    outcome = await generate(house, "a queue", *PUSH)
    assert outcome.exit_code == 0, outcome.report.message
    assert len(FILES) == 9
    assert called == ["get_repository_tree", "create_branch", "push_files", "get_commit"]
