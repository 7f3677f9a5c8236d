"""The audit of a run: everything that a reviewer asks for, from the journal alone."""

import re
from pathlib import Path

from aws_orchestrator.protocol import Gate, GateAnswer
from aws_orchestrator.runs.audit import audit_markdown, audit_page
from aws_orchestrator.runs.contents import digest_of, kept_content
from aws_orchestrator.runs.journal import Entry, JournalError, read_entries
from aws_orchestrator.runs.run import Run
from support.house import MODULE, add_skill, generate, make_house, module_files, run_folder
from support.outside import ScriptedMind, ScriptedPerson

CONTROLS = [
    {"id": "SQS.1", "title": "Encrypted at rest", "how": "sqs_managed_sse_enabled is true"},
    {
        "id": "SQS.9",
        "title": "Keeps what fails",
        "how": "A second queue",
        "feature": "dead_letters",
        "waiver": "What fails is lost.",
    },
]


def page_of(folder: Path) -> str:
    entries = read_entries(folder / "journal.jsonl")
    return audit_page(folder.name, entries, lambda digest: kept_content(folder / "objects", digest))


def section(page: str, title: str) -> str:
    return page.partition(f"## {title}\n")[2].partition("\n## ")[0]


async def test_the_page_holds_request_plan_security_gates_checks_and_files(tmp_path: Path) -> None:
    add_skill(tmp_path, controls=CONTROLS)
    person = ScriptedPerson(commit="keep_local", next_steps=None)
    house = make_house(tmp_path, person=person, mind=ScriptedMind(spoils="main.tf"))
    outcome = await generate(house, "a queue named orders")
    page = page_of(run_folder(house, outcome))

    assert "> a queue named orders" in section(page, "Request")
    assert '| Default of `name` | `"orders"` |' in section(page, "Plan")
    assert "| SQS.1: Encrypted at rest | sqs\\_managed\\_sse\\_enabled is true |" in section(page, "Security")
    assert "| Not kept: What fails is lost. |" in section(page, "Security")
    gates = section(page, "Gates").splitlines()
    assert re.search(r"`keep_local` \| a person, when asked .*\| 2030-01-01T00:\d\d:\d\dZ \|$", gates[3])
    assert re.search(r"`done` \| nobody answered: the safe choice \| 2030", gates[4])
    checks = section(page, "Checks")
    assert "Checked 2 times" in checks
    for check in ("init", "fmt", "validate", "rules", "tests"):
        assert re.search(rf"\| {check} \| passed \| bundled, aws 5\.100\.0 \|", checks)
    for name, content in module_files(tmp_path).items():
        assert f"| `{name}` | `{digest_of(content)}` |" in section(page, "Files")


async def test_the_audit_of_a_run_that_goes_on_can_go_into_its_pull_request(tmp_path: Path) -> None:
    add_skill(tmp_path)
    pages = []
    runs: list[Run] = []
    house = make_house(tmp_path)

    def at_the_gate(gate: Gate) -> GateAnswer:
        pages.append(audit_markdown(runs[0]))
        return GateAnswer(choice="keep_local")

    house = house._replace(person=ScriptedPerson(commit=at_the_gate))
    from aws_orchestrator.gates.answers import PreparedAnswers
    from aws_orchestrator.workflows.session import finish, start_run

    runs.append(start_run(house, "a queue", PreparedAnswers({})))
    outcome = await finish(house, runs[0], PreparedAnswers({}))

    assert outcome.exit_code == 0
    assert "| Ended | not yet |" in pages[0]
    assert "| validate | passed |" in pages[0]
    assert section(pages[0], "Files") == section(page_of(runs[0].folder), "Files")


def test_what_somebody_wrote_stays_words_in_the_page() -> None:
    request = "a queue | <img src=x> @team #1 [x](javascript:1) `code` AKIAIOSFODNN7EXAMPLE"
    entries = [
        Entry(1, "run_started", "2030", {"workflow": "new_module", "request": request, "program": "1"}),
        Entry(2, "gate_opened", "2030", {"gate": {"gateId": "g", "question": "## Why?\n| a | b |"}}),
        Entry(3, "gate_answered", "2030", {"key": "g", "decision": {"kind": "commit", "choice": "a`b"}}),
    ]
    page = audit_page("x", entries, lambda _: b"")

    assert "AKIA" not in page
    assert not re.search(r"(?<!\\)[<\[]", page.replace("[redacted]", ""))
    assert "@team" not in page
    assert "``a`b``" in page
    assert page.count("\n| commit |") == 1


def test_a_journal_of_somebody_else_makes_a_short_page_and_no_failure() -> None:
    def gone(_: str) -> bytes:
        raise JournalError("gone")

    entries = [
        Entry(1, "run_started", "", {}),
        Entry(2, "step_done", "", {"result": ["no mapping"], "key": 7}),
        Entry(
            3, "step_done", "", {"result": {"plan": 7, "understood": [], "blueprint": "x", "validation": "y"}}
        ),
        Entry(4, "gate_answered", "", {"decision": None}),
        Entry(5, "write_planned", "", {"deletes": "all"}),
    ]
    assert audit_page("x", entries, gone).startswith("# Run x\n")
    assert audit_page("x", [], gone).startswith("# Run x\n")


async def test_an_update_shows_its_change_plan_and_what_it_destroys(tmp_path: Path) -> None:
    from unit.update.test_update_workflow import update

    add_skill(tmp_path)
    house = make_house(tmp_path)
    await generate(house, "a queue with dead letters")
    outcome = await update(house, MODULE, "remove the dead letters", approve=("aws_sqs_queue.dead_letters",))
    page = page_of(run_folder(house, outcome))

    assert outcome.exit_code == 0, outcome.report.message
    assert "| `policies.tf` | delete |" in section(page, "Plan")
    assert "- Destroys `aws_sqs_queue.dead_letters`" in section(page, "Plan")
    assert f"- `{MODULE}/policies.tf` is deleted" in section(page, "Files")
    assert "`approve` | answered ahead of time" in section(page, "Gates")
