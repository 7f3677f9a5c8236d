"""HashiCorp's tool names, answered from the catalogs and skills that are here."""

import json
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.blueprint.skill import SkillLibrary
from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.mcp.registry_tools import registry_tools
from aws_orchestrator.mcp.type_pages import LONGEST_PAGE
from unit.mcp.conftest import Call

OFFICIAL = json.loads(Path(__file__).with_name("official-tools.json").read_text(encoding="utf-8"))[
    "inputSchemas"
]


def search(slug: str, kind: str = "resources", **more: str) -> dict[str, str]:
    asked = {"provider_name": "aws", "provider_namespace": "hashicorp", "service_slug": slug}
    return {**asked, "provider_document_type": kind, **more}


def ids(data: Any) -> list[str]:
    return [one["providerDocID"] for one in data["documents"]]


def test_the_input_schemas_are_those_of_the_official_server(
    library: CatalogLibrary, skills: SkillLibrary
) -> None:
    assert {tool.name: tool.input_schema for tool in registry_tools(library, skills)} == OFFICIAL


async def test_a_search_ranks_the_types_that_the_word_names(call: Call, newest: str) -> None:
    answer = await call("search_providers", **search("sqs queue"))
    assert not answer.failed
    assert ids(answer.data)[0] == f"hashicorp/aws/{newest}/resources/aws_sqs_queue"
    assert (
        f"- providerDocID: {ids(answer.data)[0]}\n- Title: aws_sqs_queue\n- Category: resources"
        in answer.text
    )


async def test_a_search_stays_within_the_kind_that_was_asked_for(call: Call) -> None:
    answer = await call("search_providers", **search("s3", "data-sources"))
    assert ids(answer.data)
    assert all("/data-sources/" in one for one in ids(answer.data))


async def test_every_id_of_a_search_can_be_read(call: Call) -> None:
    for kind, slug in (
        ("resources", "dynamodb"),
        ("data-sources", "ami"),
        ("functions", "arn"),
        ("overview", "x"),
    ):
        found = await call("search_providers", **search(slug, kind))
        assert ids(found.data), kind
        for one in ids(found.data)[:3]:
            page = await call("get_provider_details", provider_doc_id=one)
            assert not page.failed, page.text
            assert one.rsplit("/", 1)[1] in page.text


@pytest.mark.parametrize("kind", ["guides", "actions", "list-resources"])
async def test_kinds_that_no_catalog_holds_are_refused_with_those_it_holds(call: Call, kind: str) -> None:
    answer = await call("search_providers", **search("s3", kind))
    assert answer.failed
    assert "resources, data-sources, functions or overview" in answer.text


async def test_a_word_that_names_nothing_gives_no_documents_and_says_what_to_try(call: Call) -> None:
    answer = await call("search_providers", **search("qqqqzzzz"))
    assert (answer.failed, ids(answer.data)) == (False, [])
    assert "try one plain word" in answer.text


async def test_a_version_that_is_not_here_names_those_that_are(call: Call, newest: str) -> None:
    answer = await call("search_providers", **search("s3", provider_version="1.2.3"))
    assert answer.failed
    assert "1.2.3" in answer.text
    assert newest in answer.text


async def test_a_provider_that_is_not_here_names_those_that_are(call: Call) -> None:
    answer = await call("get_latest_provider_version", namespace="hashicorp", name="azurerm")
    assert answer.failed
    assert "hashicorp/azurerm" in answer.text
    assert "hashicorp/aws" in answer.text


async def test_latest_says_that_it_means_the_newest_known_here(call: Call, newest: str) -> None:
    answer = await call("get_latest_provider_version", namespace="hashicorp", name="aws")
    assert answer.text.startswith(f"newest known here: {newest}")
    assert "public registry was not asked" in answer.text
    assert answer.data["version"] == newest


async def test_a_page_tells_required_arguments_blocks_and_exported_attributes(
    call: Call, newest: str
) -> None:
    page = await call(
        "get_provider_details", provider_doc_id=f"hashicorp/aws/{newest}/resources/aws_s3_bucket_versioning"
    )
    assert "- `bucket`: string (required)" in page.text
    assert "- `versioning_configuration` { }: list of blocks, at least 1, at most 1" in page.text
    assert "It takes no `tags` argument." in page.text


async def test_the_largest_type_has_a_page_of_bounded_length(call: Call, newest: str) -> None:
    page = await call(
        "get_provider_details", provider_doc_id=f"hashicorp/aws/{newest}/resources/aws_wafv2_web_acl"
    )
    assert len(page.text) <= LONGEST_PAGE


@pytest.mark.parametrize("wrong", ["8894603", "", "a/b/c/d/e", "../../etc/passwd", "x" * 9000])
async def test_an_id_that_no_search_gave_is_refused_with_a_sentence(call: Call, wrong: str) -> None:
    answer = await call("get_provider_details", provider_doc_id=wrong)
    assert answer.failed
    assert len(answer.text) < 500


async def test_a_misspelt_type_in_an_id_gets_the_nearest_names(call: Call, newest: str) -> None:
    answer = await call(
        "get_provider_details", provider_doc_id=f"hashicorp/aws/{newest}/resources/aws_s3_buket"
    )
    assert 'Did you mean "aws_s3_bucket"' in answer.text


async def test_modules_that_can_be_generated_are_found_and_described(call: Call) -> None:
    found = await call("search_modules", module_query="an s3 bucket")
    first = found.data["modules"][0]["moduleId"]
    assert first == "aws-orchestrator/s3/aws"
    page = await call("get_module_details", module_id=first)
    assert "aws_s3_bucket" in page.data["resources"]
    assert "## Features" in page.text


async def test_modules_beyond_the_offset_are_none(call: Call) -> None:
    found = await call("search_modules", module_query="bucket", current_offset=1000)
    assert found.data == {"modules": [], "nextOffset": None}


@pytest.mark.parametrize("wrong", ["terraform-aws-modules/vpc/aws/5.0.0", "../s3", "s4"])
async def test_a_module_that_is_not_known_here_is_said_not_to_be(call: Call, wrong: str) -> None:
    answer = await call("get_module_details", module_id=wrong)
    assert answer.failed
    assert "aws-orchestrator/s3/aws" in answer.text
