"""Variables have types, and check what the provider would refuse."""

from dataclasses import replace

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import Knowledge, knowledge_of
from aws_orchestrator.findings import Severity
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.rules import RuleContext, check_module
from unit.rules.repairing import Check, fully_repaired

TYPES = "no-any-type"
INPUTS = "constrained-inputs"


@pytest.mark.parametrize(
    ("body", "summary"),
    [
        ("", "Variable x has no type"),
        ("  type = any\n", 'The type of variable x is "any"'),
        ("  type = map(any)\n", 'The type of variable x has "any" in it'),
        ("  type = list(object({ a = optional(any) }))\n", 'The type of variable x has "any" in it'),
    ],
)
def test_a_variable_that_takes_anything_is_found(check: Check, body: str, summary: str) -> None:
    [finding] = check(TYPES, {"variables.tf": f'variable "x" {{\n{body}}}\n'})
    assert finding.summary == summary


@pytest.mark.parametrize(
    "body",
    [
        "  type = string\n",
        "  type = object({ any = string })\n",
        "  type    = string\n  default = null # any\n",
        '  type = map(string)\n  default = { "any" = "any" }\n',
    ],
)
def test_other_types_are_right(check: Check, body: str) -> None:
    assert check(TYPES, {"variables.tf": f'variable "x" {{\n{body}}}\n'}) == []


@pytest.mark.parametrize(("default", "type_"), [("true", "bool"), ("8", "number"), ('"a"', "string")])
@pytest.mark.parametrize("written", ["", "  type = any\n"])
def test_the_type_of_a_plain_default_is_written_by_the_fix(
    check: Check, default: str, type_: str, written: str
) -> None:
    files = {"variables.tf": f'variable "x" {{\n{written}  default = {default}\n}}\n'}
    fixed = fully_repaired(check, TYPES, files)
    assert f"type = {type_}\n" in fixed["variables.tf"]
    assert check(TYPES, fixed) == []


@pytest.mark.parametrize("default", ["null", "[]", "{}"])
def test_no_type_is_guessed_of_a_default_that_does_not_tell(check: Check, default: str) -> None:
    [finding] = check(TYPES, {"variables.tf": f'variable "x" {{\n  default = {default}\n}}\n'})
    assert finding.fix is None


def _function(argument: str, type_: str, body: str = "") -> dict[str, str]:
    return {
        "main.tf": f'resource "aws_lambda_function" "this" {{\n  {argument}\n}}\n',
        "variables.tf": f'variable "x" {{\n  type = {type_}\n{body}}}\n',
    }


@pytest.mark.parametrize(
    ("argument", "type_", "condition"),
    [
        ("package_type = var.x", "string", 'var.x == null ? true : contains(["Zip", "Image"], var.x)'),
        ("memory_size = var.x", "number", "var.x == null ? true : var.x >= 128 && var.x <= 10240"),
        (
            "tracing_config {\n    mode = var.x\n  }",
            "string",
            'var.x == null ? true : contains(["Active", "PassThrough"], var.x)',
        ),
        (
            'dynamic "tracing_config" {\n    for_each = [1]\n    content {\n      mode = var.x\n    }\n  }',
            "string",
            'var.x == null ? true : contains(["Active", "PassThrough"], var.x)',
        ),
    ],
)
def test_values_and_ranges_that_the_provider_checks_want_a_validation(
    check: Check, argument: str, type_: str, condition: str
) -> None:
    files = _function(argument, type_)
    [finding] = check(INPUTS, files)
    assert finding.severity is Severity.WARNING
    assert "aws_lambda_function.this." in finding.detail
    fixed = fully_repaired(check, INPUTS, files)
    assert f"condition     = {condition}\n" in fixed["variables.tf"]
    assert check(INPUTS, fixed) == []
    assert format_source(fixed["variables.tf"].encode()).decode() == fixed["variables.tf"]


def test_a_variable_that_is_never_null_is_not_asked_whether_it_is(check: Check) -> None:
    fixed = fully_repaired(check, INPUTS, _function("package_type = var.x", "string", "  nullable = false\n"))
    assert 'condition     = contains(["Zip", "Image"], var.x)\n' in fixed["variables.tf"]


def test_lengths_and_formats_are_information(check: Check) -> None:
    [finding] = check(INPUTS, _function("kms_key_arn = var.x", "string"))
    assert finding.severity is Severity.INFORMATION
    assert "must be an ARN" in finding.detail


@pytest.mark.parametrize(
    ("argument", "body"),
    [
        ('package_type = "Zip"', ""),
        ("package_type = upper(var.x)", ""),
        ("layers = var.x", ""),
        ("package_type = var.x", "  validation {\n    condition = true\n  }\n"),
        ("package_type = var.other", ""),
    ],
)
def test_what_is_not_a_whole_unchecked_variable_is_left_alone(check: Check, argument: str, body: str) -> None:
    assert check(INPUTS, _function(argument, "string", body)) == []


def test_a_variable_is_told_once_however_often_it_is_used(check: Check) -> None:
    block = 'resource "aws_lambda_function" "{}" {{\n  package_type = var.x\n}}\n'
    files = {"main.tf": block.format("a") + block.format("b"), "v.tf": 'variable "x" {\n  type = string\n}\n'}
    assert len(check(INPUTS, files)) == 1


def test_values_of_another_version_are_told_but_not_written(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog
) -> None:
    known = knowledge_of(catalog)
    assert known is not None
    checks = known.checks("resource", "aws_lambda_function")
    assert checks is not None
    facts = {name: replace(fact, advisory=True) for name, fact in checks.checks.facts.items()}
    carried = replace(checks, checks=replace(checks.checks, facts=facts), carried_from="4.0.0")
    monkeypatch.setattr(Knowledge, "checks", lambda self, kind, name: carried)
    files = {name: text.encode() for name, text in _function("package_type = var.x", "string").items()}
    [finding] = [one for one in check_module(files, RuleContext(catalog)).findings if one.code == INPUTS]
    assert "must be one of Zip, Image" in finding.detail
    assert finding.fix is None
