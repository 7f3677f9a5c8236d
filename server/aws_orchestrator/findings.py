"""Findings: one problem in a module, with its place and maybe its fix. Independent of any editor."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from aws_orchestrator.model import Frozen

Check = Literal["init", "fmt", "validate", "rules", "tests"]
CHECKS: tuple[Check, ...] = ("init", "fmt", "validate", "rules", "tests")
Level = Literal["schema", "learned", "real_validate", "real_plan"]
LEVELS: tuple[Level, ...] = ("schema", "learned", "real_validate", "real_plan")
"""How deep a validation looks, the shallowest first: against the provider's schema, against what was learned of its code
too, by the real provider's validate, by its plan too."""


class Severity(StrEnum):
    """How bad a finding is. Only errors make a module invalid."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Place(Frozen):
    """Where a finding is: a byte range of one file of the module.

    `file` has forward slashes; an engine names it from the root of the tree, tf-validator from the module's folder.
    `start` and `end` are byte offsets (Terraform's columns count grapheme clusters, which no editor shares); `line` is
    1-based, for people.
    """

    file: str
    start: int
    end: int
    line: int


class Edit(Frozen):
    """Replace the bytes `start:end` of `file` by `text`."""

    file: str
    start: int
    end: int
    text: str


class Fix(Frozen):
    """A mechanical repair of one finding."""

    title: str
    edits: tuple[Edit, ...]
    preferred: bool = False


class Finding(Frozen):
    """One problem in a module."""

    check: Check
    severity: Severity
    summary: str
    detail: str = ""
    code: str = ""
    """The rule's id for findings of `rules`, else empty."""
    place: Place | None = None
    fix: Fix | None = None

    def line(self) -> str:
        """The finding on one line: `main.tf:3: Unsupported argument: …`."""
        where = f"{self.place.file}:{self.place.line}: " if self.place else ""
        detail = " ".join(self.detail.split())
        return f"{where}{self.summary}{': ' + detail if detail and detail != self.summary else ''}"


class CheckResult(Frozen):
    """What one check said about one module."""

    check: Check
    status: Literal["passed", "failed", "skipped"]
    findings: tuple[Finding, ...] = ()
    note: str = ""
    """What was not checked, or with what it was, in a sentence; empty when there is nothing to add."""
    level: Level | None = None
    """How deep `validate` looked; None of the other checks, and when it was skipped."""


class TestRun(Frozen):
    """One `run` block of a module's tests."""

    __test__ = False  # not a pytest class
    file: str
    name: str
    status: Literal["pass", "fail", "error", "skip"]


class TestsResult(CheckResult):
    """What `terraform test` said: a result with its runs."""

    __test__ = False
    runs: tuple[TestRun, ...] = ()


class Tree(Frozen):
    """A module and the files around it that Terraform may read, in memory.

    `files` maps paths relative to the tree's root (forward slashes) to their bytes; `module` is the folder
    inside it that is checked (`.` for the root). `key` names the module over time, so that an engine can keep
    a warm scratch copy of it.
    """

    key: str
    files: Mapping[str, bytes]
    module: str = "."


def place_in(file: str, content: bytes, start: int, end: int) -> Place:
    """The place of a byte range, with its line counted from the content."""
    return Place(file=file, start=start, end=end, line=content.count(b"\n", 0, start) + 1)


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The worst severity among the findings, or None when there are none."""
    for severity in Severity:
        if any(finding.severity is severity for finding in findings):
            return severity
    return None
