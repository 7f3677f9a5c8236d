"""get_resource_schema: exact, in pieces that fit."""

import json

import pytest

from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.catalog.export import schema_json
from unit.mcp.conftest import Call


async def test_a_schema_is_what_terraform_would_write(call: Call, library: CatalogLibrary) -> None:
    catalog = library.choose("hashicorp/aws")
    assert catalog is not None
    schema = catalog.resource("aws_sqs_queue")
    assert schema is not None
    answer = await call("get_resource_schema", type="aws_sqs_queue", depth=8)
    assert answer.data["schema"] == schema_json(schema)
    assert answer.data["omitted"] == []


async def test_the_text_holds_the_schema_as_well(call: Call) -> None:
    answer = await call("get_resource_schema", type="aws_s3_bucket")
    assert json.loads(answer.text.split("\n\n", 1)[1]) == answer.data["schema"]


async def test_the_prefix_may_be_left_out(call: Call) -> None:
    assert (await call("get_resource_schema", type="s3_bucket")).data["name"] == "aws_s3_bucket"


async def test_a_data_source_is_found_by_its_kind(call: Call) -> None:
    answer = await call("get_resource_schema", type="aws_caller_identity")
    assert answer.data["kind"] == "data"


async def test_what_is_deeper_than_asked_is_named(call: Call) -> None:
    answer = await call("get_resource_schema", type="aws_wafv2_web_acl", depth=1)
    assert "rule.action" in answer.data["omitted"]
    assert len(answer.text) < 50_000


async def test_a_path_leads_to_the_nested_block(call: Call) -> None:
    answer = await call("get_resource_schema", type="aws_wafv2_web_acl", path="rule.action", depth=0)
    assert set(answer.data["schema"]["block"]["block_types"]) >= {"allow", "block"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"type": "aws_s3_buket"}, 'Did you mean "aws_s3_bucket"'),
        ({"type": "aws_s3_bucket", "path": "cors_rul"}, 'Did you mean "cors_rule"'),
        ({"type": "aws_s3_bucket", "kind": "ephemeral"}, "no ephemeral resource"),
        ({"type": "aws_s3_bucket", "version": "1.0.0"}, "at hand"),
        ({"type": "aws_s3_bucket", "version": "not a version"}, "not a version"),
    ],
)
async def test_what_is_not_there_is_said_with_what_is_near(
    call: Call, arguments: dict[str, str], said: str
) -> None:
    answer = await call("get_resource_schema", **arguments)
    assert answer.failed
    assert said in answer.text
