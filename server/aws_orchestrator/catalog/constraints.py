"""Terraform's version constraints for providers: `>= 5.40, < 6.0`, `~> 5.1`, `!= 5.55.0`, `= 5.100.0`.

What the test's table says was asked of `terraform init` itself (1.11), with made-up provider packages.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from aws_orchestrator.catalog.versions import VERSION_PATTERN, Version, parse_version, version_of_match
from aws_orchestrator.errors import UsageError

_OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "~>")
# Terraform takes at most one space between the operator and the version.
_CONDITION = re.compile(rf"([!<>=~]*)( ?){VERSION_PATTERN}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a constraint: an operator and the version it compares with."""

    operator: str
    boundary: Version
    numbers: int
    """How many numbers were written: `~> 5.1` and `~> 5.1.0` mean different things."""

    def admits(self, version: Version) -> bool:
        """Whether the version meets this condition (prereleases: see `Constraint.admits`)."""
        match self.operator:
            case "=":
                return version == self.boundary
            case "!=":
                return version != self.boundary
            case ">":
                return version > self.boundary
            case ">=":
                return version >= self.boundary
            case "<":
                return version < self.boundary
            case "<=":
                return version <= self.boundary
            case _:  # ~>: the last number written may grow; a single number counts as major.0
                fixed = 2 if self.numbers == 3 else 1
                return version >= self.boundary and version.release[:fixed] == self.boundary.release[:fixed]


@dataclass(frozen=True, slots=True)
class Constraint:
    """A whole constraint: every condition must hold."""

    conditions: tuple[Condition, ...]

    def admits(self, version: Version) -> bool:
        """Whether Terraform could choose the version: prereleases only when one is asked for exactly."""
        if version.prerelease and not any(
            condition.operator == "=" and condition.boundary == version for condition in self.conditions
        ):
            return False
        return all(condition.admits(version) for condition in self.conditions)


@lru_cache(maxsize=256)
def parse_constraint(text: str) -> Constraint:
    """The constraint that the text is; an empty one admits every release. UsageError on bad syntax."""
    if not text.strip():
        return Constraint(())
    return Constraint(tuple(_condition(part.strip(), text) for part in text.split(",")))


def admits(constraint: str, version: str) -> bool:
    """Whether the constraint admits the version; UsageError when either cannot be read."""
    return parse_constraint(constraint).admits(parse_version(version))


def _condition(part: str, whole: str) -> Condition:
    match = _CONDITION.fullmatch(part)
    operator = (match[1] or "=") if match else ""
    if match is None or operator not in _OPERATORS:
        raise UsageError(
            f'The version constraint "{whole}" cannot be read{_hint(part)}: write conditions such as '
            '">= 5.40, < 6.0" or "~> 5.1", separated by commas.'
        )
    numbers = 1 + sum(number is not None for number in match.group(4, 5))
    return Condition(operator, version_of_match(match), numbers)


def _hint(part: str) -> str:
    if not part:
        return " because a condition is missing beside a comma"
    if part.startswith(("=>", "=<")):
        return f' at "{part}" (did you mean "{part[1]}="?)'
    if re.match(r"[!<>=~]*\s*v\d", part):
        return f' at "{part}" (leave out the "v")'
    return f' at "{part}"'
