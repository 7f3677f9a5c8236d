"""Asking about one type: every value, every child, and the rules between them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group
from aws_orchestrator.catalog.knowledge_shape import Child, Shape, Shapes
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.catalog.probe.battery import LONGER
from aws_orchestrator.catalog.probe.client import ProviderClient
from aws_orchestrator.catalog.probe.drafts import Drafts, Names, absent, varied, wrapped
from aws_orchestrator.catalog.probe.group_sentences import GroupComplaint, group_in
from aws_orchestrator.catalog.probe.groups import groups_of
from aws_orchestrator.catalog.probe.leaf import Memory, learn_value
from aws_orchestrator.catalog.probe.sentences import Complaint, fact_in, requires_value

_WHOLE_LEAVES = 600
"""A type with more leaves is asked once for each different shape in it: its blocks nest in themselves."""
# The framework compares every element of a set with every other one: many of them take it minutes.
_COPIES = {"list": (0, 2, 110), "set": (0, 2, 60)}
# The framework writes the whole element of a set into the path, and with it the value that was asked.
_ELEMENT = re.compile(r"\[Value\(.*?\)\](?=[.\s\"]|$)", re.DOTALL)


@dataclass
class Learned:
    """What was learned of one type."""

    checks: Checks
    framework: bool
    calls: int
    unread: int
    """Places where the provider refuses more than was read."""


@dataclass
class TypeProbe:
    """One pass over one type."""

    client: ProviderClient
    schema: TypeSchema
    shapes: Shapes
    memory: Memory
    calls: int = 0
    groups: dict[GroupComplaint, None] = field(default_factory=dict)
    seen_shapes: dict[int, Names] = field(default_factory=dict)
    facts: dict[Names, dict[str, Fact]] = field(default_factory=dict)

    def learn(self) -> Learned:
        """Ask everything and give what was learned."""
        root = self.shapes.of_block(self.schema.block)
        self.drafts = Drafts(root)
        self.whole = settable_leaves(root) <= _WHOLE_LEAVES
        self._learn_shape(root, ())
        groups = groups_of(self, root)
        checks = self._checks(root, (), groups)
        unread = sum(fact.unread for facts in self.facts.values() for fact in facts.values())
        return Learned(checks, is_framework(self.schema), self.calls, unread)

    def complaints(self, draft: dict[str, Any]) -> frozenset[Complaint]:
        """The errors about a configuration, without those about rules between arguments, which are kept."""
        self.calls += 1
        said = self.client.validate(self.schema.kind, self.schema.name, draft)
        found = set()
        for one in said:
            if one.severity != "error":
                continue
            complaint = Complaint(_plain(one.summary), _plain(one.detail))
            group = group_in(complaint)
            if group is None:
                found.add(complaint)
            else:
                self.groups[group] = None
        return frozenset(found)

    def paths(self, shape: Shape, at: Names = ()) -> Iterator[tuple[Names, Shape]]:
        """Every place that was asked, with its shape."""
        for path in self.facts:
            place = shape
            for name in path:
                place = place.children[name].shape
            yield path, place

    def _learn_shape(self, shape: Shape, at: Names) -> None:
        if not self.whole:
            if id(shape) in self.seen_shapes:
                return
            self.seen_shapes[id(shape)] = at
        facts = self.facts[at] = {}
        for name, leaf in shape.leaves.items():
            if not leaf.settable:
                continue
            fact = learn_value(self._asking(at, name), leaf.type, self.memory)
            if not leaf.required and self._required(at, name, self.drafts.value(leaf, (*at, name))):
                fact = replace(fact, required=True)
            if fact != Fact():
                facts[name] = fact
        for name, child in shape.children.items():
            if child.settable:
                fact = self._learn_child(at, child)
                if fact != Fact():
                    facts[name] = fact
                if not fact.unsettable:
                    self._learn_shape(child.shape, (*at, name))

    def _asking(self, at: Names, name: str) -> Callable[[Any], frozenset[Complaint]]:
        baseline: list[frozenset[Complaint]] = []

        def put(value: Any) -> frozenset[Complaint]:
            return self.complaints(self.drafts.at(at, lambda draft: draft.__setitem__(name, value)))

        def ask(value: Any) -> frozenset[Complaint]:
            if not baseline:
                baseline.append(put(None))
            return put(value) - baseline[0]

        return ask

    def _required(self, at: Names, name: str, present: Any) -> bool:
        without = self.complaints(self.drafts.at(at, lambda draft: draft.__setitem__(name, None)))
        wanting = {one for one in without if requires_value(one)}
        if not wanting:
            return False
        present_too = self.complaints(self.drafts.at(at, lambda draft: draft.__setitem__(name, present)))
        return bool(wanting - present_too)

    def _learn_child(self, at: Names, child: Child) -> Fact:
        path = (*at, child.name)

        def put(value: Any) -> frozenset[Complaint]:
            return self.complaints(self.drafts.at(at, lambda draft: draft.__setitem__(child.name, value)))

        inner = self.drafts.minimal(child.shape, path)
        without, present = put(absent(child)), put(wrapped(child, inner))
        fact = Fact()
        if not child.required and any(requires_value(one) for one in without - present):
            fact = replace(fact, required=True)
        if any((read := fact_in(one, "")) is not None and read.unsettable for one in present - without):
            return replace(fact, unsettable=True)
        if child.nesting in {"list", "set"} and child.max_items == 0 and self.whole:
            for copies in _COPIES[child.nesting]:
                for complaint in put([varied(inner, number) for number in range(copies)]) - present:
                    read = fact_in(complaint, [])
                    if read is not None:
                        fact = replace(fact, fewest=read.fewest or fact.fewest, most=read.most or fact.most)
                if fact.most is not None:
                    break
        return fact

    def _checks(self, shape: Shape, at: Names, groups: dict[Names, list[Group]]) -> Checks:
        path = at if self.whole else self.seen_shapes.get(id(shape), at)
        if path not in self.facts:
            return Checks()
        # A shape that holds itself is written out as deep as the schema goes; the file keeps each only once.
        children = {
            name: inner
            for name, child in shape.children.items()
            if child.settable and (inner := self._checks(child.shape, (*at, name), groups)) != Checks()
        }
        return Checks(
            {name: fact for name, fact in self.facts[path].items() if not fact.empty_of_facts},
            children,
            tuple(groups.get(path, ())),
        )


def settable_leaves(shape: Shape, known: dict[int, int] | None = None) -> int:
    """How many arguments a configuration of that shape can have, blocks in blocks included."""
    known = {} if known is None else known
    if id(shape) not in known:
        known[id(shape)] = sum(leaf.settable for leaf in shape.leaves.values()) + sum(
            settable_leaves(child.shape, known) for child in shape.children.values() if child.settable
        )
    return known[id(shape)]


def is_framework(schema: TypeSchema) -> bool:
    """Whether the type is built on the plugin framework.

    The SDK adds an `id` that is optional and computed to every type; in the framework an author writes it, computed.
    """
    own = schema.block.attributes.get("id")
    return schema.kind != "provider" and not (own is not None and own.optional and own.computed)


def _plain(text: str) -> str:
    # The long text comes back in every complaint about it, and reading sentences around it takes its time.
    text = text.replace(LONGER, "LONG")
    return _ELEMENT.sub("[]", text) if "[Value(" in text else text
