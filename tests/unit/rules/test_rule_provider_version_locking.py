"""Constraints of providers."""

import pytest

from aws_orchestrator.findings import Severity
from unit.rules.repairing import Check, repaired

RULE = "provider-version-locking"


def _versions(constraint: str) -> dict[str, str]:
    return {
        "versions.tf": "terraform {\n  required_providers {\n    aws = {\n"
        f'      source  = "hashicorp/aws"\n      version = "{constraint}"\n    }}\n  }}\n}}\n'
    }


@pytest.mark.parametrize(
    "constraint", [">= 5.40.0", ">=5.40.0", ">= 5.40.0, < 7.0.0", "> 5.1.2", ">= 5.40.0-beta1"]
)
def test_a_full_lower_bound_is_right(check: Check, constraint: str) -> None:
    assert check(RULE, _versions(constraint)) == []


@pytest.mark.parametrize(
    ("constraint", "wanted", "severity"),
    [
        ("~> 5.40", ">= 5.40.0", Severity.WARNING),
        ("~> 5.40.1", ">= 5.40.1", Severity.WARNING),
        ("5.40.0", ">= 5.40.0", Severity.WARNING),
        ("= 5", ">= 5.0.0", Severity.WARNING),
        (">= 5.40", ">= 5.40.0", Severity.INFORMATION),
        ("~> 5.0, != 5.3.0", ">= 5.0.0, != 5.3.0", Severity.WARNING),
    ],
)
def test_other_constraints_are_turned_into_one(
    check: Check, constraint: str, wanted: str, severity: Severity
) -> None:
    files = _versions(constraint)
    [finding] = check(RULE, files)
    assert finding.severity is severity
    fixed = repaired(files, [finding])
    assert fixed == _versions(wanted)
    assert check(RULE, fixed) == []


def test_an_upper_bound_alone_locks_nothing(check: Check) -> None:
    [finding] = check(RULE, _versions("< 6.0.0"))
    assert "no lower bound" in finding.summary
    assert finding.fix is None


def test_a_provider_without_a_constraint_is_found_where_it_is_used(check: Check) -> None:
    files = {
        "main.tf": 'resource "aws_vpc" "this" {\n}\nresource "terraform_data" "x" {\n}\n'
        'data "tls_certificate" "x" {\n  provider = other.alias\n}\n',
        "versions.tf": 'terraform {\n  required_providers {\n    random = {\n      source = "hashicorp/random"\n'
        "    }\n  }\n}\n",
    }
    assert [finding.summary for finding in check(RULE, files)] == [
        "Provider aws is used without a version constraint",
        "Provider other is used without a version constraint",
        "Provider random has no version constraint",
    ]
