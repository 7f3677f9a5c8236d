"""Reverting a run: its files are what they were before, and what a person did since stays theirs."""

from pathlib import Path

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import finish, start_revert, start_run
from support.house import MODULE, generate, make_house, module_files
from support.outside import ScriptedPerson
from unit.update.test_update_workflow import update

DEAD_LETTERS = "a queue with dead letters"


async def revert(house: House, run_id: str, *approve: str) -> Outcome:
    prepared = PreparedAnswers({}, approve)
    return await finish(house, start_revert(house, run_id, prepared), prepared)


async def test_the_first_run_of_a_module_leaves_nothing_when_it_is_reverted(workspace: Path) -> None:
    house = make_house(workspace)
    made = await generate(house)
    outcome = await revert(house, made.report.run_id)

    assert (outcome.report.status, outcome.exit_code) == ("done", 0), outcome.report.message
    assert not (workspace / MODULE).exists()
    again = await generate(house)
    assert again.exit_code == 0


async def test_a_reverted_update_gives_every_byte_back_and_can_be_reverted_itself(workspace: Path) -> None:
    house = make_house(workspace)
    await generate(house, DEAD_LETTERS)
    before = module_files(workspace)
    updated = await update(house, MODULE, "remove the dead letters", approve=("aws_sqs_queue.dead_letters",))
    after = module_files(workspace)
    assert "policies.tf" not in after

    reverted = await revert(house, updated.report.run_id)
    assert reverted.exit_code == 0, reverted.report.message
    assert module_files(workspace) == before
    assert (await revert(house, reverted.report.run_id)).exit_code == 0
    assert module_files(workspace) == after


async def test_after_a_revert_an_update_starts_from_what_the_module_then_is(workspace: Path) -> None:
    house = make_house(workspace)
    await generate(house)
    plain = module_files(workspace)
    added = await update(house, MODULE, "add dead letters")
    await revert(house, added.report.run_id)
    assert module_files(workspace) == plain

    again = await update(house, MODULE, "add dead letters")
    assert again.report.status == "done", again.report.message
    assert "policies.tf" in module_files(workspace)


async def test_a_file_that_a_person_changed_since_is_reverted_only_when_it_is_named(workspace: Path) -> None:
    house = make_house(workspace)
    made = await generate(house)
    main, outputs = workspace / MODULE / "main.tf", workspace / MODULE / "outputs.tf"
    main.write_bytes(b"# mine\n")
    refused = await revert(house, made.report.run_id)

    assert (refused.report.status, refused.exit_code) == ("cancelled", 3)
    assert f"--approve-destructive {MODULE}/main.tf" in refused.report.message
    assert main.read_bytes() == b"# mine\n"
    assert outputs.exists()
    assert refused.report.gates[-1].choice == "reject"

    person = ScriptedPerson(destructive="approve")
    approved = await revert(make_house(workspace, person=person), made.report.run_id)
    assert approved.exit_code == 0
    assert "delete" in person.gates[0].question
    assert "-# mine" in person.gates[0].context
    assert not (workspace / MODULE).exists()

    back = await revert(house, approved.report.run_id)
    assert back.exit_code == 0
    assert main.read_bytes() == b"# mine\n"


async def test_what_was_a_persons_before_the_run_is_theirs_again_after_its_revert(workspace: Path) -> None:
    house = make_house(workspace)
    await generate(house)
    main = workspace / MODULE / "main.tf"
    main.write_bytes(b"# mine\n")
    over = await generate(house, DEAD_LETTERS, approve=(f"{MODULE}/main.tf",))
    await revert(house, over.report.run_id)
    assert main.read_bytes() == b"# mine\n"

    outcome = await generate(house, DEAD_LETTERS)
    assert outcome.exit_code == 3, "the restored file is a person's: it is not overwritten unasked"
    assert main.read_bytes() == b"# mine\n"


async def test_a_run_below_a_later_one_is_not_reverted(workspace: Path) -> None:
    house = make_house(workspace)
    first = await generate(house)
    later = await generate(house, DEAD_LETTERS)
    refused = await revert(house, first.report.run_id)
    assert refused.exit_code == 2
    assert "A later run wrote" in refused.report.message

    assert (await revert(house, later.report.run_id)).exit_code == 0
    assert (await revert(house, first.report.run_id)).exit_code == 0
    assert not (workspace / MODULE).exists()


async def test_a_run_that_wrote_nothing_or_has_not_ended_cannot_be_reverted(workspace: Path) -> None:
    house = make_house(workspace)
    going = start_run(house, "a queue", PreparedAnswers({}))
    with pytest.raises(UsageError, match="has not ended: resume it or cancel it"):
        start_revert(house, going.run_id, PreparedAnswers({}))
    going.release()
    await generate(house)
    same = await generate(house)
    with pytest.raises(UsageError, match="wrote no file"):
        start_revert(house, same.report.run_id, PreparedAnswers({}))
    with pytest.raises(UsageError, match="There is no run"):
        start_revert(house, "nothing", PreparedAnswers({}))


async def test_a_second_revert_finds_nothing_to_change(workspace: Path) -> None:
    house = make_house(workspace)
    made = await generate(house)
    await revert(house, made.report.run_id)
    again = await revert(house, made.report.run_id)

    assert again.exit_code == 0
    assert "0 files changed back" in again.report.message


async def test_contents_that_are_gone_stop_a_revert_before_the_first_byte(workspace: Path) -> None:
    house = make_house(workspace)
    await generate(house)
    later = await generate(house, DEAD_LETTERS)
    before = module_files(workspace)
    for kept in (house.store.folder / later.report.run_id / "objects").iterdir():
        kept.unlink()
    outcome = await revert(house, later.report.run_id)

    assert outcome.exit_code == 1
    assert "is missing" in outcome.report.message
    assert module_files(workspace) == before
