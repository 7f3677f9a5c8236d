"""What was learned, told by Terraform itself: the bundled engine, with places in bytes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.catalog.catalog import load
from aws_orchestrator.catalog.plugin.messages import fields, write_bytes, write_text
from aws_orchestrator.catalog.plugin.values import decode_dynamic, write_dynamic
from aws_orchestrator.findings import Finding, Severity, Tree
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.provider_checks import ProviderChecks
from aws_orchestrator.terraform.provider_plan import plan

pytestmark = pytest.mark.asyncio(loop_scope="module")
VERSIONS = b"""terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BundledEngine]:
    folder = tmp_path_factory.mktemp("engine")
    running = BundledEngine(shipped_library(), folder / "scratch", cache=folder / "cache")
    yield running
    await running.close()


async def found(engine: BundledEngine, main: str) -> list[tuple[str, Finding]]:
    content = main.encode()
    result = await engine.validate(Tree(key="m", files={"versions.tf": VERSIONS, "main.tf": content}))
    return [
        (content[one.place.start : one.place.end].decode() if one.place else "", one)
        for one in result.findings
    ]


async def test_a_value_outside_its_list_is_found_at_its_bytes(engine: BundledEngine) -> None:
    main = """# 日本 😀
resource "aws_s3_bucket_versioning" "v" {
  bucket = "abc"
  versioning_configuration {
    status = "Enable"
  }
}
"""
    ((at, finding),) = await found(engine, main)
    assert at == '"Enable"'
    assert finding.severity is Severity.ERROR
    assert 'status must be one of Enabled, Suspended, Disabled, not "Enable".' in finding.detail


async def test_a_range_a_conflict_and_a_missing_choice_are_found(engine: BundledEngine) -> None:
    main = """resource "aws_sqs_queue" "q" {
  name                      = "a"
  name_prefix               = "b"
  message_retention_seconds = 5
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::123456789012:role/r"
  handler       = "h"
  runtime       = "python3.13"
}
"""
    told = [finding.summary for _, finding in await found(engine, main)]
    assert sorted(told) == [
        "Conflicting arguments",
        "Invalid value of message_retention_seconds",
        "Missing argument",
    ]


async def test_what_is_unknown_is_not_judged(engine: BundledEngine) -> None:
    main = """variable "status" {
  default = "Bad"
}
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_versioning" "v" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status = var.status
  }
}
"""
    assert await found(engine, main) == []


async def test_a_rule_of_the_plan_is_a_warning(engine: BundledEngine) -> None:
    ((at, finding),) = await found(
        engine, 'resource "aws_sqs_queue" "q" {\n  name       = "a"\n  fifo_queue = true\n}\n'
    )
    assert (at, finding.severity, finding.summary) == ('"a"', Severity.WARNING, "Found when planned")


async def test_a_data_source_is_checked_too(engine: BundledEngine) -> None:
    main = 'data "aws_iam_policy_document" "p" {\n  statement {\n    effect = "allow"\n  }\n}\n'
    told = [(at, finding.summary) for at, finding in await found(engine, main)]
    assert told == [('"allow"', "Invalid value of effect")]


async def test_the_block_of_the_provider_is_checked_and_hides_its_resources(engine: BundledEngine) -> None:
    main = """provider "aws" {
  allowed_account_ids     = ["123456789012"]
  forbidden_account_ids   = ["210987654321"]
  skip_metadata_api_check = "maybe"
  assume_role {
    role_arn     = "deployer"
    session_name = "s"
  }
  endpoints {
    s3 = "anything at all"
  }
}

resource "aws_sqs_queue" "q" {
  delay_seconds = 99999
}
"""
    told = {(at, finding.summary) for at, finding in await found(engine, main)}
    assert told == {
        ('["210987654321"]', "Conflicting arguments"),
        ('"maybe"', "Invalid value of skip_metadata_api_check"),
        ('"deployer"', "Invalid value of role_arn"),
        ('"s"', "Invalid value of session_name"),
    }
    right = main.replace('  forbidden_account_ids   = ["210987654321"]\n', "").replace('"maybe"', '"true"')
    right = right.replace('"deployer"', '"arn:aws:iam::123456789012:role/deployer"').replace('"s"', '"ci"')
    told = {(at, finding.summary) for at, finding in await found(engine, right)}
    assert told == {("99999", "Invalid value of delay_seconds")}


async def test_what_is_not_known_of_a_provider_block_is_not_judged(engine: BundledEngine) -> None:
    main = """variable "role" {
  type = string
}

provider "aws" {
  assume_role {
    role_arn     = var.role
    session_name = "s"
  }
}
"""
    assert await found(engine, main) == []


async def test_a_newer_provider_gets_what_was_learned_of_an_older_one_as_a_warning(
    engine: BundledEngine,
) -> None:
    newer = [version for version in shipped_library().versions("hashicorp/aws") if version.startswith("6.")]
    if not newer:
        pytest.skip("no catalog of a newer version ships")
    main = b"""resource "aws_s3_bucket_versioning" "v" {
  bucket = "abc"
  versioning_configuration {
    status = "Paused"
  }
}
"""
    versions = VERSIONS.replace(b"5.100.0", newer[-1].encode())
    result = await engine.validate(Tree(key="n", files={"versions.tf": versions, "main.tf": main}))
    assert result.status == "passed"
    assert [finding.severity for finding in result.findings] == [Severity.WARNING]
    assert "5.100.0" in result.findings[0].detail


async def test_a_catalog_that_is_gone_is_told_and_not_hidden(tmp_path: Path) -> None:
    answer = ProviderChecks(tmp_path / "gone.catalog.xz").validate("provider", write_dynamic(1, {}))
    assert b"Values were not checked" in answer
    assert ProviderChecks(tmp_path / "gone.catalog.xz").known is None


async def test_a_plan_fills_defaults_and_says_what_replaces() -> None:
    aws = shipped_library().choose("hashicorp/aws", "= 5.100.0")
    assert aws is not None
    checks = ProviderChecks(Path(aws.place))
    assert checks.known is not None
    knowledge = checks.known[1]
    assert knowledge is not None
    schema = load(Path(aws.place)).resource("aws_vpc")
    assert schema is not None
    nothing = dict.fromkeys(schema.block.attributes) | {"timeouts": None}

    def ask(prior: object, proposed: object) -> tuple[dict[str, object], list[bytes]]:
        request = write_text(1, "aws_vpc") + write_dynamic(2, prior) + write_dynamic(3, proposed)
        answer = list(fields(plan(schema, knowledge.replacement("aws_vpc"), request)))
        planned = next(value for number, value in answer if number == 1)
        return decode_dynamic(bytes(planned)), [bytes(value) for number, value in answer if number == 2]

    created, replaces = ask(None, nothing | {"cidr_block": "10.0.0.0/16"})
    assert (created["enable_dns_support"], created["instance_tenancy"], replaces) == (True, "default", [])
    _, replaces = ask(created, created | {"cidr_block": "10.1.0.0/16"})
    # The id as well, as the SDK says it of every resource that is replaced.
    assert replaces == [write_bytes(1, write_text(1, name)) for name in ("cidr_block", "id")]
    _, replaces = ask(created, created | {"enable_dns_hostnames": True})
    assert replaces == []
