"""One run of the update workflow: the plan before any edit, gates, surgical writes, and what a killed run leaves."""

from pathlib import Path

import pytest

from aws_orchestrator.agents.update_request import HEAL_REQUEST
from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.minds.mind import MindsChange, UpdateTask
from aws_orchestrator.protocol import GateAnswer
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.journal import read_entries
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.terraform.limits import EngineLimits
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import answers_of, finish, follow, resume_run, start_run, start_update
from support.house import MODULE, add_skill, generate, make_house, module_files, run_folder
from support.outside import MISTAKE, FakeEngine, ScriptedPerson
from unit.update.updating import module_files as community_files

VERSIONS = b"""\
terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40.0"
    }
  }
}

"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    add_skill(folder)
    return folder


async def update(
    house: House, module: str, request: str, *answers: str, approve: tuple[str, ...] = ()
) -> Outcome:
    prepared = PreparedAnswers.parse(answers, approve)
    return await finish(
        house, start_update(house, house.workspace.root / module, request, prepared), prepared
    )


def put(workspace: Path, name: str) -> str:
    """A module of somebody else in the workspace; its path."""
    for path, content in community_files(name).items():
        target = workspace / "modules" / name / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return f"modules/{name}"


async def test_a_feature_comes_and_goes_without_a_trace_and_a_persons_edits_stay(workspace: Path) -> None:
    house = make_house(workspace)
    await generate(house)
    main = workspace / MODULE / "main.tf"
    main.write_bytes(
        b"# Ours since 2019\n"
        + main.read_bytes()
        + '\nlocals {\n  mine = "äöü"   # odd   spacing\n}\n'.encode()
    )
    edited = module_files(workspace)

    added = await update(house, MODULE, "add dead letters")
    assert (added.report.status, added.exit_code) == ("done", 0), added.report.message
    assert b'resource "aws_sqs_queue" "dead_letters"' in module_files(workspace)["policies.tf"]
    assert module_files(workspace)["main.tf"] == edited["main.tf"]

    gone = await update(house, MODULE, "remove the dead letters", approve=("aws_sqs_queue.dead_letters",))
    assert gone.report.status == "done", gone.report.message
    assert module_files(workspace) == edited


async def test_the_plan_is_recorded_and_told_before_the_first_edit(workspace: Path) -> None:
    person = ScriptedPerson()
    house = make_house(workspace, person=person)
    await generate(house)
    outcome = await update(house, MODULE, "add dead letters")

    assert outcome.report.plan is not None
    assert {file.path: file.action for file in outcome.report.plan.files}["policies.tf"] == "create"
    entries = read_entries(run_folder(house, outcome) / "journal.jsonl")
    keys = [(entry.kind, entry.data.get("key")) for entry in entries]
    planned = keys.index(("step_done", "update-planner: Plan the change#1"))
    assert planned < keys.index(("step_started", "tf-updater: Apply the edits#1"))
    assert entries[planned].data["result"]["plan"]["risk"] == outcome.report.plan.risk
    told = [
        event.step.detail for event in person.events if event.step and event.step.agent == "update-planner"
    ]
    assert any("add dead_letters" in detail and "risk" in detail for detail in told)


async def test_where_a_person_changed_the_same_lines_the_update_stops_with_the_place(workspace: Path) -> None:
    house = make_house(workspace)
    await generate(house, "a queue with dead letters")
    path = workspace / MODULE / "policies.tf"
    path.write_bytes(
        path.read_bytes().replace(b"sqs_managed_sse_enabled = true", b"sqs_managed_sse_enabled = false")
    )
    before = module_files(workspace)

    outcome = await update(house, MODULE, "without dead letters", approve=("aws_sqs_queue.dead_letters",))
    assert (outcome.report.status, outcome.exit_code) == ("failed", 2)
    assert f"{MODULE}/policies.tf" in outcome.report.message
    assert module_files(workspace) == before


async def test_a_stateful_resource_is_only_removed_when_it_is_approved_by_its_address(
    workspace: Path,
) -> None:
    house = make_house(workspace)
    module = put(workspace, "ledger")
    for path in (workspace / module).glob("outputs.tf"):
        path.unlink()
    before = module_files(workspace, module)

    refused = await update(house, module, "remove aws_dynamodb_table.default")
    assert (refused.report.status, refused.exit_code) == ("cancelled", 3)
    assert "--approve-destructive aws_dynamodb_table.default" in refused.report.message
    other = await update(house, module, "remove aws_dynamodb_table.default", approve=("aws_kms_key.default",))
    assert other.exit_code == 3
    assert module_files(workspace, module) == before

    done = await update(
        house, module, "remove aws_dynamodb_table.default", approve=("aws_dynamodb_table.default",)
    )
    assert done.report.status == "done", done.report.message
    assert b"aws_dynamodb_table" not in module_files(workspace, module)["main.tf"].split(b"moved")[0]


async def test_a_module_is_deleted_as_a_whole_and_only_when_that_is_approved(workspace: Path) -> None:
    house = make_house(workspace)
    module = put(workspace, "community")
    refused = await update(house, module, "delete the module")
    assert refused.exit_code == 3
    assert module_files(workspace, module) == community_files("community")

    done = await update(house, module, "delete the module", approve=(module,))
    assert (done.report.status, done.exit_code) == ("done", 0), done.report.message
    assert not (workspace / module).exists()


async def test_a_file_that_changed_while_the_person_thought_is_not_overwritten(workspace: Path) -> None:
    module = put(workspace, "bundled")

    class Editing(FakeEngine):
        def _check(self, check, tree):  # type: ignore[no-untyped-def]
            with (workspace / module / "main.tf").open("ab") as stream:
                stream.write(b"# meanwhile\n")
            return super()._check(check, tree)

    person = ScriptedPerson()
    outcome = await update(
        make_house(workspace, engine=Editing(), person=person), module, "add an output bucket_arn"
    )
    assert outcome.exit_code == 3
    assert [gate.kind for gate in person.gates] == ["destructive"]
    assert b"bucket_arn" not in module_files(workspace, module)["main.tf"]


async def test_what_was_wrong_before_does_not_stop_an_update(workspace: Path) -> None:
    module = put(workspace, "bundled")
    path = workspace / module / "main.tf"
    path.write_bytes(path.read_bytes() + MISTAKE)
    outcome = await update(make_house(workspace), module, "add an output bucket_arn")

    assert outcome.report.status == "done", outcome.report.message
    assert outcome.report.validation is not None
    assert any("was there before" in finding.summary for finding in outcome.report.validation.findings)


async def test_a_file_that_does_not_parse_is_refused_with_the_place(workspace: Path) -> None:
    module = put(workspace, "community")
    path = workspace / module / "outputs.tf"
    path.write_bytes(path.read_bytes() + b'\noutput "broken" {\n  value = [\n}\n')
    outcome = await update(make_house(workspace), module, "add an output bucket_id")
    assert outcome.exit_code == 2
    assert f"{module}/outputs.tf:1" in outcome.report.message


@pytest.mark.parametrize("request_", ["make it nicer", "translate the module to Pulumi", "add a spaceship"])
async def test_anything_else_is_answered_with_what_can_be_done(workspace: Path, request_: str) -> None:
    module = put(workspace, "ledger")
    outcome = await update(make_house(workspace), module, request_)
    assert outcome.exit_code == 2
    assert "it can add or remove a feature" in outcome.report.message
    assert module_files(workspace, module) == community_files("ledger")


async def test_what_is_there_already_needs_no_change(workspace: Path) -> None:
    house = make_house(workspace)
    await generate(house, "a queue with dead letters")
    before = module_files(workspace)
    outcome = await update(house, MODULE, "add dead letters")
    assert (outcome.report.status, outcome.exit_code) == ("done", 0)
    assert "needs no change" in outcome.report.message
    assert module_files(workspace) == before


async def test_a_killed_update_is_resumed_with_the_plan_that_was_made(workspace: Path) -> None:
    module = put(workspace, "community")

    class Killed(FakeEngine):
        def _check(self, check, tree):  # type: ignore[no-untyped-def]
            raise KeyboardInterrupt

    house = make_house(workspace, engine=Killed())
    prepared = PreparedAnswers({})
    run = start_update(house, workspace / module, "add an output bucket_id", prepared)
    with pytest.raises(KeyboardInterrupt):
        await finish(house, run, prepared)
    assert [summary.status for summary in house.store.runs().runs] == ["interrupted"]
    assert module_files(workspace, module) == community_files("community")

    house = make_house(workspace)
    resumed = resume_run(house, run.run_id)
    outcome = await finish(house, resumed, answers_of(resumed))
    assert outcome.report.status == "done", outcome.report.message
    assert b'output "bucket_id"' in module_files(workspace, module)["outputs.tf"]


async def test_the_next_steps_gate_starts_an_update_of_the_module_just_made(workspace: Path) -> None:
    wish = GateAnswer(choice="update_existing", fields={"request": "add dead letters"})
    answers: list[GateAnswer | str] = [wish, "done"]
    house = make_house(workspace, person=ScriptedPerson(next_steps=lambda gate: answers.pop(0)))
    prepared = PreparedAnswers({})
    run = start_run(house, "a queue", prepared)
    outcomes = [outcome async for outcome in follow(house, run, prepared, lambda run: None)]

    assert [outcome.report.status for outcome in outcomes] == ["done", "done"]
    assert outcomes[1].report.plan is not None
    assert "policies.tf" in module_files(workspace)


async def test_two_updates_of_one_module_do_not_mix(workspace: Path) -> None:
    house = make_house(workspace)
    module = put(workspace, "ledger")
    prepared = PreparedAnswers({})
    first = start_update(house, workspace / module, "add an output table_arn", prepared)
    first.own_module(module)
    second = await update(house, module, "add an output key_arn")
    first.release()
    assert second.exit_code == 2
    assert "is working on" in second.report.message


def test_a_folder_outside_the_workspace_or_none_is_refused(workspace: Path, tmp_path: Path) -> None:
    house = make_house(workspace)
    for folder in (tmp_path, workspace / "nowhere"):
        with pytest.raises(UsageError):
            start_update(house, folder, "add an output x", PreparedAnswers({}))
    assert house.store.runs().runs == ()


async def test_a_rename_is_proved_before_anything_is_written_and_the_plan_says_so(workspace: Path) -> None:
    module = put(workspace, "bundled")
    engine = create_engine("bundled", library=shipped_library(), limits=EngineLimits())
    try:
        done = await update(make_house(workspace, engine=engine), module, "rename aws_s3_bucket.this to site")
    finally:
        await engine.close()
    assert done.report.status == "done", done.report.message
    assert done.report.plan is not None
    assert done.report.plan.moved_check == "proved by Terraform: aws_s3_bucket.this → aws_s3_bucket.site"
    assert done.report.module is not None
    assert done.report.module.files == ("main.tf",)


async def test_what_no_fix_mends_is_for_the_mind_on_top_of_the_fixes(workspace: Path) -> None:
    class Thinking(BuiltinMind):
        plans_anything = True

        async def change(self, task: UpdateTask, tools: Dispatcher) -> MindsChange | None:
            seen.append(task.files["main.tf"])
            mended = task.files["main.tf"].replace(b"length()", b"length([])")
            return MindsChange(
                intent="count nothing", files={"main.tf": mended}, said={"main.tf": "a list to count"}
            )

    seen: list[bytes] = []
    main = workspace / "modules" / "topic" / "main.tf"
    main.parent.mkdir(parents=True)
    text = b'locals {\n  size = length()\n}\n\nresource "aws_sns_topic" "this" {\n  display_nme = "x"\n}\n'
    main.write_bytes(VERSIONS + text)
    engine = create_engine("bundled", library=shipped_library(), limits=EngineLimits())
    try:
        done = await update(
            make_house(workspace, engine=engine, mind=Thinking()), "modules/topic", HEAL_REQUEST
        )
    finally:
        await engine.close()
    assert done.report.status == "done", done.report.message
    assert b'display_name = "x"' in seen[0], "the mind gets the module as the fixes left it"
    after = main.read_bytes()
    assert b'display_name = "x"' in after
    assert b"length([])" in after
    assert done.report.plan is not None
    assert "count nothing" in done.report.plan.intent
