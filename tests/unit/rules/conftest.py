"""A module in a string, and the rules on it."""

import pytest

from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.findings import Finding
from aws_orchestrator.rules import RuleContext, check_module
from unit.rules.repairing import Check, Files


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The shipped catalog of the AWS provider version of which most is known."""
    found = shipped_library().choose("hashicorp/aws", "5.100.0")
    assert found is not None
    return found


@pytest.fixture(scope="session")
def check(catalog: Catalog) -> Check:
    """The findings of one rule on a module."""

    def run(rule: str, files: Files) -> list[Finding]:
        contents = {name: text.encode() for name, text in files.items()}
        result = check_module(contents, RuleContext(catalog))
        return [finding for finding in result.findings if finding.code == rule]

    return run
