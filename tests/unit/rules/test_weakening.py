"""What a repair must not do to make findings go away, and what it may."""

from collections.abc import Mapping

import pytest

from aws_orchestrator.findings import Check, Finding, Severity, place_in
from aws_orchestrator.rules.weakening import weakened

MAIN = b"""resource "aws_db_instance" "this" {
  identifier              = var.name
  storage_encrypted       = true
  kms_key_id              = var.kms_key_id
  backup_retention_period = 7
  count                   = var.create ? 1 : 0

  lifecycle {
    prevent_destroy = true
    precondition {
      condition     = length(var.name) > 3
      error_message = "Too short."
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket              = "b"
  block_public_policy = true
}
"""
VARIABLES = b"""variable "name" {
  type        = string
  description = "Name."
  nullable    = false
  validation {
    condition     = length(var.name) < 60
    error_message = "Too long."
  }
}

variable "password" {
  type        = string
  description = "Password."
  sensitive   = true
}
"""
TESTS = b"""run "keeps_it_encrypted" {
  command = plan
  assert {
    condition     = aws_db_instance.this[0].storage_encrypted
    error_message = "Not encrypted."
  }
}
run "refuses_long_names" {
  command = plan
  expect_failures = [var.name]
}
"""
FILES = {"main.tf": MAIN, "variables.tf": VARIABLES, "tests/module.tftest.hcl": TESTS}


def after(name: str, old: str, new: str) -> dict[str, bytes]:
    assert FILES[name].count(old.encode()) == 1, old
    return {**FILES, name: FILES[name].replace(old.encode(), new.encode())}


def at(name: str, text: str, check: Check = "validate") -> Finding:
    content = FILES[name]
    start = content.index(text.encode())
    place = place_in(name, content, start, start + len(text))
    return Finding(check=check, severity=Severity.ERROR, summary="Wrong", place=place)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "main.tf",
            MAIN[MAIN.index(b'resource "aws_s3') :].decode(),
            "",
            "it deletes aws_s3_bucket_public_access_block.this",
        ),
        (
            "main.tf",
            'resource "aws_s3_bucket_public_access_block" "this"',
            'resource "aws_s3_bucket_acl" "this"',
            "it deletes",
        ),
        ("main.tf", "  bucket ", "  #tfsec:ignore:aws-s3\n  bucket ", "silences a checker"),
        ("main.tf", "  bucket ", "  # checkov:skip=CKV_AWS_1: later\n  bucket ", "silences a checker"),
        ("main.tf", "  bucket ", "  // trivy:ignore:AVD-1\n  bucket ", "silences a checker"),
        (
            "main.tf",
            "storage_encrypted       = true",
            "storage_encrypted       = false",
            "switches off storage_encrypted",
        ),
        ("main.tf", "  storage_encrypted       = true\n", "", "takes away storage_encrypted"),
        ("main.tf", "  kms_key_id              = var.kms_key_id\n", "", "takes away kms_key_id"),
        (
            "main.tf",
            "backup_retention_period = 7",
            "backup_retention_period = 0",
            "switches off backup_retention_period",
        ),
        (
            "main.tf",
            "block_public_policy = true",
            "block_public_policy = false",
            "switches off block_public_policy",
        ),
        ("main.tf", "var.create ? 1 : 0", "0", "switches aws_db_instance.this off"),
        ("main.tf", "    prevent_destroy = true\n", "", "takes prevent_destroy"),
        (
            "main.tf",
            "    prevent_destroy = true",
            "    prevent_destroy = true\n    ignore_changes = all",
            "ignores more changes",
        ),
        ("main.tf", "length(var.name) > 3", "true", "drops a precondition"),
        ("main.tf", "length(var.name) > 3", "length(var.name) > 0", "changes a precondition"),
        ("variables.tf", "length(var.name) < 60", "length(var.name) < 6000", "changes a validation"),
        ("variables.tf", "length(var.name) < 60", "length(var.name) < 60 || true", "drops a validation"),
        ("variables.tf", "  sensitive   = true\n", "", "takes sensitive = true from var.password"),
        ("variables.tf", "  nullable    = false\n", "", "takes nullable = false from var.name"),
        (
            "tests/module.tftest.hcl",
            "aws_db_instance.this[0].storage_encrypted",
            "true",
            "drops an assertion",
        ),
        ("tests/module.tftest.hcl", "expect_failures = [var.name]", "", "changes expect_failures"),
        (
            "tests/module.tftest.hcl",
            TESTS[TESTS.index(b'run "refuses') :].decode(),
            "",
            "deletes the test refuses_long_names",
        ),
        (
            "tests/module.tftest.hcl",
            "  expect_failures",
            "  override_resource {\n    target = aws_db_instance.this\n  }\n  expect_failures",
            "makes up what the test",
        ),
    ],
)
def test_what_makes_a_module_weaker_is_said(name: str, old: str, new: str, said: str) -> None:
    found = weakened(FILES, after(name, old, new), [at("main.tf", "identifier", "tests")])
    assert any(said in sentence for sentence in found), found


def test_a_file_of_tests_that_is_gone_is_said() -> None:
    files: Mapping[str, bytes] = {
        name: content for name, content in FILES.items() if not name.startswith("tests")
    }
    assert weakened(FILES, files) == ("it deletes tests/module.tftest.hcl",)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("main.tf", "identifier              = var.name", "identifier              = lower(var.name)"),
        ("main.tf", "backup_retention_period = 7", "backup_retention_period = 14"),
        (
            "main.tf",
            "kms_key_id              = var.kms_key_id",
            "kms_key_id              = aws_kms_key.this.arn",
        ),
        ("variables.tf", 'description = "Name."', 'description = "The name."'),
        ("tests/module.tftest.hcl", "Not encrypted.", "It is not encrypted."),
        ("main.tf", "# none", "# none"),
    ],
)
def test_an_honest_repair_is_none(name: str, old: str, new: str) -> None:
    files = FILES if old == new else after(name, old, new)
    assert weakened(FILES, files) == ()


def test_a_condition_that_is_itself_an_error_may_be_corrected_and_not_dropped() -> None:
    wrong = at("variables.tf", "length(var.name) < 60")
    better = after("variables.tf", "length(var.name) < 60", "length(trimspace(var.name)) < 60")
    gone = after("variables.tf", "length(var.name) < 60", "true")

    assert weakened(FILES, better, [wrong]) == ()
    assert weakened(FILES, gone, [wrong]) != ()


def test_a_test_that_fails_is_no_reason_to_change_what_it_asserts() -> None:
    failing = at("tests/module.tftest.hcl", "aws_db_instance.this[0].storage_encrypted", "tests")
    other = after(
        "tests/module.tftest.hcl",
        "aws_db_instance.this[0].storage_encrypted",
        "aws_db_instance.this[0].id != 1",
    )
    assert any("changes an assertion" in sentence for sentence in weakened(FILES, other, [failing]))


def test_an_argument_that_does_not_exist_may_go() -> None:
    files = {"main.tf": b'resource "aws_sqs_queue" "this" {\n  name       = "q"\n  encryption = true\n}\n'}
    better = {"main.tf": files["main.tf"].replace(b"  encryption = true\n", b"")}
    start = files["main.tf"].index(b"encryption")
    unknown = Finding(
        check="validate",
        severity=Severity.ERROR,
        summary="Unsupported argument",
        place=place_in("main.tf", files["main.tf"], start, start + 10),
    )

    assert weakened(files, better, [unknown]) == ()
    assert weakened(files, better) != ()


def test_a_rule_that_is_broken_anew_is_said() -> None:
    before = {"main.tf": b'resource "aws_security_group" "this" {\n  name = "a"\n}\n'}
    rule = b'\nresource "aws_vpc_security_group_ingress_rule" "all" {\n  security_group_id = aws_security_group.this.id\n'
    opened = {"main.tf": before["main.tf"] + rule + b'  cidr_ipv4   = "0.0.0.0/0"\n  ip_protocol = "-1"\n}\n'}

    assert any("forbids" in sentence for sentence in weakened(before, opened))
