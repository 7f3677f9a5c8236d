"""Tags of every resource that the schema says has them."""

import pytest

from aws_orchestrator.hcl.format import format_source
from unit.rules.repairing import Check, fully_repaired

RULE = "merge-tagging"
VARIABLES = 'variable "tags" {\n}\nvariable "s3_bucket_tags" {\n}\nvariable "name" {\n}\n'


def _bucket(tags: str, more: str = "") -> dict[str, str]:
    return {
        "main.tf": f'resource "aws_s3_bucket" "this" {{\n  bucket = var.name\n{tags}}}\n{more}',
        "variables.tf": VARIABLES,
    }


@pytest.mark.parametrize(
    ("tags", "more"),
    [
        ('  tags = merge({ "Name" = var.name }, var.tags, var.s3_bucket_tags)\n', ""),
        ("  tags = merge({ Name = var.name }, var.tags, var.s3_bucket_tags)\n", ""),
        ('  tags = merge({ ("Name") : var.name }, var.tags, var.bucket_tags)\n', ""),
        (
            "  tags = merge(local.tags, var.s3_bucket_tags)\n",
            "locals {\n  tags = merge({ Name = 1 }, var.tags)\n}\n",
        ),
        (
            "  tags = local.all\n",
            "locals {\n  all = merge(local.n, var.tags, var.x_tags)\n  n = { Name = 1 }\n}\n",
        ),
        ("  tags = merge({ Name = each.key }, var.tags, each.value.tags)\n", ""),
        ("  tags = merge({ Name = 1 }, var.tags, try(each.value.tags, {}))\n", ""),
        ("  tags = merge(var.name == null ? {} : { Name = 1 }, var.tags, var.s3_bucket_tags)\n", ""),
        ('  tags = merge({ for k in ["Name"] : k => "Name" }, var.tags, var.s3_bucket_tags)\n', ""),
    ],
)
def test_every_spelling_of_the_merge_is_accepted(check: Check, tags: str, more: str) -> None:
    assert check(RULE, _bucket(tags, more)) == []


@pytest.mark.parametrize(
    ("tags", "lacking"),
    [
        ("  tags = var.tags\n", 'a map with "Name" and var.<resource>_tags'),
        ("  tags = merge({ Name = var.name }, var.tags)\n", "var.<resource>_tags"),
        ("  tags = merge(var.tags, var.s3_bucket_tags)\n", 'a map with "Name"'),
        ('  tags = { Name = "x" }\n', "var.tags and var.<resource>_tags"),
        ("  tags = merge({ Name = 1 }, var.tags == null ? {} : var.s3_bucket_tags)\n", "var.tags"),
        ("  tags = {}\n", 'a map with "Name", var.tags and var.<resource>_tags'),
        ("  tags = local.loop\n", 'a map with "Name", var.tags and var.<resource>_tags'),
    ],
)
def test_what_is_lacking_is_named_and_merged_in_by_the_fix(check: Check, tags: str, lacking: str) -> None:
    files = _bucket(tags, "locals {\n  loop = local.loop\n}\n")
    [finding] = check(RULE, files)
    assert finding.summary == f"The tags of aws_s3_bucket.this lack {lacking}"
    assert check(RULE, fully_repaired(check, RULE, files)) == []


def test_the_fix_of_an_untagged_resource_declares_what_it_uses_and_is_formatted(check: Check) -> None:
    files = {
        "main.tf": 'resource "aws_vpc" "this" {\n  cidr_block = var.cidr\n}\n\nresource "aws_eip" "nat" {\n}\n',
        "variables.tf": 'variable "cidr" {\n  description = "The range."\n}\n',
    }
    fixed = fully_repaired(check, RULE, files)
    assert 'tags = merge({ "Name" = "this" }, var.tags, var.vpc_tags)' in fixed["main.tf"]
    assert 'tags = merge({ "Name" = "nat" }, var.tags, var.eip_tags)' in fixed["main.tf"]
    assert fixed["variables.tf"].count('variable "tags"') == 1
    for text in fixed.values():
        assert format_source(text.encode()).decode() == text


def test_resources_without_tags_in_the_schema_are_left_alone(check: Check) -> None:
    files = {
        "main.tf": 'resource "aws_s3_bucket_versioning" "this" {\n}\nresource "random_id" "x" {\n}\n'
        'resource "aws_unknown_thing" "x" {\n}\n'
    }
    assert check(RULE, files) == []


def test_tag_blocks_of_an_auto_scaling_group_carry_the_same_merge(check: Check) -> None:
    def group(body: str) -> list[str]:
        files = {
            "main.tf": f'resource "aws_autoscaling_group" "this" {{\n{body}}}\n',
            "variables.tf": VARIABLES,
        }
        return [finding.summary for finding in check(RULE, files)]

    block = '  dynamic "tag" {{\n    for_each = {}\n    content {{\n      key = tag.key\n    }}\n  }}\n'
    assert group(block.format("merge({ Name = var.name }, var.tags, var.autoscaling_group_tags)")) == []
    assert group(block.format("var.tags")) != []
    assert group('  tag {\n    key = "Name"\n  }\n') == ["aws_autoscaling_group.this has no tags"]
    assert group("") == ["aws_autoscaling_group.this has no tags"]


def test_tag_specifications_of_a_launch_template_carry_the_same_merge(check: Check) -> None:
    def template(body: str) -> list[str]:
        tags = "  tags = merge({ Name = 1 }, var.tags, var.launch_template_tags)\n"
        return [
            finding.summary
            for finding in check(
                RULE, {"main.tf": f'resource "aws_launch_template" "this" {{\n{tags}{body}}}\n'}
            )
        ]

    right = "merge({ Name = 1 }, var.tags, var.instance_tags)"
    assert template(f"  tag_specifications {{\n    tags = {right}\n  }}\n") == []
    assert template("  tag_specifications {\n    tags = var.tags\n  }\n") != []
    assert template("") == ["aws_launch_template.this has no tags"]
