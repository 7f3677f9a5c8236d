"""What a change would do to resources that exist: Terraform's own plan, on a cloud that exists nowhere."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import Tree
from aws_orchestrator.terraform.rehearsal import PlannedChange, RehearsalEngine

pytestmark = pytest.mark.asyncio(loop_scope="module")

VERSIONS = """terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
"""
DATABASE = """
variable "encrypted" {
  type    = bool
  default = false
}

data "aws_availability_zones" "here" {}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "private" {
  for_each          = toset(slice(data.aws_availability_zones.here.names, 0, 2))
  vpc_id            = aws_vpc.this.id
  availability_zone = each.value
  cidr_block        = cidrsubnet("10.0.0.0/16", 8, index(data.aws_availability_zones.here.names, each.value))
}

resource "aws_db_subnet_group" "this" {
  subnet_ids = [for subnet in aws_subnet.private : subnet.id]
}

resource "aws_db_instance" "this" {
  identifier           = "main"
  engine               = "postgres"
  instance_class       = "db.t3.micro"
  allocated_storage    = 20
  username             = "admin"
  password             = "not-a-secret"
  db_subnet_group_name = aws_db_subnet_group.this.name
  storage_encrypted    = var.encrypted
}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RehearsalEngine]:
    folder = tmp_path_factory.mktemp("rehearsal")
    running = RehearsalEngine(shipped_library(), folder / "scratch", cache=folder / "cache")
    yield running
    await running.close()


def module(main: str, **more: str) -> Tree:
    files = {"versions.tf": VERSIONS.encode(), "main.tf": main.encode()}
    return Tree(
        key="m", files=files | {name.replace("__", "."): text.encode() for name, text in more.items()}
    )


async def test_nothing_changes_when_nothing_was_changed(engine: RehearsalEngine) -> None:
    same = module(DATABASE)
    found = await engine.rehearse(same, same)
    assert (found.status, found.changes) == ("planned", ()), found


async def test_the_argument_that_replaces_a_database_is_named(engine: RehearsalEngine) -> None:
    after = DATABASE.replace("default = false", "default = true").replace("db.t3.micro", "db.t3.small")
    found = await engine.rehearse(module(DATABASE), module(after))
    assert found.changes == (
        PlannedChange(
            address="aws_db_instance.this",
            type="aws_db_instance",
            action="replace",
            because=("storage_encrypted",),
        ),
    ), found


async def test_a_change_in_place_a_deletion_and_a_move_are_told_apart(engine: RehearsalEngine) -> None:
    queue = (
        'resource "aws_sqs_queue" "a" {\n  name = "a"\n}\nresource "aws_sns_topic" "t" {\n  name = "t"\n}\n'
    )
    after = (
        'resource "aws_sqs_queue" "b" {\n  name = "a"\n  delay_seconds = 5\n}\n'
        "moved {\n  from = aws_sqs_queue.a\n  to = aws_sqs_queue.b\n}\n"
    )
    found = await engine.rehearse(module(queue), module(after))
    assert {(one.address, one.action, one.moved_from) for one in found.changes} == {
        ("aws_sqs_queue.b", "update", "aws_sqs_queue.a"),
        ("aws_sns_topic.t", "delete", ""),
    }


async def test_a_rename_without_a_move_destroys_and_creates(engine: RehearsalEngine) -> None:
    bucket = 'resource "aws_s3_bucket" "a" {\n  bucket = "b"\n}\n'
    found = await engine.rehearse(module(bucket), module(bucket.replace('"a"', '"c"')))
    assert {(one.address, one.action) for one in found.changes} == {
        ("aws_s3_bucket.a", "delete"),
        ("aws_s3_bucket.c", "create"),
    }


async def test_what_follows_from_a_replacement_is_told_too(engine: RehearsalEngine) -> None:
    found = await engine.rehearse(module(DATABASE), module(DATABASE.replace("10.0.0.0/16", "10.9.0.0/16")))
    assert {one.address: one.because for one in found.replaced} == {
        "aws_vpc.this": ("cidr_block",),
        'aws_subnet.private["us-east-1a"]': ("cidr_block", "vpc_id"),
        'aws_subnet.private["us-east-1b"]': ("cidr_block", "vpc_id"),
    }


async def test_every_run_of_the_tests_is_a_scenario_and_a_backend_is_not_reached(
    engine: RehearsalEngine,
) -> None:
    bucket = (
        'terraform {\n  backend "s3" {\n    bucket = "state"\n    key = "k"\n    region = "eu-west-1"\n  }\n}\n'
        'variable "name" {\n  type = string\n}\nvariable "more" {\n  type    = bool\n  default = false\n}\n'
        'resource "aws_s3_bucket" "this" {\n  bucket = var.name\n}\n'
        'resource "aws_sqs_queue" "q" {\n  count = var.more ? 1 : 0\n  name = "q"\n}\n'
    )
    tests = (
        'mock_provider "aws" {}\nvariables {\n  name = "x"\n}\nrun "plain" {}\n'
        'run "more" {\n  variables {\n    more = true\n  }\n}\n'
    )
    after = bucket.replace("= var.name", '= "${var.name}-new"').replace('name = "q"', 'name = "z"')
    found = await engine.rehearse(module(bucket, m__tftest__hcl=tests), module(after))
    assert {(one.address, one.action, one.because) for one in found.changes} == {
        ("aws_s3_bucket.this", "replace", ("bucket",)),
        ("aws_sqs_queue.q[0]", "replace", ("name",)),
    }
    assert found.note.startswith("2 of 2 scenarios")


async def test_a_module_that_cannot_be_applied_says_why(engine: RehearsalEngine) -> None:
    needs = module(
        'variable "name" {\n  type = string\n}\nresource "aws_s3_bucket" "b" {\n  bucket = var.name\n}\n'
    )
    found = await engine.rehearse(needs, needs)
    assert found.status == "skipped"
    assert "No value for required variable" in found.note
