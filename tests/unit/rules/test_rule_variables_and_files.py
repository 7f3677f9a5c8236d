"""variable-documentation and no-bundling."""

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Severity
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.rules import RuleContext, check_module
from unit.rules.repairing import Check, fully_repaired


@pytest.mark.parametrize(
    "body",
    ["", 'description = ""', 'description = "  "', 'description = "TODO."', "description = <<EOT\n\nEOT"],
)
def test_a_variable_must_say_what_it_is_for(check: Check, body: str) -> None:
    [finding] = check("variable-documentation", {"variables.tf": f'variable "x" {{\n  {body}\n}}\n'})
    assert "variable x" in finding.summary.lower()
    assert finding.fix is None


@pytest.mark.parametrize("body", ['description = "The name."', "description = <<-EOT\n  The name.\nEOT"])
def test_any_real_text_will_do(check: Check, body: str) -> None:
    assert check("variable-documentation", {"variables.tf": f'variable "x" {{\n  {body}\n}}\n'}) == []


@pytest.mark.parametrize(
    ("name", "description"),
    [("queue_name", "Name of the queue."), ("owner", "The owner"), ("kms_key_arn", "ARN of the key")],
)
def test_a_description_that_only_repeats_the_name_is_told(check: Check, name: str, description: str) -> None:
    text = f'variable "{name}" {{\n  description = "{description}"\n}}\n'
    [finding] = check("variable-documentation", {"variables.tf": text})
    assert (finding.severity, finding.summary) == (
        Severity.INFORMATION,
        f"The description of variable {name} only repeats its name",
    )


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("queue_name", "Name of the dead letter queue."),
        ("owner", "Team that is called at night."),
        ("days", "Days; 30 when it is left out."),
    ],
)
def test_a_description_with_a_fact_beyond_the_name_is_one(check: Check, name: str, description: str) -> None:
    text = f'variable "{name}" {{\n  description = "{description}"\n}}\n'
    assert check("variable-documentation", {"variables.tf": text}) == []


def test_blocks_of_main_move_to_their_files(check: Check) -> None:
    files = {
        "main.tf": 'variable "a" {\n  type = string\n}\n\nlocals {\n  a = 1\n}\n\noutput "o" {\n  value = 1\n}\n',
        "variables.tf": 'variable "b" {\n}\n',
        "outputs.tf": "",
    }
    assert [finding.summary for finding in check("no-bundling", files)] == [
        "variable a is in main.tf",
        "output o is in main.tf",
    ]
    fixed = fully_repaired(check, "no-bundling", files)
    assert fixed["main.tf"] == "locals {\n  a = 1\n}\n\n"
    assert fixed["variables.tf"] == 'variable "b" {\n}\n\nvariable "a" {\n  type = string\n}\n'
    assert fixed["outputs.tf"] == 'output "o" {\n  value = 1\n}\n'
    assert format_source(fixed["variables.tf"].encode()).decode() == fixed["variables.tf"]


def test_a_block_without_a_file_to_go_to_is_only_reported(check: Check) -> None:
    [finding] = check("no-bundling", {"main.tf": 'terraform {\n  required_version = ">= 1.9"\n}\n'})
    assert "versions.tf" in finding.detail
    assert finding.fix is None


def test_the_files_are_exactly_the_declared_ones(catalog: Catalog) -> None:
    files = {"main.tf": b"", "extra.tf": b"", "README.md": b"", "examples/basic/main.tf": b""}
    declared = frozenset({"main.tf", "iam.tf", "README.md"})
    result = check_module(files, RuleContext(catalog, declared))
    assert {finding.summary for finding in result.findings} == {
        "iam.tf is declared but was not written",
        "extra.tf is not declared",
    }
