"""What is ours in a module's folder is replaced; what a person made or changed is theirs."""

import asyncio
import os
from pathlib import Path

import pytest

from aws_orchestrator.protocol import Gate, GateAnswer
from aws_orchestrator.runs.ledger import Ledger
from aws_orchestrator.workflows.disk import DiskWorkspace
from support.house import FILES, MODULE, add_skill, generate, make_house, module_files, resume, run_folder
from support.outside import ScriptedPerson

DEAD_LETTERS = "a queue with dead letters"


async def test_a_second_run_replaces_a_module_that_is_ours_without_asking(workspace: Path) -> None:
    await generate(make_house(workspace), DEAD_LETTERS)
    assert b"dead_letters" in b"".join(module_files(workspace).values())
    outcome = await generate(make_house(workspace))

    assert outcome.exit_code == 0
    assert b"dead_letters" not in b"".join(module_files(workspace).values())


async def test_a_file_that_the_module_no_longer_has_is_deleted_when_it_is_ours(workspace: Path) -> None:
    await generate(make_house(workspace), DEAD_LETTERS)
    assert "policies.tf" in module_files(workspace)
    await generate(make_house(workspace))
    assert set(module_files(workspace)) == set(FILES)

    await generate(make_house(workspace), DEAD_LETTERS)
    policies = workspace / MODULE / "policies.tf"
    policies.write_bytes(b"# mine\n")
    outcome = await generate(make_house(workspace))
    assert outcome.exit_code == 0
    assert policies.read_bytes() == b"# mine\n"


async def test_a_folder_goes_with_its_last_file(tmp_path: Path) -> None:
    workspace = DiskWorkspace(tmp_path)
    await workspace.write("run", {"m/main.tf": b"", "m/templates/a/b.tftpl": b""}, frozenset())
    await workspace.write("run", {}, frozenset({"m/templates/a/b.tftpl"}))

    assert [path.relative_to(tmp_path).as_posix() for path in sorted((tmp_path / "m").rglob("*"))] == [
        "m/main.tf"
    ]


async def test_a_file_that_is_not_of_the_module_is_never_touched(workspace: Path) -> None:
    foreign = workspace / MODULE / "notes.md"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("mine", encoding="utf-8")
    await generate(make_house(workspace))
    await generate(make_house(workspace), DEAD_LETTERS)

    assert foreign.read_text(encoding="utf-8") == "mine"


async def test_an_edit_of_a_person_stops_the_run_when_nobody_is_there(workspace: Path) -> None:
    await generate(make_house(workspace))
    main = workspace / MODULE / "main.tf"
    main.write_bytes(main.read_bytes() + b"# mine\n")
    before = module_files(workspace)
    outcome = await generate(make_house(workspace), DEAD_LETTERS)

    assert (outcome.report.status, outcome.exit_code) == ("cancelled", 3)
    assert f"--approve-destructive {MODULE}/main.tf" in outcome.report.message
    assert module_files(workspace) == before
    assert outcome.report.gates[-1].model_dump() == {
        "kind": "destructive",
        "choice": "reject",
        "by": "safe_choice",
    }


async def test_an_approval_ahead_of_time_counts_for_the_named_file_only(workspace: Path) -> None:
    await generate(make_house(workspace))
    for name in ("main.tf", "outputs.tf"):
        path = workspace / MODULE / name
        path.write_bytes(path.read_bytes() + b"# mine\n")
    one = await generate(make_house(workspace), DEAD_LETTERS, approve=(f"{MODULE}/main.tf",))
    assert one.exit_code == 3
    assert b"# mine" in module_files(workspace)["main.tf"]

    both = await generate(
        make_house(workspace), DEAD_LETTERS, approve=(f"./{MODULE}/main.tf", f"{MODULE}/outputs.tf")
    )
    assert both.exit_code == 0
    assert b"# mine" not in module_files(workspace)["main.tf"]


async def test_a_person_sees_the_difference_and_a_secret_in_it_stays_out_of_the_journal(
    workspace: Path,
) -> None:
    await generate(make_house(workspace))
    main = workspace / MODULE / "main.tf"
    main.write_bytes(main.read_bytes() + b"# mine AKIAIOSFODNN7EXAMPLE\n")
    person = ScriptedPerson(destructive="approve", commit="keep_local", next_steps="done")
    house = make_house(workspace, person=person)
    outcome = await generate(house)

    assert outcome.exit_code == 0
    assert "-# mine [redacted]" in person.gates[0].context
    assert b"AKIAIOSFODNN7EXAMPLE" not in (run_folder(house, outcome) / "journal.jsonl").read_bytes()


async def test_the_proposal_can_be_kept_to_merge_by_hand(workspace: Path) -> None:
    await generate(make_house(workspace))
    main = workspace / MODULE / "main.tf"
    main.write_bytes(b"# mine\n")
    house = make_house(workspace, person=ScriptedPerson(destructive="edit"))
    outcome = await generate(house)

    assert outcome.exit_code == 3
    assert main.read_bytes() == b"# mine\n"
    assert b"aws_sqs_queue" in (run_folder(house, outcome) / "proposal" / MODULE / "main.tf").read_bytes()


async def test_an_older_text_of_ours_that_a_person_brought_back_is_theirs(workspace: Path) -> None:
    await generate(make_house(workspace), DEAD_LETTERS)
    older = module_files(workspace)["README.md"]
    await generate(make_house(workspace))
    assert module_files(workspace)["README.md"] != older
    (workspace / MODULE / "README.md").write_bytes(older)
    outcome = await generate(make_house(workspace))

    assert outcome.exit_code == 3
    assert module_files(workspace)["README.md"] == older


async def test_what_a_person_edits_while_the_gate_waits_is_asked_for_again(workspace: Path) -> None:
    main, outputs = workspace / MODULE / "main.tf", workspace / MODULE / "outputs.tf"

    def approve_after_another_edit(gate: Gate) -> str:
        if len(person.gates) == 1:
            outputs.write_bytes(b"# meanwhile\n")
            return "approve"
        return "reject"

    await generate(make_house(workspace))
    main.write_bytes(b"# mine\n")
    person = ScriptedPerson(destructive=approve_after_another_edit)
    outcome = await generate(make_house(workspace, person=person), DEAD_LETTERS)

    assert len(person.gates) == 2
    assert "outputs.tf" in person.gates[1].question
    assert "main.tf" not in person.gates[1].question
    assert outcome.exit_code == 3
    assert (main.read_bytes(), outputs.read_bytes()) == (b"# mine\n", b"# meanwhile\n")


async def test_a_second_run_for_the_same_module_ends_with_one_sentence_while_the_first_goes_on(
    workspace: Path,
) -> None:
    second: list[object] = []

    class Asking(ScriptedPerson):
        async def ask(self, gate: Gate):  # type: ignore[no-untyped-def]
            if gate.kind == "commit":
                second.append(await generate(make_house(workspace), DEAD_LETTERS))
            return await super().ask(gate)

    house = make_house(workspace, person=Asking())
    first = await generate(house)

    assert first.exit_code == 0
    (other,) = second
    assert other.exit_code == 2  # type: ignore[attr-defined]
    assert f"{first.report.run_id} is working on {MODULE}" in other.report.message  # type: ignore[attr-defined]
    assert b"dead_letters" not in b"".join(module_files(workspace).values())


async def test_runs_for_different_modules_of_a_workspace_go_on_at_the_same_time(workspace: Path) -> None:
    add_skill(workspace, "letters", keywords=["letter box"])
    both = asyncio.Barrier(2)

    class Together(ScriptedPerson):
        async def ask(self, gate: Gate) -> GateAnswer | None:
            if gate.kind == "commit":
                async with asyncio.timeout(60):
                    await both.wait()  # neither goes on before the other waits too
            return await super().ask(gate)

    houses = [make_house(workspace, person=Together()) for _ in range(2)]
    outcomes = await asyncio.gather(generate(houses[0], "a queue"), generate(houses[1], "a letter box"))

    assert [outcome.exit_code for outcome in outcomes] == [0, 0]
    assert set(module_files(workspace)) == set(FILES)
    assert set(module_files(workspace, "terraform_modules/letters")) == set(FILES)
    assert {run.status for run in houses[0].store.runs().runs} == {"done"}


@pytest.mark.parametrize("place", ["terraform_modules", MODULE, f"{MODULE}/main.tf", f"{MODULE}/tests"])
async def test_nothing_is_written_through_a_link_that_leaves_the_workspace(
    workspace: Path, tmp_path: Path, place: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_bytes(b"# theirs\n")
    link = workspace / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside / "main.tf" if place.endswith(".tf") else outside)
    outcome = await generate(make_house(workspace))

    assert outcome.exit_code == 2
    assert "link" in outcome.report.message
    assert [path.name for path in outside.rglob("*")] == ["main.tf"]
    assert (outside / "main.tf").read_bytes() == b"# theirs\n"


@pytest.mark.parametrize(
    ("place", "is_folder"),
    [("terraform_modules", False), (f"{MODULE}/tests", False), (f"{MODULE}/main.tf", True)],
)
async def test_a_file_in_the_place_of_a_folder_or_the_reverse_stops_before_the_first_byte(
    workspace: Path, place: str, is_folder: bool
) -> None:
    path = workspace / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir() if is_folder else path.write_bytes(b"in the way")
    outcome = await generate(make_house(workspace))

    assert outcome.exit_code in (1, 2)
    assert str(path) in outcome.report.message
    assert not [found for found in (workspace / "terraform_modules").rglob("*.tf") if found.is_file()]


async def test_a_disk_that_refuses_leaves_the_run_interrupted_and_resume_finishes_it(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def full(path, flags, *rest, **more):  # type: ignore[no-untyped-def]
        if (
            "staging" in str(path)
            and sum(1 for _ in (workspace / ".aws-orchestrator/runs/staging").rglob("*")) > 3
        ):
            raise OSError(28, "No space left on device")
        return real(path, flags, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", full)
        outcome = await generate(make_house(workspace))
    assert (outcome.report.status, outcome.exit_code) == ("interrupted", 1)
    assert "No space left on device" in outcome.report.message
    assert "resume the run" in outcome.report.message
    assert not list((workspace / MODULE).rglob("*.tf"))
    house = make_house(workspace)
    assert house.store.runs().runs[0].status == "interrupted"

    assert (await resume(house, outcome.report.run_id)).exit_code == 0
    assert len(module_files(workspace)) == len(FILES)


def test_a_forged_or_damaged_ledger_knows_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, tmp_path / "staging", "terraform_modules/queue")
    ledger.settle({"main.tf": "a"})
    path = tmp_path / "terraform_modules%2Fqueue.json"
    good = path.read_text(encoding="utf-8")
    assert ledger.ours() == {"main.tf": frozenset("a")}

    for text in (
        good.replace("main.tf", "../../main.tf"),
        good.replace("main.tf", "/etc/passwd"),
        "[" * 100_000,
        "{}",
        "7",
        good[:-9],
    ):
        path.write_text(text, encoding="utf-8")
        assert ledger.ours() == {}
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").write_text(good, encoding="utf-8")
    assert ledger.ours() == {}


def test_until_a_write_is_done_both_the_old_and_the_new_bytes_are_ours(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, tmp_path / "staging", "m")
    ledger.settle({"a": "1", "b": "1"})
    ledger.announce({"a": "2", "c": "2"})
    assert ledger.ours() == {"a": {"1", "2"}, "b": {"1"}, "c": {"2"}}

    ledger.settle({"a": "2", "c": "2"})
    assert ledger.ours() == {"a": {"2"}, "c": {"2"}}
