"""Settings that the AWS security standards ask for."""

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.rules.security_controls import ARGUMENT_CONTROLS, COMPANION_CONTROLS
from unit.rules.repairing import Check, Files, fully_repaired

RULE = "security-enforcement"


def _summaries(check: Check, content: str, more: Files | None = None) -> list[str]:
    return [finding.summary for finding in check(RULE, {"main.tf": content, **(more or {})})]


def test_every_control_speaks_of_arguments_that_exist(catalog: Catalog) -> None:
    for control in ARGUMENT_CONTROLS:
        schema = catalog.resource(control.type)
        assert schema is not None, control
        block = schema.block
        for name in control.path[:-1]:
            block = block.blocks[name].block
        assert block.attributes[control.path[-1]].settable, control
    for companion in COMPANION_CONTROLS:
        assert catalog.resource(companion.type)
        assert catalog.resource(companion.companion)


def test_a_missing_argument_is_added_by_the_fix(check: Check) -> None:
    files = {"main.tf": 'resource "aws_db_instance" "this" {\n  engine = var.engine\n}\n'}
    assert _summaries(check, files["main.tf"]) == [
        "aws_db_instance.this does not set storage_encrypted (RDS.3)"
    ]
    fixed = fully_repaired(check, RULE, files)
    assert "storage_encrypted = true" in fixed["main.tf"]
    assert check(RULE, fixed) == []
    assert format_source(fixed["main.tf"].encode()).decode() == fixed["main.tf"]


@pytest.mark.parametrize(
    ("value", "more", "where"),
    [
        ("false", {}, "main.tf"),
        ("var.encrypted", {"variables.tf": 'variable "encrypted" {\n  default = false\n}\n'}, "variables.tf"),
        ("local.encrypted", {"locals.tf": "locals {\n  encrypted = false\n}\n"}, "locals.tf"),
        ("null", {}, "main.tf"),
    ],
)
def test_an_unsafe_value_is_found_where_it_is_written(
    check: Check, value: str, more: Files, where: str
) -> None:
    files = {"main.tf": f'resource "aws_ebs_volume" "this" {{\n  encrypted = {value}\n}}\n', **more}
    [finding] = check(RULE, files)
    assert finding.place is not None
    assert finding.place.file == where
    assert "EC2.3" in finding.summary
    assert check(RULE, fully_repaired(check, RULE, files)) == []


@pytest.mark.parametrize("value", ["true", "var.unknown", "var.safe", "var.a && var.b"])
def test_safe_values_and_what_the_caller_decides_are_left_alone(check: Check, value: str) -> None:
    content = f'resource "aws_ebs_volume" "this" {{\n  encrypted = {value}\n}}\n'
    assert _summaries(check, content, {"variables.tf": 'variable "safe" {\n  default = true\n}\n'}) == []


def test_settings_in_nested_and_dynamic_blocks_are_found(check: Check) -> None:
    def instance(body: str) -> list[str]:
        return _summaries(check, f'resource "aws_instance" "this" {{\n{body}}}\n')

    wrong = 'metadata_options {\n    http_tokens = "optional"\n  }\n'
    right = wrong.replace("optional", "required")
    assert instance("") == ["aws_instance.this does not set metadata_options.http_tokens (EC2.8)"]
    assert instance(f"  {wrong}") == ['aws_instance.this: metadata_options.http_tokens is "optional" (EC2.8)']
    assert instance(f"  {right}") == []
    dynamic = 'dynamic "metadata_options" {\n  for_each = var.x\n  content {\n    http_tokens = "required"\n  }\n}\n'
    assert instance(dynamic) == []
    assert instance(f"{right}root_block_device {{\n    volume_size = 8\n  }}\n") == [
        "aws_instance.this does not set root_block_device.encrypted (EC2.3)"
    ]


def test_companions_are_asked_for(check: Check) -> None:
    bucket = 'resource "aws_s3_bucket" "this" {\n}\n'
    assert len(_summaries(check, bucket)) == 2
    block = "".join(
        f"  {name} = true\n"
        for name in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        )
    )
    whole = (
        f'{bucket}resource "aws_s3_bucket_public_access_block" "this" {{\n{block}}}\n'
        'resource "aws_s3_bucket_server_side_encryption_configuration" "this" {\n}\n'
    )
    assert _summaries(check, whole) == []
    assert _summaries(check, 'resource "aws_vpc" "this" {\n}\n') == [
        "aws_vpc.this has no aws_flow_log (EC2.6)"
    ]


def test_only_symmetric_keys_can_rotate(check: Check) -> None:
    assert _summaries(check, 'resource "aws_kms_key" "this" {\n}\n')
    asymmetric = 'resource "aws_kms_key" "this" {\n  customer_master_key_spec = "RSA_2048"\n}\n'
    assert _summaries(check, asymmetric) == []


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ('resource "aws_default_security_group" "x" {\n  egress {\n  }\n}\n', 1),
        ('resource "aws_default_security_group" "x" {\n}\n', 0),
    ],
)
def test_a_default_security_group_lets_nothing_through(check: Check, content: str, count: int) -> None:
    assert len(_summaries(check, content)) == count


def _document(statement: str) -> str:
    return f'data "aws_iam_policy_document" "x" {{\n  statement {{\n{statement}  }}\n}}\n'


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (_document('    actions = ["*"]\n    resources = ["*"]\n'), 1),
        (_document('    effect = "Deny"\n    actions = ["*"]\n    resources = ["*"]\n'), 0),
        (_document('    actions = ["s3:*"]\n    resources = ["*"]\n'), 0),
        (_document('    principals {\n      type = "*"\n      identifiers = ["*"]\n    }\n'), 1),
        (_document('    effect = "Deny"\n    principals {\n      identifiers = ["*"]\n    }\n'), 0),
        (_document('    principals {\n      identifiers = ["*"]\n    }\n    condition {\n    }\n'), 0),
        (
            'locals {\n  p = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })\n}\n',
            1,
        ),
        (
            'locals {\n  p = jsonencode({ Statement = { Effect = "Deny", Action = ["*"], Resource = ["*"] } })\n}\n',
            0,
        ),
        ('locals {\n  p = { Effect = "Allow", Action = "sqs:*", Principal = { AWS = "*" } }\n}\n', 1),
        ('locals {\n  p = { Effect = "Allow", Principal = "*", Condition = { Bool = {} } }\n}\n', 0),
        ('locals {\n  p = { "Effect" : "Allow", "Action" : "*", "Resource" : ["*"] }\n}\n', 1),
    ],
)
def test_policies_that_allow_everything_or_everybody_are_found(
    check: Check, content: str, count: int
) -> None:
    assert len(_summaries(check, content)) == count


def test_only_application_load_balancers_look_at_headers(check: Check) -> None:
    assert _summaries(check, 'resource "aws_lb" "this" {\n}\n')
    assert _summaries(check, 'resource "aws_lb" "this" {\n  load_balancer_type = "network"\n}\n') == []
