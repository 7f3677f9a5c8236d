"""Asking about one type: every value, every child, and the rules between them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group
from aws_orchestrator.catalog.knowledge_shape import Child, Shape, Shapes
from aws_orchestrator.catalog.model import Attribute, TypeSchema
from aws_orchestrator.catalog.probe.battery import BOGUS, LONGER
from aws_orchestrator.catalog.probe.built_on import built_on_framework
from aws_orchestrator.catalog.probe.client import ProviderClient
from aws_orchestrator.catalog.probe.drafts import Drafts, Names, absent, varied, wrapped
from aws_orchestrator.catalog.probe.fillers import accepted_values
from aws_orchestrator.catalog.probe.group_sentences import GroupComplaint, group_in
from aws_orchestrator.catalog.probe.groups import groups_of
from aws_orchestrator.catalog.probe.leaf import Memory, learn_value, sentence_of
from aws_orchestrator.catalog.probe.sentences import Complaint, fact_in, requires_value
from aws_orchestrator.catalog.probe.wide import checked, is_wide, sampled, sampled_first

_WHOLE_LEAVES = 600
"""A type with more leaves is asked once for each different shape in it: its blocks nest in themselves."""
# The framework compares every element of a set with every other one, and what is inside them: many take it minutes.
_COPIES = {"list": (0, 2, 110), "set": (0, 2, 60)}
_FEW_COPIES = (0, 2, 11)
_FEWEST_COPIES = (0, 2)
_COMPANION_ROUNDS = 3
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
    broken: list[GroupComplaint] = field(default_factory=list)
    """The rules between arguments that the last configuration broke."""

    def learn(self) -> Learned:
        """Ask everything and give what was learned."""
        root = self.shapes.of_block(self.schema.block)
        self.drafts = Drafts(root)
        self.whole = settable_leaves(root) <= _WHOLE_LEAVES
        self.framework = built_on_framework(self.client, self.schema)
        self._learn_shape(root, ())
        groups = groups_of(self, root)
        self._require_single_choices()
        checks = self._checks(root, (), groups)
        unread = sum(fact.unread for facts in self.facts.values() for fact in facts.values())
        return Learned(checks, self.framework, self.calls, unread)

    def complaints(self, draft: dict[str, Any]) -> frozenset[Complaint]:
        """The errors about a configuration, without those about rules between arguments, which are kept."""
        self.calls += 1
        said = self.client.validate(self.schema.kind, self.schema.name, draft)
        found = set()
        self.broken = []
        for one in said:
            if one.severity != "error":
                continue
            path = one.path if self.framework else ()
            complaint = Complaint(_plain(one.summary), _plain(one.detail), path)
            group = group_in(complaint)
            if group is None:
                found.add(complaint)
            else:
                self.groups[group] = None
                self.broken.append(group)
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
        leaves = self._in_order(shape, at)
        for leaf in leaves:
            fact = self._learn_leaf(shape, at, leaf, leaves)
            if fact != Fact():
                facts[leaf.name] = fact
        for name, child in shape.children.items():
            if child.settable:
                fact = self._learn_child(at, child)
                if fact != Fact():
                    facts[name] = fact
                if not fact.unsettable:
                    self._learn_shape(child.shape, (*at, name))

    def _in_order(self, shape: Shape, at: Names) -> list[Attribute]:
        if is_wide(shape):
            left = checked(
                shape, lambda given: self.complaints(self.drafts.at(at, lambda draft: draft.update(given)))
            )
            return sampled_first(left)
        # What is required first: with accepted values in it, the framework looks at the rules of the others.
        settable = [leaf for leaf in shape.leaves.values() if leaf.settable]
        return sorted(settable, key=lambda leaf: not leaf.required)

    def _learn_leaf(self, shape: Shape, at: Names, leaf: Attribute, leaves: list[Attribute]) -> Fact:
        place = (*at, leaf.name)
        asked = sampled(leaves, leaf)
        if asked and leaf.name not in asked:
            told = [self.facts[at].get(name, Fact()) for name in asked]
            if told[0] == told[1] == told[2]:
                return told[0]
        with self._companions(at, leaf):
            fact = self._value_fact(shape, at, leaf)
        if not fact.unsettable:
            self.drafts.samples[place] = accepted_values(leaf.type, fact)[0]
        if not leaf.required and self._required(at, leaf.name, self.drafts.value(leaf, place)):
            fact = replace(fact, required=True)
        return fact

    def _value_fact(self, shape: Shape, at: Names, leaf: Attribute) -> Fact:
        ask = self._asking(at, leaf.name)
        if self.whole:
            return learn_value(ask, leaf.type, self.memory)
        # Blocks that nest in themselves are often several types' of a service: what one of them taught is asked once more only.
        key = (service_of(self.schema.name), id(shape), leaf.name)
        bogus: Any = BOGUS if leaf.type == "string" else -7 if leaf.type == "number" else None
        said = sentence_of(ask(bogus)) if bogus is not None else ""
        known = self.memory.leaves.get(key)
        if bogus is not None and known is not None and known[0] == said:
            return known[1]
        fact = learn_value(ask, leaf.type, self.memory)
        self.memory.leaves[key] = (said, fact)
        return fact

    @contextmanager
    def _companions(self, at: Names, leaf: Attribute) -> Iterator[None]:
        """While it lasts, whatever the argument needs beside it is set: the SDK looks at no value before that."""
        place = (*at, leaf.name)
        before = set(self.drafts.forced)

        def put(draft: dict[str, Any]) -> None:
            draft[leaf.name] = self.drafts.value(leaf, place)

        for _ in range(_COMPANION_ROUNDS):
            self.complaints(self.drafts.at(at, put))
            needed = {
                name
                for one in self.broken
                if one.rule == "together" and place in one.names
                for name in one.names
                if name != place
            }
            if needed <= self.drafts.forced:
                break
            self.drafts.forced |= needed
        try:
            yield
        finally:
            self.drafts.forced = before

    def _require_single_choices(self) -> None:
        """Take "exactly one of" a single argument for what it means: that it is required."""
        for one in self.groups:
            if one.rule in {"missing", "missing_one_only"} and len(one.names) == 1 and one.names[0]:
                *at, name = one.names[0]
                facts = self.facts.get(tuple(at))
                if facts is not None:
                    facts[name] = replace(facts.get(name, Fact()), required=True)

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
            for copies in self._copies(child, path):
                for complaint in put([varied(inner, number) for number in range(copies)]) - present:
                    read = fact_in(complaint, [])
                    if read is not None:
                        fact = replace(fact, fewest=read.fewest or fact.fewest, most=read.most or fact.most)
                if fact.most is not None:
                    break
        return fact

    def _copies(self, child: Child, path: Names) -> tuple[int, ...]:
        if child.nesting == "set" and is_wide(child.shape):
            return _FEWEST_COPIES
        return _FEW_COPIES if self._costly(path) else _COPIES[child.nesting]

    def _costly(self, path: Names) -> bool:
        """Whether many copies of the child would be, or would be inside, elements of a set that hold blocks themselves."""
        shape = self.shapes.of_block(self.schema.block)
        for name in path:
            child = shape.children[name]
            shape = child.shape
            if self.framework and child.nesting == "set" and shape.children:
                return True
        return False

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
            {
                name: fact
                for name, fact in self.facts[path].items()
                # An accepted value is worth keeping where nothing else tells how to make one.
                if not fact.empty_of_facts or fact.example is not None
            },
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


def service_of(name: str) -> str:
    """The part of a type's name that types of one service share."""
    return "_".join(name.split("_")[:2])


def _plain(text: str) -> str:
    # The long text comes back in every complaint about it, and reading sentences around it takes its time.
    text = text.replace(LONGER, "LONG")
    return _ELEMENT.sub("[]", text) if "[Value(" in text else text
