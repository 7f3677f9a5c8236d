"""Real Terraform takes every catalog that was read from bindings, through the schema provider."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import CheckResult, Tree
from aws_orchestrator.terraform.bundled import BundledEngine
from tools.bindings.packages import SHIPPED

pytestmark = pytest.mark.asyncio(loop_scope="module")

SMALL = {package.provider: package.version for package in SHIPPED if package.provider != "aws"}
MODULE = """
resource "random_password" "this" {
  length  = 16
  keepers = { name = "x" }
}
resource "random_id" "this" {
  byte_length = 4
}
ephemeral "random_password" "this" {
  length = 8
}
resource "null_resource" "this" {
  triggers = { id = random_id.this.hex }
}
resource "tls_private_key" "this" {
  algorithm = "ED25519"
}
resource "tls_self_signed_cert" "this" {
  private_key_pem       = tls_private_key.this.private_key_pem
  allowed_uses          = ["server_auth"]
  validity_period_hours = 1
  subject {
    common_name = "example.com"
  }
}
data "archive_file" "this" {
  type        = "zip"
  output_path = "x.zip"
  source {
    content  = "x"
    filename = "y"
  }
}
resource "local_sensitive_file" "this" {
  filename = data.archive_file.this.output_path
  content  = random_password.this.result
}
resource "time_sleep" "this" {
  create_duration = "1s"
}
data "http" "this" {
  url = "https://example.com"
  retry {
    attempts = 2
  }
}
data "cloudinit_config" "this" {
  part {
    content = "x"
  }
}
data "external" "this" {
  program = ["true"]
}
output "exists" {
  value = provider::local::direxists("x")
}
output "year" {
  value = provider::time::rfc3339_parse("2024-01-01T00:00:00Z").year
}
"""
STATEMENT = """
resource "aws_wafv2_rule_group" "this" {
  name     = "x"
  scope    = "REGIONAL"
  capacity = 10
  dynamic "rule" {
    for_each = toset(["a"])
    content {
      name     = rule.value
      priority = 1
      action {
        block {}
      }
      statement {
        and_statement {
          statement {
            or_statement {
              statement {
                not_statement {
                  statement {
                    geo_match_statement {
                      country_codes = ["DE"]
                    }
                  }
                }
              }
            }
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "x"
        sampled_requests_enabled   = true
      }
    }
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "x"
    sampled_requests_enabled   = true
  }
}
output "service" {
  value = provider::aws::arn_parse("arn:aws:s3:::x").service
}
"""
NEWER = """
ephemeral "aws_secretsmanager_random_password" "this" {}
resource "aws_db_instance" "this" {
  instance_class      = "db.t3.micro"
  region              = "eu-central-1"
  password_wo         = ephemeral.aws_secretsmanager_random_password.this.random_password
  password_wo_version = 1
}
output "agent" {
  value = provider::aws::user_agent("name", "1.0", "comment")
}
"""


def requiring(**versions: str) -> bytes:
    rows = (
        f'    {name} = {{ source = "hashicorp/{name}", version = "{v}" }}' for name, v in versions.items()
    )
    return "\n".join(["terraform {", "  required_providers {", *rows, "  }", "}", ""]).encode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BundledEngine]:
    folder: Path = tmp_path_factory.mktemp("engine")
    started = BundledEngine(shipped_library(), folder / "scratch", cache=folder / "schemas")
    yield started
    await started.close()


async def checked(engine: BundledEngine, key: str, versions: dict[str, str], text: str) -> CheckResult:
    tree = Tree(key=key, files={"versions.tf": requiring(**versions), "main.tf": text.encode()})
    assert (await engine.init(tree)).status == "passed"
    return await engine.validate(tree)


async def test_a_module_of_all_small_providers_is_valid(engine: BundledEngine) -> None:
    result = await checked(engine, "small", SMALL, MODULE)
    assert [finding.line() for finding in result.findings] == []


async def test_a_wrong_argument_of_a_small_provider_is_found(engine: BundledEngine) -> None:
    result = await checked(engine, "small", SMALL, MODULE.replace("byte_length", "byte_lenght"))
    assert {finding.summary for finding in result.findings} == {
        "Unsupported argument",
        "Missing required argument",
    }


@pytest.mark.parametrize("constraint", ["~> 5.40.0", ">= 6.0"])
async def test_deep_statements_and_functions_are_valid_on_both_ends(
    engine: BundledEngine, constraint: str
) -> None:
    result = await checked(engine, "statement", {"aws": constraint}, STATEMENT)
    assert [finding.line() for finding in result.findings] == []


async def test_what_came_later_is_valid_on_the_newest_and_not_on_the_floor(engine: BundledEngine) -> None:
    newest = await checked(engine, "newer", {"aws": ">= 6.0"}, NEWER)
    assert [finding.line() for finding in newest.findings] == []
    assert (await checked(engine, "newer", {"aws": "~> 5.40.0"}, NEWER)).status == "failed"
