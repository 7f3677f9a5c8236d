"""Version constraints mean what they mean to Terraform."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.catalog.constraints import admits
from aws_orchestrator.catalog.versions import parse_version
from aws_orchestrator.errors import UsageError

# Every line was asked of `terraform init` 1.11 with made-up packages of these versions.
ASKED = [
    ("5.1", "5.1.0", True),
    ("5.1", "5.1.3", False),
    ("5", "5.1.0", False),
    ("= 5", "5.0.0", True),
    ("~> 5", "5.9.0", True),
    ("~> 5", "6.0.0", False),
    ("~> 5.1", "5.9.0", True),
    ("~> 5.1", "5.0.9", False),
    ("~> 5.1", "6.0.0", False),
    ("~> 5.1.2", "5.1.9", True),
    ("~> 5.1.2", "5.9.0", False),
    ("!= 5.1", "5.1.3", True),
    ("!= 5.1", "5.1.0", False),
    ("> 5.1", "5.1.3", True),
    ("<= 5.1", "5.1.3", False),
    ("<= 5.1", "5.1.0", True),
    (">=5.1", "5.1.0", True),
    ("5.1 , < 6", "5.1.0", True),
    ("~> 5.1, != 5.9.0", "5.9.0", False),
    ("~> 5.1, != 5.9.0", "5.8.0", True),
    ("~> 05.1", "5.1.0", True),
    # Prereleases: only when asked for exactly.
    ("5.1.0-beta1", "5.1.0-beta1", True),
    ("= 5.1.0-beta1, >= 5.0", "5.1.0-beta1", True),
    ("= 5.1.0-beta1, >= 5.2", "5.1.0-beta1", False),
    ("= 5.1.0, = 5.1.0-beta1", "5.1.0-beta1", False),
    ("5.1.0-beta1, != 5.1.0-beta1", "5.1.0-beta1", False),
    (">= 5.0", "5.1.0-beta1", False),
    (">= 5.1.0-beta1", "5.1.0-beta1", False),
    ("<= 5.1.0-beta1", "5.1.0-beta1", False),
    ("~> 5.1.0-beta1", "5.1.0-beta1", False),
    ("!= 5.1.0-beta1", "5.1.0-beta1", False),
    ("~> 5.1.0-beta1", "5.1.4", True),
    ("> 5.1.0-beta1", "5.1.0", True),
    ("~> 5.1-beta1", "5.9.0", True),
    ("= 5.1.0+build", "5.1.0", False),
]


@pytest.mark.parametrize(("constraint", "version", "admitted"), ASKED)
def test_a_constraint_admits_what_terraform_would_choose(
    constraint: str, version: str, admitted: bool
) -> None:
    assert admits(constraint, version) is admitted


@pytest.mark.parametrize("constraint", ["", "  "])
def test_no_constraint_admits_every_release_and_no_prerelease(constraint: str) -> None:
    assert admits(constraint, "0.0.1")
    assert not admits(constraint, "1.0.0-rc1")


@pytest.mark.parametrize(
    ("constraint", "hint"),
    [
        ("=> 5.1", r'did you mean ">="'),
        ("=< 5.1", r'did you mean "<="'),
        ("v5.1", 'leave out the "v"'),
        (">= v5.1.0", 'leave out the "v"'),
        ("5.1,", "a condition is missing beside a comma"),
        (",5.1", "a condition is missing beside a comma"),
        ("5.x", 'at "5.x"'),
        ("5.*", "cannot be read"),
        ("5.1.0.0", "cannot be read"),
        ("5.1 < 6", "cannot be read"),
        (">=  5.1", "cannot be read"),
        ("latest", "cannot be read"),
        ("== 5.1", "cannot be read"),
        ("> = 5.1", "cannot be read"),
        ("5.1 || 6", "cannot be read"),
        ("~> ٥.1", "cannot be read"),
    ],
)
def test_what_terraform_refuses_is_refused_with_what_to_write(constraint: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        admits(constraint, "5.1.0")


def test_versions_have_the_order_of_semantic_versioning() -> None:
    rising = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0",
        "1.9.0",
        "1.10.0",
    ]
    assert sorted(sorted(rising), key=parse_version) == rising


versions = st.tuples(*[st.integers(0, 30)] * 3).map(lambda numbers: ".".join(map(str, numbers)))


@given(versions, versions)
def test_for_releases_every_operator_has_its_opposite(one: str, other: str) -> None:
    assert admits(f">= {one}", other) is not admits(f"< {one}", other)
    assert admits(f"<= {one}", other) is not admits(f"> {one}", other)
    assert admits(f"= {one}", other) is not admits(f"!= {one}", other)


@given(versions, versions)
def test_a_pessimistic_constraint_is_a_range(one: str, other: str) -> None:
    major, minor, _ = one.split(".")
    assert admits(f"~> {one}", other) is admits(f">= {one}, < {major}.{int(minor) + 1}.0", other)
    assert admits(f"~> {major}.{minor}", other) is admits(f">= {major}.{minor}, < {int(major) + 1}", other)
