"""Running the rules: discovery, notes, order, broken files."""

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Severity
from aws_orchestrator.rules import RuleContext, all_rules, check_module

SPECIFIED = {
    "never-hardcode-values",
    "provider-version-locking",
    "merge-tagging",
    "conditional-resources",
    "safe-outputs",
    "variable-documentation",
    "security-enforcement",
    "no-bundling",
}


COMPLETING = {
    "no-any-type",
    "constrained-inputs",
    "readme-matches-code",
    "sensitive-outputs",
    "no-deprecated-arguments",
    "no-wildcard-permissions",
    "open-ingress",
    "for-each-over-count",
    "examples-parse",
}
GOVERNING = {"organisation-standards"}


def test_every_rule_of_the_specification_is_found_without_a_list() -> None:
    rules = all_rules()
    assert {rule.id for rule in rules} == SPECIFIED | COMPLETING | GOVERNING
    assert all(rule.title and rule.why.endswith(".") for rule in rules)


def test_without_a_catalog_the_result_says_what_was_not_checked() -> None:
    result = check_module({"main.tf": b'resource "aws_vpc" "this" {\n}\n'}, RuleContext())
    silent = "constrained-inputs, merge-tagging, no-deprecated-arguments"
    assert result.note == f"No catalog of the provider: {silent} not checked."
    assert "merge-tagging" not in {finding.code for finding in result.findings}


def test_without_learned_knowledge_the_result_says_what_was_not_checked(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aws_orchestrator.rules.rule._knowledge", lambda catalog: None)
    result = check_module({}, RuleContext(catalog))
    assert (
        result.note == "Nothing is known of what the provider's code checks: constrained-inputs not checked."
    )


def test_a_rule_that_is_switched_off_is_silent_and_named(catalog: Catalog) -> None:
    files = {"variables.tf": b'variable "x" {\n  type = string\n}\n'}
    off = frozenset({"variable-documentation"})
    assert check_module(files, RuleContext(catalog)).findings
    result = check_module(files, RuleContext(catalog), off)
    assert result.findings == ()
    assert result.note == "Switched off: variable-documentation."


def test_only_errors_fail_a_module(catalog: Catalog) -> None:
    warned = check_module({"variables.tf": b'variable "x" {\n  type = string\n}\n'}, RuleContext(catalog))
    assert warned.status == "passed"
    assert [finding.severity for finding in warned.findings] == [Severity.WARNING]
    secret = b'locals {\n  key = "AKIAABCDEFGHIJKLMNOP"\n}\n'
    assert check_module({"locals.tf": secret}, RuleContext(catalog)).status == "failed"


def test_a_broken_file_gets_findings_but_no_fix(catalog: Catalog) -> None:
    content = b'resource "aws_vpc" "this" {\n  cidr_block = var.cidr\n}\nlocals {\n  x = var.a ? 1\n}\n'
    result = check_module({"main.tf": content}, RuleContext(catalog))
    assert "main.tf has syntax errors: only what could be read was checked." in result.note
    assert result.findings
    assert all(finding.fix is None for finding in result.findings)


def test_findings_come_in_source_order_the_same_every_time(catalog: Catalog) -> None:
    files = {f"{name}.tf": b'variable "b" {\n}\nvariable "a" {\n}\n' for name in ("z", "a", "m")}
    first = check_module(files, RuleContext(catalog))
    places = [(finding.place.file, finding.place.start) for finding in first.findings if finding.place]
    assert places == sorted(places)
    assert check_module(dict(reversed(files.items())), RuleContext(catalog)) == first


def test_files_of_examples_and_tests_are_not_the_module(catalog: Catalog) -> None:
    files = {
        "examples/basic/main.tf": b'provider "aws" {\n  region = "eu-west-1"\n}\n',
        "notes.txt": b"eu-west-1",
    }
    assert check_module(files, RuleContext(catalog)).findings == ()
