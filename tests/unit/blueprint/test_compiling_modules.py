"""Compiling: what the quality rules ask is in every module, because no author can leave it out."""

from typing import Any

import pytest

from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, Selection, default_selection
from aws_orchestrator.blueprint.read import build_blueprint
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import BlueprintError

_Document = dict[str, Any]


def _files(document: _Document, catalog: Catalog, *features: str) -> dict[str, str]:
    module = compile_module(
        build_blueprint(document, "demo"), Selection(features=frozenset(features)), catalog
    )
    return {name: content.decode() for name, content in module.files.items()}


def test_the_files_are_the_declared_ones_in_their_order(small: _Document, catalog: Catalog) -> None:
    assert list(_files(small, catalog)) == [file["name"] for file in small["files"]]


def test_every_resource_obeys_create_and_says_so_first(small: _Document, catalog: Catalog) -> None:
    main = _files(small, catalog, "queue")["main.tf"]
    assert main == (
        'resource "aws_s3_bucket" "this" {\n'
        "  count = var.create ? 1 : 0\n"
        "\n"
        "  bucket = var.name\n"
        "\n"
        '  tags = merge({ "Name" = var.name }, var.tags, var.s3_bucket_tags)\n'
        "}\n"
        "\n"
        'resource "aws_sqs_queue" "events" {\n'
        "  count = var.create ? 1 : 0\n"
        "\n"
        "  name                      = var.name\n"
        "  message_retention_seconds = var.retention\n"
        "\n"
        '  tags = merge({ "Name" = var.name }, var.tags, var.sqs_queue_events_tags)\n'
        "\n"
        "  depends_on = [aws_s3_bucket.this]\n"
        "}\n"
    )


def test_outputs_and_locals_of_guarded_resources_are_safe(small: _Document, catalog: Catalog) -> None:
    small["locals"].append({"name": "all", "value": {"arn": "aws_s3_bucket.this.arn", "name": "var.name"}})
    small["outputs"].append({"name": "safe", "value": "try(aws_s3_bucket.this.id, 1)", "description": "x"})
    half = "try(var.name, 1) == aws_s3_bucket.this.id"
    small["outputs"].append({"name": "half", "value": half, "description": "x"})
    files = _files(small, catalog)
    assert "  value       = try(aws_s3_bucket.this[0].arn, null)\n" in files["outputs.tf"]
    assert "  value       = try(aws_s3_bucket.this[0].id, 1)\n" in files["outputs.tf"]
    assert "  value       = try(try(var.name, 1) == aws_s3_bucket.this[0].id, null)\n" in files["outputs.tf"]
    assert "  place = try(aws_s3_bucket.this[0].arn, null)\n" in files["locals.tf"]
    assert "    arn  = try(aws_s3_bucket.this[0].arn, null)\n    name = var.name\n" in files["locals.tf"]


def test_data_that_reads_a_guarded_resource_is_guarded_even_through_a_local(
    small: _Document, catalog: Catalog
) -> None:
    small["data"].append(
        {
            "address": "aws_iam_policy_document.merged",
            "arguments": {"source_policy_documents": ["data.aws_iam_policy_document.this.json"]},
        }
    )
    text = _files(small, catalog)["data.tf"]
    assert 'data "aws_iam_policy_document" "this" {\n  count = var.create ? 1 : 0\n' in text
    assert "[data.aws_iam_policy_document.this[0].json]" in text
    assert 'data "aws_partition" "current" {}\n' in text


def test_a_map_of_data_that_reads_a_guarded_resource_obeys_create(small: _Document, catalog: Catalog) -> None:
    small["data"][0]["guard"] = {"for_each": 'var.name == "" ? {} : { a = 1 }'}
    text = _files(small, catalog)["data.tf"]
    assert 'for key, value in(var.name == "" ? {} : { a = 1 }) : key => value if var.create }' in text


def test_guards_of_the_author_are_joined_with_create(small: _Document, catalog: Catalog) -> None:
    small["resources"][0]["guard"] = {"count": 'var.name != ""'}
    small["resources"][1]["guard"] = {"for_each": "{ a = 1 }"}
    small["outputs"][1]["value"] = "[for queue in aws_sqs_queue.events : queue.url]"
    files = _files(small, catalog, "queue")
    assert '  count = var.create && (var.name != "") ? 1 : 0\n' in files["main.tf"]
    assert "key => value if var.create }\n" in files["main.tf"]
    assert "  value       = [for queue in aws_sqs_queue.events : queue.url]\n" in files["outputs.tf"]


def test_a_promise_of_an_output_holds_where_nothing_was_created(small: _Document, catalog: Catalog) -> None:
    small["outputs"][0]["precondition"] = {
        "condition": 'aws_s3_bucket.this.region != ""',
        "error_message": "Where?",
    }
    assert (
        'condition     = var.create ? (aws_s3_bucket.this[0].region != "") : true'
        in _files(small, catalog)["outputs.tf"]
    )


def test_required_inputs_come_first_then_the_switch_and_tags_come_last(
    small: _Document, catalog: Catalog
) -> None:
    text = _files(small, catalog, "queue")["variables.tf"]
    names = [line.split('"')[1] for line in text.splitlines() if line.startswith("variable ")]
    assert names == ["name", "create", "retention", "tags", "s3_bucket_tags", "sqs_queue_events_tags"]


def test_lifecycle_dynamic_blocks_and_comments_are_written_out(small: _Document, catalog: Catalog) -> None:
    small["resources"][0] |= {
        "comment": "Why it is here.\nAnd why like this.",
        "blocks": [
            {
                "type": "timeouts",
                "dynamic": {"for_each": "[1]", "iterator": "once"},
                "arguments": {"create": '"5m"'},
            }
        ],
        "lifecycle": {
            "create_before_destroy": True,
            "ignore_changes": ["tags"],
            "replace_triggered_by": ["aws_sqs_queue.events.arn"],
            "preconditions": [{"condition": "var.name != null", "error_message": 'Say "${name}".'}],
        },
    }
    assert _files(small, catalog, "queue")["main.tf"].startswith(
        """# Why it is here.
# And why like this.
resource "aws_s3_bucket" "this" {
  count = var.create ? 1 : 0

  bucket = var.name

  dynamic "timeouts" {
    for_each = [1]
    iterator = once

    content {
      create = "5m"
    }
  }

  tags = merge({ "Name" = var.name }, var.tags, var.s3_bucket_tags)

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [tags]
    replace_triggered_by  = [aws_sqs_queue.events[0].arn]

    precondition {
      condition     = var.name != null
      error_message = "Say \\"$${name}\\"."
    }
  }
}
"""
    )


def test_ignoring_all_changes_is_a_word_and_no_list(small: _Document, catalog: Catalog) -> None:
    small["resources"][0]["lifecycle"] = {"ignore_changes": ["all"]}
    assert "    ignore_changes = all\n" in _files(small, catalog)["main.tf"]


def test_an_auto_scaling_group_and_a_launch_template_get_their_tags_in_their_own_form(
    small: _Document, catalog: Catalog
) -> None:
    small["resources"] += [
        {"address": "aws_launch_template.this", "arguments": {"name_prefix": "var.name"}},
        {"address": "aws_autoscaling_group.this", "arguments": {"min_size": 1, "max_size": 2}},
        {
            "address": "aws_autoscaling_attachment.this",
            "arguments": {"autoscaling_group_name": "aws_autoscaling_group.this.name"},
        },
    ]
    main = _files(small, catalog)["main.tf"]
    assert main.endswith(
        """resource "aws_launch_template" "this" {
  count = var.create ? 1 : 0

  name_prefix = var.name

  dynamic "tag_specifications" {
    for_each = toset(["instance", "volume"])

    content {
      resource_type = tag_specifications.value
      tags          = merge({ "Name" = var.name }, var.tags, var.launch_template_tags)
    }
  }

  tags = merge({ "Name" = var.name }, var.tags, var.launch_template_tags)
}

resource "aws_autoscaling_group" "this" {
  count = var.create ? 1 : 0

  min_size = 1
  max_size = 2

  dynamic "tag" {
    for_each = merge({ "Name" = var.name }, var.tags, var.autoscaling_group_tags)

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }
}

resource "aws_autoscaling_attachment" "this" {
  count = var.create ? 1 : 0

  autoscaling_group_name = aws_autoscaling_group.this[0].name
}
"""
    )


@pytest.mark.parametrize(
    ("change", "floor"),
    [
        ({}, "1.1.0"),
        ({"validation": [{"condition": "length(var.name) > 1", "error_message": "x"}]}, "1.1.0"),
        ({"validation": [{"condition": 'startswith(var.name, "a")', "error_message": "x"}]}, "1.3.0"),
        ({"validation": [{"condition": 'strcontains(var.name, "a")', "error_message": "x"}]}, "1.5.0"),
        ({"validation": [{"condition": "var.name != local.place", "error_message": "x"}]}, "1.9.0"),
        ({"ephemeral": True}, "1.10.0"),
    ],
)
def test_the_lowest_terraform_follows_from_the_language_that_is_used(
    small: _Document, catalog: Catalog, change: _Document, floor: str
) -> None:
    small["variables"][1] |= change
    assert f'required_version = ">= {floor}"' in _files(small, catalog)["versions.tf"]


def test_write_only_arguments_raise_the_floor(small: _Document, catalog: Catalog) -> None:
    small["resources"].append(
        {
            "address": "aws_ssm_parameter.this",
            "arguments": {
                "name": "var.name",
                "type": '"SecureString"',
                "value_wo": '"x"',
                "value_wo_version": 1,
            },
        }
    )
    assert 'required_version = ">= 1.11.0"' in _files(small, catalog)["versions.tf"]


def test_the_same_selection_gives_the_same_bytes(s3: Blueprint, catalog: Catalog) -> None:
    first = compile_module(s3, default_selection(s3), catalog)
    second = compile_module(s3, default_selection(s3), catalog)
    assert dict(first.files) == dict(second.files)
    assert list(first.files) == list(second.files)


def test_without_a_create_switch_only_the_authors_guards_are_there(
    small: _Document, catalog: Catalog
) -> None:
    small["create_variable"] = None
    files = _files(small, catalog)
    assert "count" not in files["main.tf"]
    assert "  value       = aws_s3_bucket.this.arn\n" in files["outputs.tf"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda d: d["files"].pop(1), "The blueprint of demo fills data.tf without declaring it."),
        (
            lambda d: d["files"].append({"name": "iam.tf", "purpose": "x"}),
            "The blueprint of demo declares iam.tf but puts nothing into it.",
        ),
        (
            lambda d: d["resources"][0]["arguments"].update(bucket="}"),
            "The blueprint of demo makes no HCL of main.tf: '{' is missing here.",
        ),
    ],
)
def test_a_blueprint_that_was_not_verified_makes_no_broken_module(
    small: _Document, catalog: Catalog, spoil: Any, sentence: str
) -> None:
    spoil(small)
    with pytest.raises(BlueprintError) as caught:
        _files(small, catalog)
    assert str(caught.value) == sentence
