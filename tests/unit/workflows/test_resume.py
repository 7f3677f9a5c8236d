"""A run that is killed anywhere goes on where its journal ends, and comes to the same end."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.protocol import Gate, GateAnswer
from aws_orchestrator.runs.journal import Journal, JournalError
from aws_orchestrator.runs.ledger import Ledger
from aws_orchestrator.settings import Settings
from aws_orchestrator.workflows import disk
from aws_orchestrator.workflows.session import answers_of, finish, resume_run, start_run
from support.house import FILES, MODULE, add_skill, generate, make_house, module_files, resume
from support.killing import KILLED, dying, in_a_process
from support.outside import FakeClock, ScriptedMind, ScriptedPerson

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a kill is simulated in a forked process")


def kill_at(folder: Path, owner: Any, name: str, at: int, before: bool) -> bool:
    """True when the run was killed there; False when it ended before it came so far."""

    def work() -> None:
        with dying(owner, name, at, before):
            # A mind that has to be healed: the longest way through the workflow.
            house = make_house(folder, mind=ScriptedMind(spoils="main.tf"), clock=FakeClock(100))
            asyncio.run(generate(house, "a queue named orders"))

    return in_a_process(work) == KILLED


def staged(folder: Path) -> list[str]:
    """The files that are on their way somewhere."""
    staging = folder / ".aws-orchestrator" / "runs" / "staging"
    return [path.name for path in staging.rglob("*") if path.is_file()]


async def test_killed_between_two_files_of_the_write_a_run_finishes_it_without_asking(tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    reference.mkdir()
    add_skill(reference)
    await generate(make_house(reference), "a queue named orders")
    expected = module_files(reference)
    for at in (1, 2):
        folder = tmp_path / f"killed-{at}"
        folder.mkdir()
        add_skill(folder)
        # The older module makes every write a replacement, and one a deletion.
        await generate(make_house(folder), "a queue named letters with dead letters")
        assert kill_at(folder, disk, "_mode", at, before=True)
        half = module_files(folder)
        assert half not in (expected, {})
        # What was on its way is not in the module, nor anywhere under a name that Terraform loads.
        assert set(half) <= {*expected, "policies.tf"}
        assert not [name for name in staged(folder) if name.endswith((".tf", ".tf.json", ".hcl"))]
        house = make_house(folder)
        outcome = await resume(house, house.store.runs().runs[0].run_id)

        assert outcome.exit_code == 0, outcome.report.message
        assert module_files(folder) == expected
        assert staged(folder) == []


async def test_a_file_that_a_person_changed_between_the_kill_and_the_resume_goes_through_the_gate(
    tmp_path: Path,
) -> None:
    add_skill(tmp_path)
    assert kill_at(tmp_path, Ledger, "settle", 1, before=True)
    house = make_house(tmp_path)
    run_id = house.store.runs().runs[0].run_id
    main = tmp_path / MODULE / "main.tf"
    main.parent.mkdir(parents=True, exist_ok=True)
    main.write_bytes(b"# mine\n")
    outcome = await resume(house, run_id)

    assert outcome.exit_code == 3
    assert main.read_bytes() == b"# mine\n"


async def test_a_disk_that_takes_no_more_ends_with_a_sentence_and_the_run_is_resumed_when_there_is_room(
    tmp_path: Path,
) -> None:
    add_skill(tmp_path)

    def work() -> None:
        import resource

        # The kernel refuses what would make any file larger than this; the journal is the first to meet it.
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, resource.RLIM_INFINITY))
        outcome = asyncio.run(generate(make_house(tmp_path)))
        said = (
            "No space left on device" in outcome.report.message and "resume the run" in outcome.report.message
        )
        os._exit(
            KILLED if (outcome.report.status, outcome.exit_code, said) == ("interrupted", 1, True) else 1
        )

    assert in_a_process(work) == KILLED
    house = make_house(tmp_path)
    (summary,) = house.store.runs().runs
    assert summary.status == "interrupted"
    assert (await resume(house, summary.run_id)).exit_code == 0
    assert set(module_files(tmp_path)) == set(FILES)


async def test_an_approval_before_the_kill_does_not_cover_an_edit_after_it(tmp_path: Path) -> None:
    add_skill(tmp_path)
    await generate(make_house(tmp_path), "a queue with dead letters")
    main = tmp_path / MODULE / "main.tf"
    main.write_bytes(b"# mine\n")

    def work() -> None:
        real = Journal.append

        def dies(journal: Journal, kind: str, *rest: Any, **more: Any) -> Any:
            if kind == "write_planned":
                os._exit(KILLED)
            return real(journal, kind, *rest, **more)

        Journal.append = dies  # type: ignore[method-assign, assignment]
        person = ScriptedPerson(destructive="approve")
        asyncio.run(generate(make_house(tmp_path, person=person, clock=FakeClock(100))))

    assert in_a_process(work) == KILLED
    main.write_bytes(b"# mine, edited again\n")
    house = make_house(tmp_path)
    outcome = await resume(house, house.store.runs().runs[0].run_id)

    assert outcome.exit_code == 3
    assert main.read_bytes() == b"# mine, edited again\n"


async def test_a_skill_and_a_setting_that_change_between_kill_and_resume_do_not_split_the_module(
    tmp_path: Path,
) -> None:
    add_skill(tmp_path)
    assert kill_at(tmp_path, Journal, "append", 12, before=True)
    add_skill(
        tmp_path,
        keywords=["queue"],
        outputs=[{"name": "url", "value": "aws_sqs_queue.this.url", "description": "URL."}],
    )
    house = make_house(tmp_path, settings=Settings(modules_folder="elsewhere"), mind=ScriptedMind())
    outcome = await resume(house, house.store.runs().runs[0].run_id)

    assert outcome.exit_code == 0, outcome.report.message
    assert b'output "arn"' in module_files(tmp_path)["outputs.tf"]
    assert not (tmp_path / "elsewhere").exists()


async def test_an_answer_given_ahead_that_was_used_before_the_kill_is_not_used_again(tmp_path: Path) -> None:
    add_skill(tmp_path)
    answers = ("next_steps=generate_another", "next_steps.request=a queue with dead letters")

    def work() -> None:
        real = Journal.append

        def dies(journal: Journal, kind: str, *rest: Any, **more: Any) -> Any:
            if kind == "reported":
                os._exit(KILLED)
            return real(journal, kind, *rest, **more)

        Journal.append = dies  # type: ignore[method-assign, assignment]
        asyncio.run(generate(make_house(tmp_path), "a queue", *answers))

    assert in_a_process(work) == KILLED
    house = make_house(tmp_path)
    run = resume_run(house, house.store.runs().runs[0].run_id)
    given = answers_of(run)
    outcome = await finish(house, run, given)

    assert outcome.next is not None
    assert outcome.next.request == "a queue with dead letters"
    assert given.remaining() == {}


class Thinking(ScriptedPerson):
    """Never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def ask(self, gate: Gate) -> GateAnswer | None:
        self.asked.set()
        await asyncio.Event().wait()
        return None


async def test_a_cancelled_task_leaves_the_run_to_be_resumed_unless_a_person_wanted_the_end(
    tmp_path: Path,
) -> None:
    add_skill(tmp_path)
    summaries = []
    for wanted in (False, True):
        person = Thinking()
        person.surface = "terminal"
        house = make_house(tmp_path, person=person, clock=FakeClock(100 * wanted))
        run = start_run(house, "a queue", PreparedAnswers({}))
        task = asyncio.create_task(finish(house, run, PreparedAnswers({})))
        await person.asked.wait()
        run.cancel_requested = wanted
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        summaries.append(house.store.summary(run.folder))

    assert [(one.status, one.waits_in) for one in summaries] == [
        ("interrupted", "terminal"),
        ("cancelled", None),
    ]


async def test_a_run_that_goes_on_or_has_ended_or_never_was_cannot_be_resumed(tmp_path: Path) -> None:
    add_skill(tmp_path)
    house = make_house(tmp_path)
    run = start_run(house, "a queue", PreparedAnswers({}))
    with pytest.raises(UsageError, match="is going on in another process"):
        resume_run(house, run.run_id)
    run.release()
    outcome = await generate(house)
    with pytest.raises(UsageError, match="is done already"):
        resume_run(house, outcome.report.run_id)
    for wrong in ("nothing", "../runs", ".", "a\0b"):
        with pytest.raises(UsageError, match="There is no run"):
            resume_run(house, wrong)


@pytest.mark.parametrize(
    "damage",
    [
        {"request": 7},
        {"surprise": "from a later version"},
        {"workflow": None},
        {"answers": ["no mapping"]},
    ],
)
async def test_a_start_that_cannot_be_read_is_refused_with_a_sentence(
    tmp_path: Path, damage: dict[str, Any]
) -> None:
    add_skill(tmp_path)
    house = make_house(tmp_path)
    run = start_run(house, "a queue", PreparedAnswers({}))
    run.release()
    path = run.folder / "journal.jsonl"
    head, first = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{head}\n{json.dumps({**json.loads(first), **damage})}\n", encoding="utf-8")

    with pytest.raises(JournalError, match="start a new one"):
        resume_run(house, run.run_id)
    assert house.store.runs().runs[0].status == "interrupted"


async def test_a_recorded_step_that_another_version_wrote_ends_the_run_with_a_sentence(
    tmp_path: Path,
) -> None:
    add_skill(tmp_path)
    assert kill_at(tmp_path, Journal, "append", 8, before=True)
    house = make_house(tmp_path)
    run_id = house.store.runs().runs[0].run_id
    path = house.store.folder_of(run_id) / "journal.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line.get("kind") == "step_done":
            line["result"] = {"of": "another version"}
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    outcome = await resume(house, run_id)

    assert (outcome.report.status, outcome.exit_code) == ("failed", 1)
    assert "Start the run anew" in outcome.report.message
