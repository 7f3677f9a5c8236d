"""Values that a provider accepts, made from what was learned of it, and configurations of nothing but those."""

from typing import Any

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group
from aws_orchestrator.catalog.knowledge_shape import Shape
from aws_orchestrator.catalog.model import Attribute
from aws_orchestrator.catalog.probe.battery import ARNS
from aws_orchestrator.catalog.probe.drafts import MAP_KEY, Drafts, Names, absent, plain, varied, wrapped

_NO_CHECKS = Checks()
_NO_FACT = Fact()
_OF_FORMAT: dict[str, tuple[str, str]] = {
    "arn": (ARNS[0], ARNS[1]),
    "arn_loose": (ARNS[0], ARNS[1]),
    "json": ('{"a":1}', '{"a":2}'),
    "json_object": ('{"Version":"2012-10-17","Statement":[]}', '{"a":2}'),
    "spaced_json_object": ('{"Version":"2012-10-17","Statement":[]}', '{"a":2}'),
    "account_id": ("123456789012", "210987654321"),
    "canonical_cidr": ("10.0.0.0/16", "10.1.0.0/16"),
    "canonical_ipv4_cidr": ("10.0.0.0/16", "10.1.0.0/16"),
    "canonical_ipv6_cidr": ("2001:db8::/56", "2001:db8:1::/56"),
    "cidr": ("10.0.0.0/16", "10.1.0.0/16"),
    "ipv4_cidr": ("10.0.0.0/16", "10.1.0.0/16"),
    "ipv6_cidr": ("2001:db8::/56", "2001:db8:1::/56"),
    "network_cidr": ("10.0.0.0/16", "10.1.0.0/16"),
    "network_ipv6_cidr": ("2001:db8::/56", "2001:db8:1::/56"),
    "ip": ("10.0.0.1", "10.0.0.2"),
    "ipv4": ("10.0.0.1", "10.0.0.2"),
    "ipv6": ("2001:db8::1", "2001:db8::2"),
    "rfc3339": ("2030-01-02T03:04:05Z", "2030-01-03T03:04:05Z"),
    "time_of_day": ("03:30", "04:30"),
    "daily_window": ("03:00-04:00", "05:00-06:00"),
    "weekly_window": ("sun:03:00-sun:04:00", "mon:03:00-mon:04:00"),
    "boolean": ("true", "false"),
    "integer_32": ("1", "2"),
    "integer": ("1", "2"),
    "float": ("1", "2"),
    "duration": ("1h30m", "5m"),
    "region": ("us-east-1", "us-west-2"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "223e4567-e89b-12d3-a456-426614174000"),
    "base64": ("YWJj", "YWJk"),
}


def accepted_values(expression: CtyType, fact: Fact = _NO_FACT) -> tuple[Any, ...]:
    """Up to two different values of the type that the facts admit; at least one, the plainest when in doubt."""
    match expression:
        case "string":
            return _texts(fact)
        case "number":
            return _numbers(fact)
        case "bool":
            return (True, False)
        case ["list" | "set", element]:
            inside = accepted_values(element, fact.element or _NO_FACT)
            return tuple(_many(one, inside, max(fact.fewest or 1, 1)) for one in inside)
        case ["map", element]:
            return tuple({MAP_KEY: one} for one in accepted_values(element, fact.element or _NO_FACT))
        case _:
            return (plain(expression),)


def _texts(fact: Fact) -> tuple[Any, ...]:
    if fact.values:
        return tuple(str(value) for value in fact.values[:2])
    if fact.format:
        right = tuple(text for text in _OF_FORMAT[fact.format] if not fact.complaint(text))
        if right or fact.example is None:
            return right or _OF_FORMAT[fact.format]
    if isinstance(fact.example, str):
        other = _changed(fact.example)
        return (fact.example,) if fact.complaint(other) else (fact.example, other)
    size = max(fact.shortest or 0, min(3, fact.longest if fact.longest is not None else 3))
    return tuple(dict.fromkeys(("a" * size, "b" * size)))


def _changed(text: str) -> str:
    for old, new in (("abc", "abd"), ("1", "2"), ("a", "b"), ("A", "B")):
        if old in text:
            return text.replace(old, new, 1)
    return f"{text}a"


def _numbers(fact: Fact) -> tuple[Any, ...]:
    if fact.values:
        return fact.values[:2]
    if fact.example is not None:
        return (fact.example,)
    low = fact.low if fact.low is not None else min(1, fact.high) if fact.high is not None else 1
    low = max(low, 1) if fact.high is None or fact.high >= 1 else low
    return (low,) if fact.high is not None and low + 1 > fact.high else (low, low + 1)


def _many(one: Any, inside: tuple[Any, ...], size: int) -> list[Any]:
    found = [one, *(other for other in inside if other != one)][:size]
    while len(found) < size:
        found.append(f"{one}{len(found)}" if isinstance(one, str) else one)
    return found


class ValidDrafts(Drafts):
    """Configurations with what is required, by the schema and by the provider's code, and accepted values only."""

    def __init__(self, root: Shape, checks: Checks) -> None:
        super().__init__(root)
        self._checks = checks

    def checks_at(self, at: Names) -> Checks:
        """What is checked in the place."""
        found = self._checks
        for name in at:
            found = found.children.get(name, _NO_CHECKS)
        return found

    def fact(self, path: Names) -> Fact:
        """What is checked of the value there."""
        return self.checks_at(path[:-1]).facts.get(path[-1], _NO_FACT)

    def value(self, leaf: Attribute, path: Names) -> Any:
        """An accepted value for a leaf."""
        return self.samples[path] if path in self.samples else accepted_values(leaf.type, self.fact(path))[0]

    def minimal(self, shape: Shape | None = None, at: Names = ()) -> dict[str, Any]:
        """The object with what is required and nothing else."""
        shape = shape or self.root
        checks = self.checks_at(at)
        needed = _needed(shape, checks) | {path[-1] for path in self.forced if path[:-1] == at}
        draft: dict[str, Any] = {}
        for name, leaf in shape.leaves.items():
            draft[name] = self.value(leaf, (*at, name)) if name in needed else None
        for name, child in shape.children.items():
            if name not in needed or not child.settable:
                draft[name] = absent(child)
                continue
            fewest = checks.facts.get(name, _NO_FACT).fewest or 1
            one = wrapped(child, self.minimal(child.shape, (*at, name)))
            if child.nesting == "set":
                one = self._different(child.shape, one, (*at, name))
            if isinstance(one, list) and len(one) < fewest:
                one += [varied(one[0], number) for number in range(len(one), fewest)]
            draft[name] = one
        return draft

    def _different(self, shape: Shape, elements: list[Any], at: Names) -> list[Any]:
        """The elements of a set, made different by another accepted value where there is one."""
        for name, leaf in shape.leaves.items():
            values = accepted_values(leaf.type, self.fact((*at, name)))
            if len(elements) == 2 and len(values) == 2 and elements[0][name] == values[0]:
                return [elements[0], elements[0] | {name: values[1]}]
        return elements


def _needed(shape: Shape, checks: Checks) -> set[str]:
    needed = {name for name, leaf in shape.leaves.items() if leaf.required}
    needed |= {name for name, child in shape.children.items() if child.required}
    needed |= {
        name
        for name, fact in checks.facts.items()
        if fact.required or (fact.fewest and name in shape.children)
    }
    for group in checks.groups:
        if group.kind in {"exactly_one", "at_least_one"} and not needed & set(group.names):
            needed.add(_chosen(group, needed, checks).partition("/")[0])
    for _ in checks.groups:  # an argument that is needed may need another one
        for group in checks.groups:
            if group.kind == "together" and group.names[0] in needed:
                needed |= {name.partition("/")[0] for name in group.names[1:]}
    return needed


def _chosen(group: Group, needed: set[str], checks: Checks) -> str:
    for name in group.names:
        excluded = {
            other
            for rule in checks.groups
            if rule.kind in {"conflict", "exactly_one", "at_most_one"} and name in rule.names
            for other in rule.names
            if other != name
        }
        if not excluded & needed:
            return name
    return group.names[0]
