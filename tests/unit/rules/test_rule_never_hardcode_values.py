"""Literals that tie a module to a place, an account or a secret."""

import pytest

from aws_orchestrator.findings import Severity
from unit.rules.repairing import Check, repaired

RULE = "never-hardcode-values"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('provider "aws" {\n  region = "eu-west-1"\n}\n', "eu-west-1"),
        ('provider "aws" {\n  region = "us-gov-west-1"\n}\n', "us-gov-west-1"),
        ('locals {\n  zone = "ap-southeast-2b"\n}\n', "ap-southeast-2b"),
        ('locals {\n  url = "https://s3.us-east-1.amazonaws.com/"\n}\n', "us-east-1"),
        ('variable "region" {\n  default = "eu-north-1"\n}\n', "eu-north-1"),
        ("locals {\n  text = <<-EOT\n    in eu-west-3 only\n  EOT\n}\n", "eu-west-3"),
        ('locals {\n  arn = "arn:aws:s3:::${var.name}"\n}\n', "arn:aws:"),
        ('locals {\n  arn = "arn:aws-cn:s3:::x"\n}\n', "arn:aws-cn:"),
        ('locals {\n  role = "arn:${local.p}:iam::123456789012:role/x"\n}\n', "123456789012"),
        ('variable "account_id" {\n  default = "123456789012"\n}\n', '"123456789012"'),
        ('resource "a" "b" {\n  owner_account = "123456789012"\n}\n', '"123456789012"'),
    ],
)
def test_a_literal_place_or_account_is_a_warning(check: Check, content: str, found: str) -> None:
    [finding] = check(RULE, {"main.tf": content})
    assert finding.severity is Severity.WARNING
    assert finding.place is not None
    assert content.encode()[finding.place.start : finding.place.end].decode().startswith(found)


@pytest.mark.parametrize(
    "content",
    [
        'locals {\n  key = "AKIAABCDEFGHIJKLMNOP"\n}\n',
        'variable "key" {\n  default = "ASIAABCDEFGHIJKLMNOP"\n}\n',
        "locals {\n  key = <<EOT\n-----BEGIN RSA PRIVATE KEY-----\nEOT\n}\n",
        'resource "aws_db_instance" "this" {\n  password = "hunter2"\n}\n',
        'provider "aws" {\n  secret_key = "abc"\n}\n',
        'variable "master_password" {\n  default = "change-me"\n}\n',
    ],
)
def test_a_literal_credential_is_an_error(check: Check, content: str) -> None:
    assert Severity.ERROR in {finding.severity for finding in check(RULE, {"main.tf": content})}


@pytest.mark.parametrize(
    "content",
    [
        "# arn:aws:s3:::x in eu-west-1, AKIAABCDEFGHIJKLMNOP\n",
        "locals {\n  a = 1 // eu-west-1\n  /* arn:aws:s3:::x */\n}\n",
        'variable "x" {\n  description = "As in eu-west-1, arn:aws:s3:::x, 123456789012"\n}\n',
        'variable "x" {\n  validation {\n    condition = can(regex("^arn:aws:", var.x))\n'
        '    error_message = "Write arn:aws:…"\n  }\n}\n',
        'locals {\n  legacy = data.aws_region.current.name == "us-east-1" ? 1 : 0\n}\n',
        'locals {\n  table = { "us-east-1" = var.a, eu-west-1 = var.b }\n}\n',
        'locals {\n  name = "my-eu-west-10x"\n  id = "ami-0123456789ab"\n  n = 123456789012\n}\n',
        'variable "password" {\n  default = ""\n}\n',
        'variable "partition" {\n  default = null\n}\nlocals {\n  partition = data.aws_partition.current.partition\n}\n',
        'variable "x" {\n  type = string\n}\nlocals {\n  default = "aws"\n}\n',
        'resource "aws_db_instance" "this" {\n  password = var.password\n  manage_master_user_password = true\n}\n',
        'resource "x" "eu-west-1" {\n}\n',
    ],
)
def test_comments_texts_conditions_and_lookalikes_do_not_count(check: Check, content: str) -> None:
    assert check(RULE, {"main.tf": content}) == []


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        (
            'variable "policy_arn" {\n  default = "arn:aws:iam::aws:policy/X"\n}\n',
            "An ARN is the default of a variable",
        ),
        (
            'variable "roles" {\n  default = ["arn:aws:iam::aws:role/X"]\n}\n',
            "An ARN is the default of a variable",
        ),
        ('variable "partition" {\n  default = "aws"\n}\n', 'Partition "aws" is written out'),
        ('locals {\n  partition = "aws-cn"\n}\n', 'Partition "aws-cn" is written out'),
        ('module "m" {\n  aws_partition = "aws-us-gov"\n}\n', 'Partition "aws-us-gov" is written out'),
    ],
)
def test_arns_and_partitions_are_no_defaults(check: Check, content: str, summary: str) -> None:
    assert [finding.summary for finding in check(RULE, {"main.tf": content})] == [summary]


def test_a_literal_partition_becomes_that_of_the_data_source(check: Check) -> None:
    files = {
        "main.tf": 'locals {\n  arn = "arn:aws:s3:::${var.name}"\n}\n',
        "data.tf": 'data "aws_partition" "here" {\n}\n',
    }
    fixed = repaired(files, check(RULE, files))
    assert fixed["main.tf"] == (
        'locals {\n  arn = "arn:${data.aws_partition.here.partition}:s3:::${var.name}"\n}\n'
    )
    assert check(RULE, fixed) == []
