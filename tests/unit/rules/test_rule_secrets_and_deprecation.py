"""Outputs that show secrets, and arguments that the provider gives up."""

import pytest

from unit.rules.repairing import Check, fully_repaired

SECRETS = "sensitive-outputs"
DEPRECATED = "no-deprecated-arguments"
_VARIABLES = (
    'variable "password" {\n  type = string\n  sensitive = true\n}\nvariable "name" {\n  type = string\n}\n'
)


def _output(value: str, more: str = "", before: str = "") -> dict[str, str]:
    return {"outputs.tf": f'output "x" {{\n  value = {value}\n{more}}}\n', "v.tf": _VARIABLES, "l.tf": before}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("var.password", "the sensitive variable password"),
        ('"u:${var.password}"', "the sensitive variable password"),
        ("local.url", "the sensitive variable password"),
        ("aws_db_instance.this.password", "aws_db_instance.this's sensitive password"),
        ("try(aws_db_instance.this[0].password, null)", "aws_db_instance.this's sensitive password"),
        ("[for key in aws_iam_access_key.all : key.id]", None),
        ("data.aws_secretsmanager_secret_version.x.secret_string", "sensitive secret_string"),
    ],
)
def test_an_output_that_shows_a_secret_is_marked_by_the_fix(
    check: Check, value: str, found: str | None
) -> None:
    files = _output(value, before='locals {\n  url = "x://${var.password}"\n}\n')
    findings = check(SECRETS, files)
    if found is None:
        assert findings == []
        return
    assert found in findings[0].summary
    fixed = fully_repaired(check, SECRETS, files)
    assert "sensitive = true" in fixed["outputs.tf"]
    assert check(SECRETS, fixed) == []


def test_a_wrong_mark_is_turned(check: Check) -> None:
    fixed = fully_repaired(check, SECRETS, _output("var.password", "  sensitive = false\n"))
    assert fixed["outputs.tf"] == 'output "x" {\n  value = var.password\n  sensitive = true\n}\n'


@pytest.mark.parametrize(
    ("value", "more"),
    [
        ("var.password", "  sensitive = true\n"),
        ("var.password", "  sensitive = var.hide\n"),
        ("nonsensitive(var.password)", ""),
        ("var.name", ""),
        ("aws_db_instance.this.arn", ""),
        ("module.x.password", ""),
        ("local.itself", ""),
    ],
)
def test_marked_and_harmless_outputs_are_right(check: Check, value: str, more: str) -> None:
    assert check(SECRETS, _output(value, more, "locals {\n  itself = local.itself\n}\n")) == []


def _summaries(check: Check, content: str) -> list[str]:
    return [finding.summary for finding in check(DEPRECATED, {"main.tf": content})]


def test_deprecated_arguments_and_blocks_are_found_with_what_replaces_them(check: Check) -> None:
    bucket = (
        'resource "aws_s3_bucket" "b" {\n  acl = "private"\n  logging {\n    target_bucket = var.x\n  }\n}\n'
    )
    found = check(DEPRECATED, {"main.tf": bucket})
    assert [finding.summary for finding in found] == [
        "aws_s3_bucket.b: acl is deprecated",
        "aws_s3_bucket.b: block logging is deprecated",
    ]
    assert "Use the resource aws_s3_bucket_acl." in found[0].detail
    assert "Use the resource aws_s3_bucket_logging." in found[1].detail


def test_deprecated_blocks_are_found_where_they_are_dynamic(check: Check) -> None:
    content = (
        'resource "aws_s3_bucket" "b" {\n  dynamic "lifecycle_rule" {\n    for_each = var.x\n    content {\n'
        "      enabled = true\n    }\n  }\n}\n"
    )
    assert _summaries(check, content) == ["aws_s3_bucket.b: block lifecycle_rule is deprecated"]


def test_what_is_not_deprecated_is_left_alone(check: Check) -> None:
    assert (
        _summaries(
            check, 'resource "aws_s3_bucket" "b" {\n  bucket = var.x\n}\nresource "x_y" "z" {\n  acl = 1\n}\n'
        )
        == []
    )
