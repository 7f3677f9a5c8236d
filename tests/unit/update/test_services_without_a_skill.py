"""A wish for a feature of a service that no skill plans: whose it is, and what is said when that is not clear."""

import pytest

from aws_orchestrator.agents.update_draft import Module
from aws_orchestrator.agents.update_planner import changed_files
from aws_orchestrator.agents.update_service import planned_service
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.hcl.references import traversals
from unit.update.updating import module_files, planned

FUNCTION = b'resource "aws_lambda_function" "resize" {}\n'
QUEUE = b'resource "aws_sqs_queue" "jobs" {}\n'


def module(*parts: bytes, catalog: Catalog) -> Module:
    return Module.of("modules/it", {"main.tf": b"\n".join(parts)}, catalog)


def test_the_service_is_that_of_a_resource_of_the_module(catalog: Catalog) -> None:
    found = planned_service(module(FUNCTION, catalog=catalog), "add a dead letter queue", catalog)

    assert found is not None
    assert found.service == "lambda"


def test_what_two_resources_could_have_is_given_to_the_one_that_is_named(catalog: Catalog) -> None:
    both = module(FUNCTION, QUEUE, catalog=catalog)

    with pytest.raises(UsageError, match=r"aws_lambda_function\.resize or aws_sqs_queue\.jobs"):
        planned_service(both, "add a dead letter", catalog)
    for request, service in (
        ("add a dead letter queue to aws_lambda_function.resize", "lambda"),
        ("add dead letters to aws_sqs_queue.jobs", "sqs"),
        ("add a dead letter queue to the lambda", "lambda"),
    ):
        found = planned_service(both, request, catalog)
        assert found is not None
        assert found.service == service


@pytest.mark.parametrize("request_", ["add a lighthouse", "remove the dead letter queue"])
def test_what_no_service_has_and_what_would_be_removed_is_nobodys(catalog: Catalog, request_: str) -> None:
    assert planned_service(module(FUNCTION, catalog=catalog), request_, catalog) is None


async def test_an_order_is_added_behind_the_last_one_and_before_its_comment(catalog: Catalog) -> None:
    files = {
        name: content.replace(
            b"depends_on = [aws_iam_role_policy_attachment.logs]",
            b"depends_on = [\n    aws_iam_role_policy_attachment.logs # first\n  ]",
        )
        for name, content in module_files("worker").items()
    }
    proposal = (await planned(files, "add a dead letter queue", catalog)).proposal
    after = changed_files(files, proposal.edits, proposal.created, proposal.deleted)["main.tf"]

    (core,) = ModuleView.of({"main.tf": after}).resources("aws_lambda_function")
    assert [item.address for item in traversals(core.attributes["depends_on"].value)] == [
        "aws_iam_role_policy_attachment.logs",
        "aws_iam_role_policy.send_dead_letters",
    ]
    assert b"send_dead_letters # first\n" in after
