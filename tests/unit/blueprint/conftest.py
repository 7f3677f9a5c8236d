"""A small blueprint that shows every kind of part, as the YAML data that a test can spoil."""

import copy
from typing import Any

import pytest

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.read import build_blueprint
from aws_orchestrator.blueprint.skill import SUFFIX, read_blueprint
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.shipped import shipped_folder

_SMALL: dict[str, Any] = {
    "service": "demo",
    "title": "Demo bucket",
    "summary": "A bucket and, on demand, a queue.",
    "keywords": ["demo"],
    "provider": {"source": "hashicorp/aws", "version": ">= 5.40.0"},
    "name_tag": "var.name",
    "files": [
        {"name": name, "purpose": "Needed"}
        for name in (
            "main.tf",
            "data.tf",
            "variables.tf",
            "outputs.tf",
            "versions.tf",
            "locals.tf",
            "README.md",
            "examples/basic/main.tf",
            "examples/basic/versions.tf",
            "tests/module.tftest.hcl",
        )
    ],
    "features": [
        {"name": "queue", "title": "Queue", "description": "A queue."},
        {"name": "alarm", "title": "Alarm", "description": "An alarm.", "requires": ["queue"]},
    ],
    "variables": [
        {"name": "retention", "type": "number", "description": "Seconds.", "default": 60, "feature": "queue"},
        {"name": "name", "type": "string", "description": "The name.", "nullable": False},
    ],
    "locals": [{"name": "place", "value": "aws_s3_bucket.this.arn"}],
    "data": [
        {
            "address": "aws_iam_policy_document.this",
            "blocks": [{"type": "statement", "arguments": {"resources": ["local.place"]}}],
        },
        {"address": "aws_partition.current"},
    ],
    "resources": [
        {"address": "aws_s3_bucket.this", "arguments": {"bucket": "var.name"}},
        {
            "address": "aws_sqs_queue.events",
            "feature": "queue",
            "arguments": {"name": "var.name", "message_retention_seconds": "var.retention"},
            "depends_on": ["aws_s3_bucket.this"],
        },
    ],
    "outputs": [
        {"name": "arn", "value": "aws_s3_bucket.this.arn", "description": "The ARN."},
        {"name": "queue", "feature": "queue", "value": "aws_sqs_queue.events.url", "description": "The URL."},
    ],
    "scenarios": [
        {
            "name": "works",
            "assertions": [
                {"condition": "aws_s3_bucket.this.bucket == var.name", "error_message": "Another name."}
            ],
        }
    ],
    "example": {"name": '"example"'},
}


@pytest.fixture
def small() -> dict[str, Any]:
    """The small blueprint's document, free to be changed."""
    return copy.deepcopy(_SMALL)


@pytest.fixture
def small_blueprint(small: dict[str, Any]) -> Blueprint:
    return build_blueprint(small, "demo")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    catalog = shipped_library().choose("hashicorp/aws", "= 5.100.0")
    assert catalog is not None
    return catalog


@pytest.fixture(scope="session")
def s3() -> Blueprint:
    return read_blueprint(shipped_folder("skills") / f"s3{SUFFIX}")
