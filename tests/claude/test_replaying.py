"""A recorded run once more, without a key and without anybody to ask."""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.minds.choice import recorded_mind
from aws_orchestrator.outside import Engine
from aws_orchestrator.protocol import GateAnswer
from aws_orchestrator.runs.journal import read_entries
from aws_orchestrator.workflows.replay import RecordedPerson, Recording, lay_out
from aws_orchestrator.workflows.replay import replay as replay_run
from aws_orchestrator.workflows.session import finish, start_update
from support import fanout
from support.house import add_skill, generate, make_house, module_files, resume, run_folder
from support.messages_api import MessagesApi, answer, call, fault, refused, said
from support.outside import FakeEngine, ScriptedPerson
from support.thinking import claude

pytestmark = pytest.mark.asyncio(loop_scope="module")
Serve = Callable[..., Awaitable[MessagesApi]]


def replay(workspace: Path, run_id: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "aws_orchestrator",
            "replay",
            run_id,
            "--workspace",
            str(workspace),
            "--json",
            *words,
        ],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "ANTHROPIC_BASE_URL": "http://127.0.0.1:9", "ANTHROPIC_API_KEY": ""},
    )


async def test_a_run_is_reproduced_byte_for_byte_from_its_journal(
    serve: Serve, workspace: Path, engine: Engine, tmp_path: Path
) -> None:
    add_skill(workspace)
    doubt = {"question": "Which?", "options": ["this", "that"], "confidence": 0.2}
    wrong = fanout.plan()
    wrong["blueprint"]["resources"][0]["arguments"]["nmae"] = "var.name"
    api = await serve(
        refused(529),
        said({**fanout.REQUIREMENTS, "doubts": [doubt]}),
        answer(call("submit_plan", wrong)),
        answer(call("submit_plan", fanout.plan())),
    )
    person = ScriptedPerson(ambiguous=lambda gate: GateAnswer(choice="2"))
    mind = claude(api, planning_model="a-model-of-then", output_tokens=9_000)
    house = make_house(workspace, engine=engine, mind=mind, person=person)
    outcome = await generate(house, fanout.WISH)
    assert outcome.report.status == "done", outcome.report.message

    into = tmp_path / "again"
    ended = replay(workspace, outcome.report.run_id, "--into", str(into))
    assert ended.returncode == 0, ended.stderr + ended.stdout
    report = json.loads(ended.stdout.splitlines()[-1])
    assert (report["same"], report["different"], report["report"]["mind"]) == (True, [], "claude")
    assert sorted(report["files"]) == sorted(fanout.FILES)
    assert report["report"]["gates"][0]["choice"] == "2"
    assert (into / "terraform_modules/fanout/main.tf").read_bytes() == (
        workspace / "terraform_modules/fanout/main.tf"
    ).read_bytes()
    assert len(api.requests) == 4


async def test_what_a_journal_holds_scripts_the_server_of_a_test(
    serve: Serve, workspace: Path, tmp_path: Path
) -> None:
    api = await serve(
        refused(429, retry_after=0.1), said(fanout.REQUIREMENTS), answer(call("submit_plan", fanout.plan()))
    )
    house = make_house(workspace, mind=claude(api))
    outcome = await generate(house, fanout.WISH)
    entries = read_entries(run_folder(house, outcome) / "journal.jsonl")

    recorded = await serve(*[entry.data for entry in entries if entry.kind == "model_exchange"])
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    again = await generate(make_house(elsewhere, mind=claude(recorded)), fanout.WISH)
    assert (outcome.report.status, again.report.status) == ("done", "done")
    assert len(recorded.requests) == 3
    assert module_files(elsewhere, "terraform_modules/fanout") == module_files(
        workspace, "terraform_modules/fanout"
    )


async def test_what_goes_another_way_is_said(serve: Serve, workspace: Path) -> None:
    api = await serve(said(fanout.REQUIREMENTS), answer(call("submit_plan", fanout.plan())))
    house = make_house(workspace, mind=claude(api))
    outcome = await generate(house, fanout.WISH)
    journal = run_folder(house, outcome) / "journal.jsonl"
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    for line in lines:
        if line.get("purpose") == "plan":
            line["request"] = "0" * 64
    journal.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    ended = replay(workspace, outcome.report.run_id)

    assert ended.returncode == 1
    assert "Not the same" in ended.stderr + ended.stdout


async def test_a_run_of_the_built_in_mind_is_one_of_it_again(workspace: Path) -> None:
    outcome = await generate(make_house(workspace), "an encrypted SQS queue and a topic")
    ended = replay(workspace, outcome.report.run_id)

    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert json.loads(ended.stdout.splitlines()[-1])["report"]["mind"] == "builtin"


async def test_an_update_is_reproduced_from_the_module_as_it_was(
    serve: Serve, workspace: Path, tmp_path: Path
) -> None:
    folder = workspace / "modules" / "jobs"
    folder.mkdir(parents=True)
    before = 'resource "aws_sqs_queue" "jobs" {\n  name                    = "jobs"\n  sqs_managed_sse_enabled = true\n}\n'
    (folder / "main.tf").write_text(before, encoding="utf-8")
    longer = {"path": "main.tf", "old": "= true\n", "new": "= true\n  delay_seconds = 5\n"}
    submit = call("submit_change", {"intent": "a delay", "files": []})
    api = await serve(answer(call("edit_file", longer)), answer(submit))
    house = make_house(workspace, mind=claude(api))
    nothing = PreparedAnswers({})
    outcome = await finish(house, start_update(house, folder, "let the jobs wait a little", nothing), nothing)
    assert outcome.report.status == "done", outcome.report.message

    recording = Recording.of(house.store, outcome.report.run_id)
    lay_out(recording, workspace, tmp_path / "again")
    mind, person = recorded_mind(house.settings, recording.free_mind), RecordedPerson(recording.decisions)
    report = await replay_run(recording, make_house(tmp_path / "again", mind=mind, person=person))

    assert (report.same, report.different, report.files) == (True, (), ("main.tf",))
    assert (tmp_path / "again/modules/jobs/main.tf").read_bytes() == (folder / "main.tf").read_bytes()
    assert len(api.requests) == 2


async def test_what_cannot_be_replayed_is_said(workspace: Path) -> None:
    ended = replay(workspace, "20300101000001-abcdef")
    assert ended.returncode == 2
    assert "There is no run" in ended.stderr


async def test_a_run_that_was_killed_while_it_planned_asks_nothing_twice(
    serve: Serve, workspace: Path
) -> None:
    class Killed(BaseException):
        """What no handler catches."""

    class Dying(FakeEngine):
        def _check(self, check: Any, tree: Any) -> Any:
            raise Killed

    api = await serve(said(fanout.REQUIREMENTS), answer(call("submit_plan", fanout.plan())), fault("closed"))
    house = make_house(workspace, engine=Dying(), mind=claude(api))
    with pytest.raises(Killed):
        await generate(house, fanout.WISH)
    run_id = house.store.runs().runs[0].run_id
    outcome = await resume(make_house(workspace, mind=claude(api)), run_id)

    assert outcome.report.status == "done", outcome.report.message
    assert len(api.requests) == 2
    kinds = [entry.kind for entry in read_entries(house.store.folder / run_id / "journal.jsonl")]
    assert kinds.count("model_exchange") == 2
