"""Each rule, on a module that breaks it: it says what, why and how; settings switch it off, comments in code do not."""

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Finding
from aws_orchestrator.rules import RuleContext, all_rules, check_module
from aws_orchestrator.settings import load_settings
from aws_orchestrator.standards import Standards
from unit.rules.repairing import Files

SILENCERS = (
    "# aws-orchestrator:ignore {rule}",
    "# aws-orchestrator: disable={rule}",
    "# noqa: {rule}",
    "# tflint-ignore: all",
    "#tfsec:ignore:*",
    "# checkov:skip=*:no",
    "// trivy:ignore:*",
    "/* {rule}: off */",
)
STANDARDS = Standards(regions=("us-east-1",))
TABLE = "# M\n\n## Inputs\n\n| Name | Type |\n|--|--|\n| `gone` | `string` |\n"
BREAKING: dict[str, Files] = {
    "conditional-resources": {"main.tf": 'resource "aws_sqs_queue" "q" {\n  count = 3\n}\n'},
    "constrained-inputs": {
        "main.tf": 'variable "s" {\n  description = "S."\n  type        = number\n}\n'
        'resource "aws_sqs_queue" "q" {\n  delay_seconds = var.s\n}\n'
    },
    "examples-parse": {"main.tf": "locals {}\n", "examples/a/main.tf": "locals {\n  a = \n}\n"},
    "for-each-over-count": {
        "main.tf": 'resource "aws_sqs_queue" "q" {\n  count = length(var.names)\n  name  = var.names[count.index]\n}\n'
    },
    "merge-tagging": {"main.tf": 'resource "aws_sqs_queue" "q" {\n}\n'},
    "never-hardcode-values": {"main.tf": 'locals {\n  where = "eu-west-1"\n}\n'},
    "no-any-type": {"main.tf": 'variable "x" {\n  description = "X."\n  type        = any\n}\n'},
    "no-bundling": {"main.tf": 'variable "x" {\n  description = "X."\n  type        = string\n}\n'},
    "no-deprecated-arguments": {"main.tf": 'resource "aws_s3_bucket" "b" {\n  acl = "private"\n}\n'},
    "no-wildcard-permissions": {
        "main.tf": 'data "aws_iam_policy_document" "p" {\n  statement {\n    actions   = ["s3:*"]\n'
        "    resources = [var.arn]\n  }\n}\n"
    },
    "organisation-standards": {"main.tf": 'locals {\n  where = "eu-west-1"\n}\n'},
    "open-ingress": {
        "main.tf": 'resource "aws_vpc_security_group_ingress_rule" "r" {\n'
        '  security_group_id = var.group\n  ip_protocol       = "tcp"\n'
        '  from_port         = 22\n  to_port           = 22\n  cidr_ipv4         = "0.0.0.0/0"\n}\n'
    },
    "provider-version-locking": {"main.tf": 'resource "aws_sqs_queue" "q" {\n}\n'},
    "readme-matches-code": {"main.tf": "locals {}\n", "README.md": TABLE},
    "safe-outputs": {
        "main.tf": 'resource "aws_sqs_queue" "q" {\n  count = var.on ? 1 : 0\n}\n'
        'output "a" {\n  value = aws_sqs_queue.q[0].arn\n}\n'
    },
    "security-enforcement": {
        "main.tf": 'resource "aws_ebs_volume" "v" {\n  availability_zone = var.zone\n}\n'
    },
    "sensitive-outputs": {
        "main.tf": 'resource "aws_iam_access_key" "k" {\n  user = var.user\n}\n'
        'output "s" {\n  value = aws_iam_access_key.k.secret\n}\n'
    },
    "variable-documentation": {"main.tf": 'variable "x" {\n  type = string\n}\n'},
}


def findings(
    rule: str, files: Files, catalog: Catalog, disabled: frozenset[str] = frozenset()
) -> list[Finding]:
    contents = {name: text.encode() for name, text in files.items()}
    return [
        one
        for one in check_module(contents, RuleContext(catalog, standards=STANDARDS), disabled).findings
        if one.code == rule
    ]


@pytest.mark.parametrize("rule", [rule.id for rule in all_rules()])
def test_a_rule_speaks_until_settings_switch_it_off(
    rule: str, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = findings(rule, BREAKING[rule], catalog)
    assert found
    for one in found:
        assert one.summary
        assert not one.summary.endswith(".")
        assert one.detail.endswith((".", "…", "?")) or "." in one.detail
        assert one.place is not None
    monkeypatch.setenv("AWS_ORCHESTRATOR_DISABLED_RULES", rule)
    assert not findings(rule, BREAKING[rule], catalog, load_settings(None).disabled_rules)


@pytest.mark.parametrize("rule", [rule.id for rule in all_rules()])
def test_no_comment_silences_a_rule(rule: str, catalog: Catalog) -> None:
    expected = len(findings(rule, BREAKING[rule], catalog))
    for silencer in SILENCERS:
        comment = silencer.format(rule=rule)
        silenced = {
            name: "".join(f"{comment}\n{line}" for line in text.splitlines(keepends=True))
            if name == "main.tf"
            else text
            for name, text in BREAKING[rule].items()
        }
        assert len(findings(rule, silenced, catalog)) == expected, comment
