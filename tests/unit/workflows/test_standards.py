"""The organisation's standards, applied by the planner, the rules and the gates, with real Terraform where that matters."""

from pathlib import Path

import pytest

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import Tree
from aws_orchestrator.memories import memory_file
from aws_orchestrator.outside import Engine
from aws_orchestrator.protocol import Gate
from aws_orchestrator.standards import STANDARDS_FILE, parse_standards, read_standards
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.terraform.limits import EngineLimits
from aws_orchestrator.workflows.check_module import check_tree
from support.house import generate, make_house, module_files
from support.outside import FakeEngine, ScriptedPerson

EVERYTHING = """# Ours

## Mandatory tags
- CostCenter
- `Owner`
## Naming
- prefix: acme-
## Regions
- eu-central-1
## Approved services
- queue
- s3
## Encryption
- KMS always
"""


def agree_on(workspace: Path, text: str) -> None:
    path = memory_file(workspace, STANDARDS_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


class Nobody(ScriptedPerson):
    is_there = False


def test_the_lists_below_known_headings_are_standards_and_everything_else_is_prose() -> None:
    standards = parse_standards(
        EVERYTHING + "\n## Regions of others\n- us-east-1\n```\n## Regions\n- us-west-2\n```\n"
    )

    assert standards.tags == ("CostCenter", "Owner")
    assert (standards.prefix, standards.regions) == ("acme-", ("eu-central-1",))
    assert (standards.services, standards.kms_always) == (("queue", "s3"), True)
    assert standards.notes == ()


@pytest.mark.parametrize(
    "line",
    [
        "## Regions\n- the moon",
        '## Mandatory tags\n- a"b',
        "## Encryption\n- never",
        "## Naming\n- pattern: (a+)+$",
    ],
)
def test_what_is_no_standard_is_named_with_its_line(line: str) -> None:
    standards = parse_standards(line)
    assert standards.sentence() == ""
    assert "organisation-standards.md line 2" in standards.notes[0]


def test_a_page_that_cannot_be_read_is_named_and_means_nothing(tmp_path: Path) -> None:
    path = memory_file(tmp_path, STANDARDS_FILE)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff## Regions\n- eu-west-1\n")
    standards = read_standards(tmp_path)

    assert standards.regions == ()
    assert "was ignored: it is not UTF-8 text" in standards.notes[0]
    assert read_standards(tmp_path / "nowhere").notes == ()


@pytest.fixture
def engine() -> Engine:
    return create_engine("bundled", library=shipped_library(), limits=EngineLimits())


async def test_a_generated_module_requires_what_the_organisation_wants_and_terraform_agrees(
    workspace: Path, engine: Engine
) -> None:
    agree_on(workspace, EVERYTHING)
    person = ScriptedPerson(commit="keep_local")
    try:
        outcome = await generate(
            make_house(workspace, engine=engine, person=person), "a queue named acme-orders"
        )
    finally:
        await engine.close()

    assert outcome.exit_code == 0, outcome.report.message
    files = {name: content.decode() for name, content in module_files(workspace).items()}
    assert "contains(keys(var.tags), key)" in files["variables.tf"]
    assert 'startswith(var.name, "acme-")' in files["variables.tf"]
    assert "var.kms_key_arn" in files["main.tf"]
    assert "CostCenter" in files["examples/basic/main.tf"]
    assert "Organisation standards: tags CostCenter, Owner" in person.gates[0].context


async def test_a_planned_service_keeps_the_standards_too(workspace: Path) -> None:
    agree_on(workspace, EVERYTHING.replace("- queue", "- sns"))
    outcome = await generate(make_house(workspace, person=Nobody()), "an sns topic")

    assert outcome.exit_code == 0, outcome.report.message
    variables = module_files(workspace, "terraform_modules/sns")["variables.tf"].decode()
    assert "contains(keys(var.tags), key)" in variables


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        ("a dynamodb table", "dynamodb is no approved service (queue, s3)"),
        ("a queue in us-east-1", "us-east-1 is no region of it (eu-central-1)"),
    ],
)
async def test_a_request_outside_the_standards_stops_unless_a_person_lets_it(
    workspace: Path, request_: str, problem: str
) -> None:
    agree_on(workspace, EVERYTHING)
    alone = await generate(make_house(workspace, person=Nobody()), request_)
    assert (alone.report.status, alone.exit_code) == ("cancelled", 3)
    assert problem in alone.report.message
    dismissed = await generate(make_house(workspace), request_)
    assert dismissed.exit_code == 3
    assert not (workspace / "terraform_modules").exists()

    def let(gate: Gate) -> str:
        return "go_on" if problem in gate.question else "leave"

    person = ScriptedPerson(ambiguous=let)
    allowed = await generate(make_house(workspace, person=person), request_)
    assert allowed.exit_code == 0, allowed.report.message


async def test_a_name_that_begins_otherwise_is_refused(workspace: Path) -> None:
    agree_on(workspace, EVERYTHING)
    outcome = await generate(make_house(workspace), "a queue named orders")

    assert outcome.exit_code == 2
    assert "names begin with acme-; the request says orders" in outcome.report.message


async def test_the_rule_finds_modules_of_others_that_leave_the_standards(workspace: Path) -> None:
    agree_on(workspace, EVERYTHING)
    module = workspace / "modules" / "topic"
    text = b'resource "aws_sns_topic" "this" {\n  name = "a"\n  tags = { Owner = "me" }\n}\nlocals {\n  region = "us-east-1"\n}\n'
    tree = Tree(key=str(module), files={"main.tf": text}, module=".")
    checked = await check_tree(FakeEngine(), shipped_library(), tree, ("rules",))
    said = [finding.summary for finding in checked.findings if finding.code == "organisation-standards"]

    assert said == [
        "Nothing makes sure that resources carry the tag CostCenter",
        "aws_sns_topic.this is not encrypted with a key of the organisation",
        "us-east-1 is no region of the organisation",
    ]
    good = text.replace(b'Owner = "me"', b'Owner = "me", CostCenter = "1"').replace(
        b"us-east-1", b"eu-central-1"
    )
    good = good.replace(b'name = "a"', b'name = "a"\n  kms_master_key_id = var.kms_key_arn')
    again = await check_tree(
        FakeEngine(),
        shipped_library(),
        Tree(key=str(module), files={"main.tf": good}, module="."),
        ("rules",),
    )
    assert not [finding for finding in again.findings if finding.code == "organisation-standards"]


async def test_without_a_page_nothing_changes(workspace: Path) -> None:
    await generate(make_house(workspace))
    before = module_files(workspace)
    agree_on(workspace, "# Nothing yet\n")
    await generate(make_house(workspace))

    assert module_files(workspace) == before
