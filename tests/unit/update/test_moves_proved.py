"""`moved` blocks are proved by Terraform: on a state of the former addresses nothing is destroyed or made."""

import pytest

from aws_orchestrator.agents.update_moves_proof import stand_ins
from aws_orchestrator.agents.update_planner import changed_files
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import TestsResult
from aws_orchestrator.hcl.compare import compare_modules
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.outside import Engine
from unit.update.update_cases import CASES, Case
from unit.update.updating import module_files, planned

pytestmark = pytest.mark.asyncio(loop_scope="module")


def view(text: str) -> ModuleView:
    return ModuleView.of({"main.tf": text.encode()})


async def proved(engine: Engine, before: str, after: str, moved: dict[str, str] | None = None) -> TestsResult:
    old, new = view(before), view(after)
    return await engine.test(stand_ins("moves", old, new, moved or compare_modules(old, new).moved))


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.request.startswith("rename")], ids=lambda case: case.request
)
async def test_every_rename_is_one_that_terraform_follows(
    case: Case, catalog: Catalog, engine: Engine
) -> None:
    files = module_files(case.module)
    proposal = (await planned(files, case.request, catalog)).proposal
    after = ModuleView.of(changed_files(files, proposal.edits, proposal.created, proposal.deleted))
    assert proposal.plan.moved
    result = await engine.test(stand_ins("moves", ModuleView.of(files), after, proposal.plan.moved))
    assert result.status == "passed", result.findings


QUEUE = 'resource "aws_sqs_queue" "%s" {\n  %s\n}\n'
MOVED = "moved {\n  from = %s\n  to   = %s\n}\n"


async def test_counted_and_keyed_instances_are_followed(engine: Engine) -> None:
    before = QUEUE % ("a", "count = 2")
    after = QUEUE % ("a", "for_each = local.queues") + "".join(
        MOVED % (f"aws_sqs_queue.a[{number}]", f'aws_sqs_queue.a["{key}"]')
        for number, key in ((0, "x"), (1, "y"))
    )
    assert (await proved(engine, before, after, {"aws_sqs_queue.a": "aws_sqs_queue.a"})).status == "passed"


@pytest.mark.parametrize(
    ("after", "moved"),
    [
        (QUEUE % ("b", ""), {"aws_sqs_queue.a": "aws_sqs_queue.b"}),
        (
            QUEUE % ("b", "") + MOVED % ("aws_sqs_queue.x", "aws_sqs_queue.b"),
            {"aws_sqs_queue.a": "aws_sqs_queue.b"},
        ),
        (QUEUE % ("b", "") + QUEUE % ("a", "") + MOVED % ("aws_sqs_queue.a", "aws_sqs_queue.b"), {}),
        (QUEUE % ("a", "for_each = {}"), {}),
    ],
    ids=["no block", "another block", "still there", "count to for_each without one"],
)
async def test_what_terraform_does_not_follow_is_not_proved(
    engine: Engine, after: str, moved: dict[str, str]
) -> None:
    result = await proved(engine, QUEUE % ("a", "count = 1" if "for_each" in after else ""), after, moved)
    assert result.status == "failed"
