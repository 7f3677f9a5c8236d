"""The words in which the rules are written: conditions of a configuration that know what they look at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

Config: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """Something that a configuration does or does not do; `&`, `|` and `~` as usual."""

    looks_at: frozenset[str]
    """The arguments and blocks of the top level that it depends on."""
    holds: Callable[[Config], bool]

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(self.looks_at | other.looks_at, lambda c: self.holds(c) and other.holds(c))

    def __or__(self, other: "Condition") -> "Condition":
        return Condition(self.looks_at | other.looks_at, lambda c: self.holds(c) or other.holds(c))

    def __invert__(self) -> "Condition":
        return Condition(self.looks_at, lambda c: not self.holds(c))


class PlanRule(NamedTuple):
    """One rule: where the warning goes, what breaks it, and the sentence."""

    place: str
    broken: Condition
    sentence: str

    @property
    def looks_at(self) -> frozenset[str]:
        """The arguments and blocks that the rule depends on."""
        return self.broken.looks_at


class ChangeRule(NamedTuple):
    """One rule about a change: what breaks it, of the state before and the planned one, and the sentence."""

    place: str
    broken: Callable[[Config, Config], bool]
    sentence: str


def blocks(config: Config, name: str) -> list[Config]:
    """The blocks of that name."""
    found = config.get(name)
    return [block for block in found if isinstance(block, dict)] if isinstance(found, list) else []


def being(name: str, *values: Any) -> Condition:
    """The argument has one of these values; None is an argument that is not set."""
    return Condition(frozenset({name}), lambda config: config.get(name) in values)


def having(name: str) -> Condition:
    """The argument or block is set, and is neither empty nor zero nor false."""
    return Condition(frozenset({name}), lambda config: bool(config.get(name)))


def lacking(*names: str) -> Condition:
    """One of these is not set, empty, zero or false."""
    return Condition(frozenset(names), lambda config: any(not config.get(name) for name in names))


def ending(name: str, suffix: str) -> Condition:
    """The text is set and ends like this."""
    return Condition(frozenset({name}), lambda config: str(config.get(name) or "").endswith(suffix))


def inside(name: str, condition: Condition) -> Condition:
    """One of the blocks of that name does this."""
    return Condition(
        frozenset({name}), lambda config: any(condition.holds(block) for block in blocks(config, name))
    )


def within(path: str, condition: Condition) -> Condition:
    """The same, of blocks in blocks: `a/b`."""
    for name in reversed(path.split("/")):
        condition = inside(name, condition)
    return condition
