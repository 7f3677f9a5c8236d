"""While somebody types, files are broken most of the time: the rules still answer, and no fix touches such a file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.rules import RuleContext, check_module

MODULE = """\
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
}

variable "rules" {
  type    = map(object({ id = string, days = optional(number, 30) }))
  default = {}
}

resource "aws_s3_bucket" "this" {
  count  = length(var.rules)
  bucket = "ä-eu-west-1-${local.name}"
  tags   = merge({ "Name" = local.name }, var.tags)

  dynamic "logging" {
    for_each = [for k, v in var.rules : v if k != "x"]
    content {
      target_bucket = logging.value
    }
  }
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["*"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_security_group" "this" {
  ingress {
    cidr_blocks = ["0.0.0.0/0"]
  }
  tags = <<-EOT
    arn:aws:iam::123456789012:role/${var.role}
  EOT
}

output "id" {
  value = jsonencode({ Effect = "Allow", Action = "*", Resource = aws_s3_bucket.this[0].id })
}
"""
PIECES = st.sampled_from(
    ["", "{", "}", '"', "${", "=", "(", "]", "\n", "<<EOT\n", "merge(", "?", "#", "/*", "\x00", "é"]
)


@settings(max_examples=150, deadline=None)
@given(start=st.integers(0, len(MODULE)), length=st.integers(0, 40), piece=PIECES)
def test_any_damage_is_survived(start: int, length: int, piece: str, catalog: Catalog) -> None:
    content = (MODULE[:start] + piece + MODULE[start + length :]).encode()
    result = check_module({"main.tf": content, "variables.tf": b""}, RuleContext(catalog))
    broken = ModuleView.of({"main.tf": content}).files["main.tf"].error is not None
    for finding in result.findings:
        place = finding.place
        if place is not None and place.file == "main.tf":
            assert 0 <= place.start <= place.end <= len(content)
        if broken and finding.fix is not None:
            assert all(edit.file != "main.tf" for edit in finding.fix.edits)


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_survived(content: bytes, catalog: Catalog) -> None:
    check_module({"main.tf": content}, RuleContext(catalog))


@pytest.mark.parametrize(
    "content",
    [
        'output "x" {\n  value = ' + "[" * 2000 + "aws_vpc.x[0].id" + "]" * 2000 + "\n}\n",
        'output "x" {\n  value = ' + "-" * 3000 + "aws_vpc.x[0].id\n}\n",
        "a {\n" * 2000 + "}\n" * 2000,
    ],
)
def test_nesting_without_end_is_survived(content: str, catalog: Catalog) -> None:
    vpc = 'resource "aws_vpc" "x" {\n  count = var.create ? 1 : 0\n}\n'
    result = check_module({"main.tf": (vpc + content).encode()}, RuleContext(catalog))
    assert "nested too deeply" in result.note or "syntax errors" in result.note
