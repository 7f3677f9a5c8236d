"""Ingress from everywhere, and permissions wider than they need to be."""

import pytest

from aws_orchestrator.findings import Severity
from unit.rules.repairing import Check, Files

INGRESS = "open-ingress"
WILDCARDS = "no-wildcard-permissions"


def _summaries(check: Check, rule: str, content: str, more: Files | None = None) -> list[str]:
    return [finding.summary for finding in check(rule, {"main.tf": content, **(more or {})})]


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ('resource "aws_security_group" "x" {\n  ingress {\n    from_port = 22\n    to_port = 22\n'
         '    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n', 1),
        ('resource "aws_security_group" "x" {\n  egress {\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n}\n', 0),
        ('resource "aws_security_group_rule" "x" {\n  type = "ingress"\n  ipv6_cidr_blocks = ["::/0"]\n}\n', 1),
        ('resource "aws_security_group_rule" "x" {\n  type = "egress"\n  cidr_blocks = ["0.0.0.0/0"]\n}\n', 0),
        ('resource "aws_vpc_security_group_ingress_rule" "x" {\n  cidr_ipv4 = "0.0.0.0/0"\n}\n', 1),
        ('resource "aws_vpc_security_group_ingress_rule" "x" {\n  cidr_ipv4 = var.range\n}\n', 0),
        ('resource "aws_vpc_security_group_ingress_rule" "x" {\n  count = var.public ? 1 : 0\n'
         '  cidr_ipv4 = "0.0.0.0/0"\n}\n', 0),
        ('resource "aws_security_group" "x" {\n  dynamic "ingress" {\n    for_each = var.public ? [1] : []\n'
         '    content {\n      cidr_blocks = ["0.0.0.0/0"]\n    }\n  }\n}\n', 0),
        ('resource "aws_security_group" "x" {\n  dynamic "ingress" {\n    for_each = [22]\n'
         '    content {\n      cidr_blocks = ["0.0.0.0/0"]\n    }\n  }\n}\n', 1),
    ],
)  # fmt: skip
def test_ingress_from_everywhere_is_found_unless_a_variable_switches_it_on(
    check: Check, content: str, count: int
) -> None:
    assert len(_summaries(check, INGRESS, content)) == count


@pytest.mark.parametrize(("port", "severity"), [(443, Severity.INFORMATION), (22, Severity.WARNING)])
def test_the_ports_of_the_public_web_are_information(check: Check, port: int, severity: Severity) -> None:
    rule = f'  cidr_ipv4 = "0.0.0.0/0"\n  from_port = {port}\n  to_port = {port}\n'
    content = f'resource "aws_vpc_security_group_ingress_rule" "x" {{\n{rule}}}\n'
    [finding] = check(INGRESS, {"main.tf": content})
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("variable", "count"),
    [
        ('variable "ranges" {\n  description = "Who may come in."\n  default = ["0.0.0.0/0"]\n}\n', 1),
        (
            'variable "ranges" {\n  description = "Open to the internet by default."\n  default = ["0.0.0.0/0"]\n}\n',
            0,
        ),
        ('variable "ranges" {\n  description = "Who may come in."\n  default = ["10.0.0.0/8"]\n}\n', 0),
        ('variable "ranges" {\n  description = "Who may come in."\n}\n', 0),
    ],
)
def test_an_open_default_must_say_that_it_is_open(check: Check, variable: str, count: int) -> None:
    rule = 'resource "aws_security_group_rule" "{}" {{\n  type = "ingress"\n  cidr_blocks = var.ranges\n}}\n'
    found = _summaries(check, INGRESS, rule.format("a") + rule.format("b"), {"variables.tf": variable})
    assert len(found) == count


def _document(statement: str) -> str:
    return f'data "aws_iam_policy_document" "x" {{\n  statement {{\n{statement}  }}\n}}\n'


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            _document('    actions = ["s3:*"]\n    resources = [var.arn]\n'),
            ["A policy allows every action of s3"],
        ),
        (
            _document('    actions = ["*"]\n    resources = [var.arn]\n'),
            ["A policy allows every action of every service"],
        ),
        (_document('    actions = ["s3:Get*", "s3:ListBucket"]\n    resources = ["*"]\n'), []),
        (_document('    effect = "Deny"\n    actions = ["s3:*"]\n'), []),
        (_document('    not_actions = ["s3:*"]\n'), []),
        # security-enforcement tells of these.
        (_document('    actions = ["*"]\n    resources = ["*"]\n'), []),
        # A key's own policy.
        (_document('    actions = ["kms:*"]\n    resources = ["*"]\n'), []),
        (
            _document('    actions = ["kms:*"]\n    resources = [var.key]\n'),
            ["A policy allows every action of kms"],
        ),
        (
            _document('    principals {\n      identifiers = ["arn:aws:iam::*:role/x"]\n    }\n'),
            ['A policy allows every principal like "arn:aws:iam::*:role/x"'],
        ),
        (
            'locals {\n  p = jsonencode({ Statement = [{ Effect = "Allow", Action = ["sqs:*"], Resource = var.a }] })\n}\n',
            ["A policy allows every action of sqs"],
        ),
    ],
)
def test_wildcards_are_found_where_narrower_is_known(check: Check, content: str, found: list[str]) -> None:
    assert _summaries(check, WILDCARDS, content) == found
