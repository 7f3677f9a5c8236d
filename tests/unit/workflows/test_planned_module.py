"""A run without a skill: tf-planner's research and three results, what a person is asked, and several services."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from aws_orchestrator.agents import planner_research
from aws_orchestrator.cli.runs import show_run
from aws_orchestrator.errors import EngineError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.mcp.registry_server import COMMAND_VARIABLE
from aws_orchestrator.mcp.remote_session import RemoteLimits
from aws_orchestrator.minds.builtin.planner.results import Requirements, SecurityReview
from aws_orchestrator.protocol import Gate, GateAnswer
from aws_orchestrator.runs.journal import read_entries
from aws_orchestrator.runs.run import Run
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import answers_of, follow, start_run
from aws_orchestrator.workflows.update_origin import find_origin
from support.house import generate, make_house, module_files, resume, run_folder
from support.outside import FakeEngine, ScriptedPerson

DOUBLE = Path(__file__).parents[2] / "mcp_server" / "registry_double.py"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace without any skill of its own."""
    return tmp_path


async def every_run(house: House, request: str, *answers: str) -> list[Outcome]:
    """The outcomes of a request's runs."""
    prepared = PreparedAnswers.parse(answers)
    run = start_run(house, request, prepared)
    started: list[Run] = []
    return [outcome async for outcome in follow(house, run, answers_of(run, prepared), started.append)]


async def test_the_three_results_are_steps_of_the_journal_and_in_the_report(workspace: Path) -> None:
    house = make_house(workspace)
    outcome = await generate(house, "an encrypted SQS queue named jobs")
    entries = read_entries(run_folder(house, outcome) / "journal.jsonl")
    results = {str(entry.data["key"]): entry.data["result"] for entry in entries if entry.kind == "step_done"}

    assert outcome.report.status == "done", outcome.report.message
    planning = outcome.report.planning
    assert planning is not None
    assert planning.requirements.services[0].inputs == {"name": '"jobs"'}
    assert {finding.id for finding in planning.security.findings} >= {"SQS.1"}
    assert planning.plan.resources[0] == "aws_sqs_queue.this"
    assert Requirements.model_validate(results["tf-planner: Requirements#1"]["requirements"])
    assert SecurityReview.model_validate(results["tf-planner: Security review#1"]["security"])
    assert results["tf-planner: Execution plan#1"]["plan"]["service"] == "sqs"
    assert outcome.as_data()["planning"]["security"]["findings"][0]["status"] == "PASS"


async def test_runs_show_prints_the_three_results(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    outcome = await generate(make_house(workspace), "an SQS queue named jobs")
    capsys.readouterr()
    show_run(
        argparse.Namespace(run_id=outcome.report.run_id, workspace=workspace, json=False, markdown=False)
    )
    shown = capsys.readouterr().out

    assert 'name = "jobs"' in shown
    assert "SQS.1 PASS aws_sqs_queue.this" in shown
    assert "execution plan: sqs for hashicorp/aws" in shown


async def test_the_skill_of_a_plan_is_reused_while_it_is_current(workspace: Path) -> None:
    house = make_house(workspace)
    first = await generate(house, "an SQS queue named jobs")
    files = module_files(workspace, "terraform_modules/sqs")
    again = await generate(make_house(workspace), "an SQS queue named jobs")

    assert first.report.planning is not None
    assert again.report.planning is None
    assert again.report.status == "done"
    assert module_files(workspace, "terraform_modules/sqs") == files


async def test_an_open_question_is_asked_and_its_answer_is_the_input(workspace: Path) -> None:
    def answer(gate: Gate) -> GateAnswer:
        assert [field.key for field in gate.fields] == ["cidr_block", "zone_count", "correction"]
        assert "Amazon VPC" in gate.context
        return GateAnswer(
            choice="generate",
            fields={
                "cidr_block": "10.9.0.0/16",
                "zone_count": "2",
                "correction": "with an internet gateway, no dns support",
            },
        )

    person = ScriptedPerson(ambiguous=answer, commit="keep_local", next_steps="done")
    outcome = await generate(make_house(workspace, person=person), "a VPC")

    planning = outcome.report.planning
    assert planning is not None, outcome.report.message
    wanted = planning.requirements.services[0]
    assert wanted.inputs == {"cidr_block": '"10.9.0.0/16"', "zone_count": 2, "enable_dns_support": False}
    assert {"internet_gateway", "zone_subnets"} <= set(wanted.features)
    assert wanted.questions == ()
    assert b"aws_internet_gateway" in module_files(workspace, "terraform_modules/vpc")["main.tf"]


async def test_with_nobody_there_an_open_question_becomes_an_input(workspace: Path) -> None:
    person = ScriptedPerson()
    person.is_there = False
    outcome = await generate(make_house(workspace, person=person), "a VPC")

    assert outcome.report.status == "done"
    assert [gate.choice for gate in outcome.report.gates][:1] == ["generate"]


async def test_who_dismisses_the_question_gets_nothing(workspace: Path) -> None:
    outcome = await generate(make_house(workspace, person=ScriptedPerson()), "a VPC")

    assert (outcome.report.status, outcome.exit_code) == ("cancelled", 3)
    assert not (workspace / "terraform_modules").exists()


async def test_an_answer_given_ahead_names_the_input(workspace: Path) -> None:
    outcome = await generate(
        make_house(workspace), "a VPC", "ambiguous=generate", "ambiguous.cidr_block=10.3.0.0/16"
    )

    assert outcome.report.planning is not None
    assert outcome.report.planning.requirements.services[0].inputs == {"cidr_block": '"10.3.0.0/16"'}


async def test_nothing_is_asked_where_every_default_is_safe(workspace: Path) -> None:
    person = ScriptedPerson(commit="keep_local", next_steps="done")
    await generate(make_house(workspace, person=person), "an SQS queue named jobs")

    assert [gate.kind for gate in person.gates] == ["commit", "next_steps"]


async def test_contradictory_wishes_are_decided_by_a_person_or_nothing_is_made(workspace: Path) -> None:
    request = "a public encrypted private bucket"
    outcome = await generate(make_house(workspace), request)
    assert (outcome.report.status, outcome.exit_code) == ("cancelled", 3)
    assert "says both public and private" in outcome.report.message

    person = ScriptedPerson(ambiguous="private", commit="keep_local", next_steps="done")
    outcome = await generate(make_house(workspace, person=person), request)
    assert outcome.report.status == "done"
    assert "public" not in outcome.report.understood.replace("public_access", "")


async def test_several_services_are_one_run_each_with_one_summary(workspace: Path) -> None:
    house = make_house(workspace)
    outcomes = await every_run(
        house, "a KMS key, an encrypted SQS queue named jobs and an SNS topic named news"
    )

    assert [outcome.report.status for outcome in outcomes] == ["done", "done", "done"]
    assert [outcome.report.module.path for outcome in outcomes if outcome.report.module] == [
        "terraform_modules/kms",
        "terraform_modules/sqs",
        "terraform_modules/sns",
    ]
    assert [[gate.kind for gate in outcome.report.gates] for outcome in outcomes] == [
        ["commit"],
        ["commit"],
        ["commit", "next_steps"],
    ]
    last = outcomes[-1].report.parts
    assert last is not None
    assert (last.services, last.rest) == (("kms", "sqs", "sns"), "")
    assert ("kms", "sqs", "kms_master_key_id") in {
        (item.giver, item.taker, item.variable) for item in last.connections
    }
    assert "kms_master_key_id = module.kms.id" in last.call
    variables = module_files(workspace, "terraform_modules/sqs")["variables.tf"]
    assert b'"jobs"' in variables
    assert b"news" not in variables


async def test_a_skill_that_is_there_takes_its_part_of_a_request(workspace: Path) -> None:
    outcomes = await every_run(make_house(workspace), "an S3 bucket and an SQS queue named jobs")

    assert [outcome.report.module.service for outcome in outcomes if outcome.report.module] == ["s3", "sqs"]
    assert [outcome.report.planning is None for outcome in outcomes] == [True, False]


async def test_a_service_that_fails_ends_the_request_and_says_what_was_not_made(workspace: Path) -> None:
    def crash(check: str) -> None:
        raise EngineError("Terraform crashed twice.")

    engine = FakeEngine()
    engine.fail = crash
    (failed,) = await every_run(
        make_house(workspace, engine=engine), "an SQS queue named jobs and an SNS topic named news"
    )

    assert (failed.report.status, failed.exit_code) == ("failed", 1)
    assert any("an SNS topic named news" in note for note in failed.report.notes)


async def test_what_the_rules_ask_for_stays_and_the_report_says_why(workspace: Path) -> None:
    outcome = await generate(make_house(workspace), "a VPC 10.0.0.0/16 without flow logs")

    assert outcome.report.status == "done"
    assert any("aws_flow_log" in note and "EC2.6" in note for note in outcome.report.notes)
    assert b'resource "aws_flow_log"' in module_files(workspace, "terraform_modules/vpc")["main.tf"]
    assert outcome.report.planning is not None
    assert "EC2.6 PASS" in {f"{item.id} {item.status}" for item in outcome.report.planning.security.findings}


@pytest.mark.parametrize(
    ("manner", "note"),
    [
        ("hung", "did not connect within 0.5 s"),
        ("lying", "super_bucket"),
        ("newer", "999.1.0, which is newer than every catalog here"),
        ("exits", "could not be asked"),
        ("injecting", ""),
    ],
)
async def test_a_registry_server_changes_the_notes_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manner: str, note: str
) -> None:
    plain, asked = tmp_path / "plain", tmp_path / "asked"
    plain.mkdir()
    asked.mkdir()
    await generate(make_house(plain), "an SQS queue named jobs")
    monkeypatch.setenv(COMMAND_VARIABLE, f"'{sys.executable}' '{DOUBLE}' '{manner}'")
    if manner == "hung":
        limits = RemoteLimits(connect_seconds=0.5, call_seconds=0.5)
        monkeypatch.setattr(planner_research.research_registry, "__defaults__", (None, limits))
    outcome = await asyncio.wait_for(generate(make_house(asked), "an SQS queue named jobs"), 60)

    assert outcome.report.status == "done"
    assert any(note in text for text in outcome.report.notes), outcome.report.notes
    assert module_files(asked, "terraform_modules/sqs") == module_files(plain, "terraform_modules/sqs")
    assert "IGNORE ALL" not in json.dumps(outcome.as_data()["planning"])


async def test_a_disk_that_cannot_take_the_skill_leaves_a_run_that_goes_on(workspace: Path) -> None:
    skills = workspace / ".aws-orchestrator" / "skills"
    skills.parent.mkdir()
    skills.write_bytes(b"a file where the folder should be")
    house = make_house(workspace)
    outcome = await generate(house, "an SQS queue named jobs")
    assert outcome.report.status == "interrupted"
    assert "cannot be written" in outcome.report.message

    skills.unlink()
    outcome = await resume(make_house(workspace), outcome.report.run_id)
    assert outcome.report.status == "done"


async def test_an_update_finds_what_a_planned_module_was_made_from(workspace: Path) -> None:
    house = make_house(workspace)
    outcome = await generate(house, "an SQS queue named jobs")
    assert outcome.report.status == "done"
    found = find_origin(house.store, "terraform_modules/sqs")

    assert found is not None
    assert found.blueprint.service == "sqs"
    assert found.origin.inputs == {"name": '"jobs"'}


async def test_what_no_service_fits_is_refused_with_near_names_and_the_skills_that_exist(
    workspace: Path,
) -> None:
    outcome = await generate(make_house(workspace), "a flux capacitor")
    assert (outcome.report.status, outcome.exit_code) == ("failed", 2)
    assert "No AWS service fits" in outcome.report.message
    assert "There are skills for: s3" in outcome.report.message


async def test_several_good_matches_are_asked_with_the_candidates(workspace: Path) -> None:
    person = ScriptedPerson(ambiguous="dynamodb", commit="keep_local", next_steps="done")
    outcome = await generate(make_house(workspace, person=person), "a database")

    gate = person.gates[0]
    assert (gate.kind, gate.title) == ("ambiguous", "Ambiguous Requirements")
    assert {"rds", "aurora", "dynamodb"} <= {option.key for option in gate.options}
    assert outcome.report.module is not None
    assert outcome.report.module.service == "dynamodb"


async def test_ten_thousand_words_are_no_trouble(workspace: Path) -> None:
    request = "an SQS queue named jobs " + "with nothing else that matters here " * 1700
    person = ScriptedPerson(ambiguous="generate", commit="keep_local", next_steps="done")
    outcome = await generate(make_house(workspace, person=person), request)

    assert outcome.report.status == "done"
    assert any("only the first" in note for note in outcome.report.notes)
    assert "“matters here”" in person.gates[0].context
    assert len(person.gates[0].context) < 2000
