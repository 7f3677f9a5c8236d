"""count as a switch, for_each for collections."""

import pytest

from unit.rules.repairing import Check

RULE = "conditional-resources"
COLLECTIONS = "for-each-over-count"


def _counted(count: str, more: str = "") -> dict[str, str]:
    return {"main.tf": f'resource "aws_vpc" "this" {{\n  count = {count}\n}}\n{more}'}


@pytest.mark.parametrize(
    "count",
    [
        "var.create ? 1 : 0",
        "(var.create && length(var.x) > 0) ? 1 : 0",
        "var.create ? (var.more ? 1 : 0) : 0",
        "local.create ? 1 : 0",
        "local.number",
        "(local.number)",
        "1",
    ],
)
def test_switches_are_right(check: Check, count: str) -> None:
    files = _counted(count, "locals {\n  number = var.create ? 1 : 0\n}\n")
    assert check(RULE, files) == []
    assert check(COLLECTIONS, files) == []


@pytest.mark.parametrize(
    "count",
    ["length(var.names)", "var.create ? length(var.names) : 0", "local.size", "max(length(var.a), 2)"],
)
def test_counting_a_collection_wants_for_each(check: Check, count: str) -> None:
    files = _counted(count, "locals {\n  size = length(var.names)\n}\n")
    [finding] = check(COLLECTIONS, files)
    assert finding.summary == "aws_vpc.this counts a collection"
    assert check(RULE, files) == []
    assert "for_each" in finding.detail


@pytest.mark.parametrize("count", ["var.instances", "3", "var.create ? 2 : 0", "local.loop", "local.unknown"])
def test_other_counts_are_no_switch(check: Check, count: str) -> None:
    [finding] = check(RULE, _counted(count, "locals {\n  loop = local.loop\n}\n"))
    assert finding.summary == "The count of aws_vpc.this is no on/off switch"


def test_for_each_is_right_and_modules_count_too(check: Check) -> None:
    files = {
        "main.tf": 'resource "aws_vpc" "a" {\n  for_each = var.x\n}\nmodule "m" {\n  count = length(var.x)\n}\n'
    }
    assert [finding.summary for finding in check(COLLECTIONS, files)] == ["module.m counts a collection"]
