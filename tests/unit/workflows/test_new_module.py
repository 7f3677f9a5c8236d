"""One run of the new-module workflow, from a request to files, gates and a report."""

from pathlib import Path

import pytest

from aws_orchestrator.errors import EngineError, UsageError
from aws_orchestrator.protocol import Gate, GateAnswer
from aws_orchestrator.runs.journal import read_entries
from aws_orchestrator.settings import Settings
from support.house import FILES, MODULE, add_skill, generate, make_house, module_files, run_folder
from support.outside import FakeClock, FakeEngine, ScriptedMind, ScriptedPerson


async def test_a_request_becomes_exactly_the_declared_files_after_the_checks_and_both_gates(
    workspace: Path,
) -> None:
    engine, person = FakeEngine(), ScriptedPerson()
    outcome = await generate(make_house(workspace, engine=engine, person=person))

    assert (outcome.report.status, outcome.exit_code, outcome.next) == ("done", 0, None), (
        outcome.report.message
    )
    assert set(module_files(workspace)) == set(FILES)
    assert engine.checked == ["init", "fmt", "validate", "tests"]
    assert [(gate.kind, gate.choice, gate.by) for gate in outcome.report.gates] == [
        ("commit", "keep_local", "safe_choice"),
        ("next_steps", "done", "safe_choice"),
    ]
    assert [gate.kind for gate in person.gates] == ["commit", "next_steps"]


async def test_the_same_request_gives_the_same_bytes_whatever_the_day_the_place_and_the_run(
    tmp_path: Path,
) -> None:
    results = []
    for name, start in (("here", 0), ("somewhere-else", 3_000)):
        folder = tmp_path / name
        folder.mkdir()
        add_skill(folder)
        outcome = await generate(make_house(folder, clock=FakeClock(start, -7)), "a queue named orders")
        results.append((outcome.report.status, module_files(folder)))

    assert results[0] == results[1]
    assert results[0][0] == "done"
    assert b'"orders"' in b"".join(results[0][1].values())


async def test_every_step_is_in_the_journal_before_its_effect(workspace: Path) -> None:
    house = make_house(workspace)
    outcome = await generate(house)
    kinds = [
        (e.kind, e.data.get("key") or e.data.get("title") or "")
        for e in read_entries(run_folder(house, outcome) / "journal.jsonl")
    ]

    names = [kind for kind, _ in kinds]
    assert names[0] == "run_started"
    assert names[-2:] == ["reported", "run_ended"]
    assert names.index("module_chosen") < names.index("write_planned")
    for kind, key in kinds:
        if kind == "step_done":
            assert ("step_started", key) in kinds[: kinds.index((kind, key))]


async def test_no_file_is_in_the_module_before_its_run_is_listed_and_the_write_is_announced(
    workspace: Path,
) -> None:
    class Watching(FakeEngine):
        def _check(self, check, tree):  # type: ignore[no-untyped-def]
            seen.append((house.store.runs().runs[0].status, (workspace / MODULE).exists()))
            return super()._check(check, tree)

    seen: list[tuple[str, bool]] = []
    house = make_house(workspace, engine=Watching())
    await generate(house)

    assert set(seen) == {("running", False)}


async def test_a_run_waits_while_a_person_thinks(workspace: Path) -> None:
    def think(gate: Gate) -> str:
        seen.append(house.store.runs().runs[0].status)
        return "keep_local"

    seen: list[str] = []
    house = make_house(workspace, person=ScriptedPerson(commit=think, next_steps="done"))
    outcome = await generate(house)

    assert seen == ["waiting"]
    assert [gate.by for gate in outcome.report.gates] == ["person", "person"]
    assert house.store.runs().runs[0].status == "done"


async def test_one_mistake_is_healed_once_and_the_module_is_valid(workspace: Path) -> None:
    mind = ScriptedMind(spoils="main.tf")
    outcome = await generate(make_house(workspace, mind=mind))

    assert outcome.report.status == "done"
    assert mind.heal_rounds == 1
    assert b"mistake" not in module_files(workspace)["main.tf"]


async def test_what_is_invalid_after_one_round_is_reported_and_the_workspace_is_untouched(
    workspace: Path,
) -> None:
    house = make_house(workspace, mind=ScriptedMind(spoils="main.tf", heals=False))
    outcome = await generate(house)

    assert (outcome.report.status, outcome.exit_code) == ("failed", 1)
    assert "INVALID: [main.tf:" in outcome.report.message
    assert outcome.report.validation is not None
    assert outcome.report.validation.status == "invalid"
    assert not (workspace / MODULE).exists()
    assert b"mistake" in (run_folder(house, outcome) / "invalid" / "main.tf").read_bytes()


async def test_no_round_of_healing_can_be_allowed(workspace: Path) -> None:
    mind = ScriptedMind(spoils="main.tf")
    outcome = await generate(
        make_house(workspace, mind=mind, settings=Settings.model_validate({"limits": {"heal_rounds": 0}}))
    )

    assert mind.heal_rounds == 0
    assert outcome.exit_code == 1


@pytest.mark.parametrize("check", ["init", "fmt", "validate", "tests"])
async def test_terraform_that_crashes_ends_the_run_with_its_sentence_and_nothing_is_written(
    workspace: Path, check: str
) -> None:
    def crash(now: str) -> None:
        if now == check:
            raise EngineError("Terraform crashed twice.")

    engine = FakeEngine()
    engine.fail = crash
    outcome = await generate(make_house(workspace, engine=engine))

    assert (outcome.report.status, outcome.exit_code, outcome.report.message) == (
        "failed",
        1,
        "Terraform crashed twice.",
    )
    assert not (workspace / MODULE).exists()


async def test_next_steps_start_the_next_run_with_what_the_person_typed(workspace: Path) -> None:
    answer = GateAnswer(choice="generate_another", fields={"request": "a queue with dead letters"})
    outcome = await generate(
        make_house(workspace, person=ScriptedPerson(commit="keep_local", next_steps=answer))
    )

    assert outcome.next is not None
    assert outcome.next.request == "a queue with dead letters"


async def test_a_request_that_names_no_service_is_refused_with_what_to_say_instead(workspace: Path) -> None:
    outcome = await generate(make_house(workspace), "a volcano")

    assert (outcome.report.status, outcome.exit_code) == ("failed", 2)
    assert "“a volcano”" in outcome.report.message
    assert not (workspace / "terraform_modules").exists()


async def test_a_corrupt_blueprint_stops_its_own_service_only_and_is_named(workspace: Path) -> None:
    broken = add_skill(workspace, "broken")
    broken.write_text("service: [", encoding="utf-8")
    outcome = await generate(make_house(workspace))
    assert outcome.report.status == "done"
    assert any(str(broken) in note for note in outcome.report.notes)

    shadow = add_skill(workspace, "s3")
    shadow.write_bytes(b"\xff\xfe")
    outcome = await generate(make_house(workspace), "an s3 bucket")
    assert outcome.exit_code == 2
    assert str(shadow) in outcome.report.message


async def test_a_corrupt_catalog_of_the_workspace_is_named(workspace: Path) -> None:
    catalog = workspace / ".aws-orchestrator" / "catalogs" / "aws-9.0.0.catalog.xz"
    catalog.parent.mkdir()
    catalog.write_bytes(b"not a catalog")
    outcome = await generate(make_house(workspace))

    assert outcome.exit_code == 2
    assert str(catalog) in outcome.report.message
    assert not (workspace / MODULE).exists()


async def test_two_services_that_fit_equally_well_are_a_gate_and_without_a_person_the_end(
    workspace: Path,
) -> None:
    add_skill(workspace, "letters", keywords=["queue", "post box"])
    stopped = await generate(make_house(workspace), "a post box")
    assert (stopped.report.status, stopped.exit_code) == ("cancelled", 3)
    assert "letters, queue" in stopped.report.message

    answered = await generate(make_house(workspace), "a post box", "ambiguous=letters")
    assert answered.report.module is not None
    assert answered.report.module.service == "letters"
    assert answered.report.gates[0].by == "ahead"


@pytest.mark.parametrize("request_", ["", " \n\t ", "\x00\x1b", "\u202e"])
async def test_an_empty_request_is_refused_before_a_run_begins(workspace: Path, request_: str) -> None:
    house = make_house(workspace)
    with pytest.raises(UsageError, match="The request is empty"):
        await generate(house, request_)
    assert house.store.runs().runs == ()


async def test_a_request_of_ten_thousand_words_is_read(workspace: Path) -> None:
    outcome = await generate(make_house(workspace), "a queue " + "with lots of words " * 2_500)

    assert outcome.report.status == "done"


async def test_keys_in_a_request_reach_no_file_no_journal_no_report_and_no_mind(workspace: Path) -> None:
    secrets = ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "hunter22222"]
    mind = ScriptedMind()
    request = (
        f"a queue named {secrets[0].lower()} {secrets[0]} {secrets[1]} password={secrets[2]} \x1b[31mred"
    )
    house = make_house(workspace, mind=mind)
    outcome = await generate(house, request, f"next_steps.request={secrets[0]}")

    everything = b"".join(module_files(workspace, ".").values())
    everything += outcome.report.model_dump_json().encode() + repr(mind.requests).encode()
    assert outcome.report.status == "done"
    for secret in secrets:
        assert secret.encode() not in everything
    assert b"\x1b" not in everything


async def test_a_stale_skill_is_completed_and_only_in_the_workspace(workspace: Path) -> None:
    outcome = await generate(make_house(workspace))

    assert (workspace / ".aws-orchestrator" / "skills" / "queue-module-generator" / "SKILL.md").is_file()
    assert "tf-skill-builder: Build the skill" in outcome.report.timings
    again = await generate(make_house(workspace))
    assert "tf-skill-builder: Build the skill" not in again.report.timings
