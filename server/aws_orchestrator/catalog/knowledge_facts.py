"""What a provider's code checks in one place, as facts: of a leaf, between arguments, of a whole type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Literal, Self

from aws_orchestrator.catalog.knowledge_formats import DESCRIPTIONS, FORMATS
from aws_orchestrator.catalog.plugin.values import UNKNOWN

GroupKind = Literal["exactly_one", "at_least_one", "at_most_one", "conflict", "together"]
GROUP_KINDS: tuple[GroupKind, ...] = ("exactly_one", "at_least_one", "at_most_one", "conflict", "together")
_MOST_NAMED = 12


@dataclass(frozen=True)
class Fact:
    """All that is checked of one argument's value. A field that says nothing is not checked."""

    values: tuple[Any, ...] = ()
    """The allowed values, texts or numbers."""
    fold: bool = False
    """Whether upper and lower case do not matter among `values`."""
    empty: bool = False
    """Whether the empty text is accepted although the other checks would refuse it."""
    low: float | None = None
    high: float | None = None
    """Limits of a number, or of a text whose format is one."""
    besides: tuple[Any, ...] = ()
    """Values that are accepted although the range, or the format, would refuse them."""
    integer: bool = False
    """Whether a number must be whole."""
    step: int | None = None
    """The number that an accepted one is a multiple of."""
    shortest: int | None = None
    longest: int | None = None
    characters: bool = False
    """Whether lengths count characters; otherwise they count bytes."""
    format: str = ""
    """The name of a format of `knowledge_formats`."""
    pattern: str = ""
    """A regular expression (Python's) that is found in every accepted text."""
    fewest: int | None = None
    most: int | None = None
    """Limits of a collection's size."""
    required: bool = False
    """Whether the provider's code wants it although the schema does not."""
    unsettable: bool = False
    """Whether the provider's code refuses any value."""
    unread: bool = False
    """Whether the provider refuses more than these facts say."""
    element: "Fact | None" = None
    """What is checked of each element of a collection."""
    example: Any = None
    """A value that the provider accepted, kept where the other facts do not tell how to make one."""
    advisory: bool = False
    """Whether a value that it refuses may be right all the same: it was learned of another version. Never in a file."""
    uncertain: bool = False
    """Whether `required` and `unsettable` may not hold: they were learned of another version. Never in a file."""

    @property
    def empty_of_facts(self) -> bool:
        """Whether there is nothing to check."""
        return replace(self, unread=False, example=None, advisory=False, uncertain=False) == Fact()

    @property
    def only_a_format(self) -> bool:
        """Whether all that is checked of the value is a format: such a check hardly ages, lists and limits do."""
        rest = replace(self, format="", empty=False, required=False)
        return bool(self.format) and rest.empty_of_facts

    def written(self) -> dict[str, Any]:
        """The fact as JSON has it: only what it says."""
        said: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value == one.default:
                continue
            said[one.name] = value.written() if isinstance(value, Fact) else value
        return said

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """The fact that `written` wrote; what a newer version may have added is left out."""
        known = {one.name for one in fields(cls)}
        found = {name: value for name, value in said.items() if name in known}
        if "element" in found:
            found["element"] = cls.read(found["element"])
        for name in ("values", "besides"):
            if name in found:
                found[name] = tuple(found[name])
        fact = cls(**found)
        if fact.format and fact.format not in FORMATS:
            raise ValueError(f"{fact.format!r} is no format")
        return fact

    @cached_property
    def _allowed(self) -> frozenset[Any]:
        return frozenset(_folded(value) if self.fold else value for value in self.values)

    @cached_property
    def _pattern(self) -> "re.Pattern[str]":
        return re.compile(self.pattern, re.ASCII)

    def complaint(self, value: Any) -> str:
        """What is wrong with a known value, as the end of a sentence ("must be …"); empty when nothing is."""
        if isinstance(value, str):
            return self._about_text(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return self._about_number(value)
        if isinstance(value, (list, dict)):
            return self._about_size(len(value))
        return ""

    def _about_text(self, value: str) -> str:
        if (not value and self.empty) or value in self.besides:
            return ""
        if self.values and (_folded(value) if self.fold else value) not in self._allowed:
            return f"must be {_one_of(self.values)}, not {_quoted(value)}"
        if self.shortest is not None or self.longest is not None:
            length = len(value) if self.characters else len(value.encode())
            if length < (self.shortest or 0) or (self.longest is not None and length > self.longest):
                return self._length_sentence(length)
        if self.format and not FORMATS[self.format](value):
            return f"must be {DESCRIPTIONS[self.format]}, not {_quoted(value)}"
        # As a float, because Python refuses to make an int of very many digits.
        if self.format == "integer" and not self._in_range(float(value)):
            return f"must be {_between(self.low, self.high)}, not {_quoted(value)}"
        if self.pattern and self._pattern.search(value) is None:
            return f"must match {self.pattern}, which {_quoted(value)} does not"
        return ""

    def _length_sentence(self, length: int) -> str:
        unit = "characters" if self.characters else "bytes"
        if length == 0 and self.shortest == 1 and self.longest is None:
            return "must not be empty"
        return f"must have {_between(self.shortest, self.longest)} {unit}, not {length:,}"

    def _about_number(self, value: float) -> str:
        if value in self.besides:
            return ""
        if self.integer and value != int(value):
            return f"must be a whole number, not {value:g}"
        if self.values and value not in self._allowed:
            return f"must be {_one_of(self.values)}, not {_number(value)}"
        if not self._in_range(value):
            return f"must be {_between(self.low, self.high)}, not {_number(value)}"
        if self.step and value % self.step:
            return f"must be a multiple of {self.step}, not {_number(value)}"
        return ""

    def _in_range(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _about_size(self, size: int) -> str:
        if (self.fewest is not None and size < self.fewest) or (self.most is not None and size > self.most):
            return f"must have {_between(self.fewest, self.most)} elements, not {size:,}"
        return ""


@dataclass(frozen=True, slots=True)
class Group:
    """A rule between arguments of one object. A name with slashes leads into blocks that occur once."""

    kind: GroupKind
    names: tuple[str, ...]
    advisory: bool = False
    """Whether it may not hold: it was learned of another version. Never in a file."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What is checked inside a type or a child of it."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    children: Mapping[str, "Checks"] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()

    def written(self) -> dict[str, Any]:
        """The checks as JSON has them, those of children inside them."""
        said: dict[str, Any] = {}
        if self.facts:
            said["facts"] = {name: fact.written() for name, fact in sorted(self.facts.items())}
        if self.children:
            said["children"] = {name: inner.written() for name, inner in sorted(self.children.items())}
        if self.groups:
            said["groups"] = [[group.kind, *group.names] for group in self.groups]
        return said

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """The checks that `written` wrote."""
        return cls(
            {name: Fact.read(fact) for name, fact in said.get("facts", {}).items()},
            {name: cls.read(inner) for name, inner in said.get("children", {}).items()},
            tuple(read_group(group) for group in said.get("groups", ())),
        )


def read_group(said: list[str]) -> Group:
    """The group that `Checks.written` wrote; ValueError when it is of no known kind."""
    kind, *names = said
    if kind not in GROUP_KINDS:
        raise ValueError(f"{kind!r} is no kind of group")
    return Group(kind, tuple(names))


@dataclass(frozen=True, slots=True)
class TypeChecks:
    """What is checked of one type."""

    checks: Checks
    framework: bool = False
    """Whether the type is built on the plugin framework; all others are of the older SDK."""
    carried_from: str = ""
    """The provider version that was asked when it is not the catalog's own."""


def is_known(value: Any) -> bool:
    """Whether the value is there and known."""
    return value is not None and value is not UNKNOWN


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _one_of(values: tuple[Any, ...]) -> str:
    shown = [str(value) for value in values[:_MOST_NAMED]]
    if len(values) == 1:
        return shown[0]
    rest = f" and {len(values) - _MOST_NAMED} more" if len(values) > _MOST_NAMED else ""
    return f"one of {', '.join(shown)}{rest}"


def _between(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {_number(high or 0)}"
    if high is None:
        return f"at least {_number(low)}"
    return f"exactly {_number(low)}" if low == high else f"between {_number(low)} and {_number(high)}"


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:g}"


def _quoted(value: str) -> str:
    return f'"{value if len(value) <= 60 else value[:57] + "..."}"'
