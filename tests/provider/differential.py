"""The same configurations judged by the real provider and by us, and the table of where we differ."""

import copy
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aws_orchestrator.catalog.knowledge import TypeChecks, judge
from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group
from aws_orchestrator.catalog.knowledge_shape import Shape, Shapes
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.catalog.probe.client import ProviderClient
from aws_orchestrator.catalog.probe.drafts import Names, wrapped
from aws_orchestrator.catalog.probe.fillers import ValidDrafts, accepted_values

_DEEPEST = 3
_BROKEN_BY: dict[str, tuple[int, ...]] = {
    "conflict": (2,),
    "at_most_one": (2,),
    "exactly_one": (0, 2),
    "at_least_one": (0,),
    "together": (1,),
}
"""How many arguments of a rule must be set to break it."""
NO_CHECKS = TypeChecks(Checks())
LIKELY = (
    "arn:aws:kms:us-east-1:123456789012:key/123e4567-e89b-42d3-a456-426614174000",
    "arn:aws:kms:us-west-2:210987654321:key/mrk-1234abcd12ab34cd56ef1234567890ab",
    "arn:aws:events:eu-central-1:123456789012:event-bus/orders",
    "arn:aws:organizations::123456789012:ou/o-abcdefghij/ou-abcd-12345678",
    "arn:aws:iam::123456789012:role/service-role/my-role",
    "arn:aws-cn:iam::123456789012:user/me",
    "arn:aws:lambda:us-east-1:123456789012:function:orders:1",
    "arn:aws:s3:::my-bucket",
    "mrk-1234abcd12ab34cd56ef1234567890ab",
    "alias/my-key",
    "my-name-1",
    "My.Name_2",
    "a/b/c",
    "us-west-2",
    "eu-central-1a",
    "10.1.2.0/24",
    "2001:DB8:abcd::/48",
    "192.0.2.17",
    "2031-02-03T04:05:06Z",
    "cron(0 1 * * ? *)",
    "rate(2 hours)",
    "vpc-1234abcd",
    "https://a.example.com/x?y=1",
    "s3://my-bucket/a/b.zip",
    "987654321098",
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}',
    "true",
    "45",
    "someone@example.org",
    "fri:01:00-fri:02:30",
    "01:00-02:30",
    "10:15",
    "aGVsbG8=",
    "1h",
)


class Mutant(NamedTuple):
    """One configuration and what is odd about it."""

    kind: str
    place: str
    config: dict[str, Any]


@dataclass
class Table:
    """The counts of one comparison."""

    both_accept: Counter[str] = field(default_factory=Counter)
    both_refuse: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    extra: list[str] = field(default_factory=list)
    missed_examples: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The table in Markdown."""
        kinds = sorted({*self.both_accept, *self.both_refuse, *self.missed})
        rows = [
            "| configuration | refused by both | accepted by both | missed by us | extra with us |",
            "|---|---|---|---|---|",
        ]
        extras = Counter(line.split(":")[0] for line in self.extra)
        for kind in kinds:
            rows.append(
                f"| {kind} | {self.both_refuse[kind]} | {self.both_accept[kind]} | {self.missed[kind]} | {extras[kind]} |"
            )
        return rows


def compare(
    client: ProviderClient,
    schema: TypeSchema,
    checks: TypeChecks | None,
    table: Table,
    most: int,
    seed: int = 0,
    without: str = "",
) -> None:
    """Judge the minimal configuration of a type and up to `most` mutants of it by both; none of what is in `without`."""
    known = checks or NO_CHECKS
    shape = Shapes().of_block(schema.block)
    minimal = Mutant("minimal", "", ValidDrafts(shape, known.checks).minimal())
    mutants = [
        one for one in _mutants(shape, known.checks) if not without or one.place.partition("/")[0] != without
    ]
    random.Random(f"{schema.name}{seed}").shuffle(mutants)
    chosen = [minimal, *_of_every_kind(mutants, most)]
    refused_always = _errors(client, schema, minimal.config)
    for mutant in chosen:
        real = _errors(client, schema, mutant.config)
        ours = [one for one in judge(schema, known, mutant.config) if one.severity == "error"]
        # What is wrong with the minimal configuration in the provider's eyes says nothing about the mutant.
        theirs = real if mutant.kind == "minimal" else real - refused_always
        where = f"{mutant.kind}: {schema.kind} {schema.name} {mutant.place}"
        if theirs and ours:
            table.both_refuse[mutant.kind] += 1
        elif theirs:
            table.missed[mutant.kind] += 1
            table.missed_examples.append(f"{where}: {sorted(theirs)[0][:160]}")
        elif ours and not real:
            table.extra.append(f"{where}: {ours[0].detail}")
        else:
            table.both_accept[mutant.kind] += 1


def _errors(client: ProviderClient, schema: TypeSchema, config: dict[str, Any]) -> frozenset[str]:
    said = client.validate(schema.kind, schema.name, config)
    return frozenset(f"{one.summary} {one.detail}" for one in said if one.severity == "error")


def _of_every_kind(mutants: list[Mutant], most: int) -> list[Mutant]:
    by_kind: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        by_kind.setdefault(mutant.kind, []).append(mutant)
    chosen: list[Mutant] = []
    while len(chosen) < most and any(by_kind.values()):
        chosen += [found.pop() for found in by_kind.values() if found]
    return chosen[:most]


def _mutants(shape: Shape, checks: Checks) -> Iterator[Mutant]:
    drafts = ValidDrafts(shape, checks)

    def put(path: Names, value: Any) -> dict[str, Any]:
        return drafts.at(path[:-1], lambda draft: draft.__setitem__(path[-1], value))

    for path, inside in _places(shape, ()):
        here = drafts.checks_at(path)
        for name, leaf in inside.leaves.items():
            if not leaf.settable:
                continue
            at, place = (*path, name), "/".join((*path, name))
            fact = drafts.fact(at)
            yield Mutant("valid value", place, put(at, accepted_values(leaf.type, fact)[0]))
            match leaf.type:
                case "string":
                    yield from (Mutant(kind, place, put(at, text)) for kind, text in _texts(fact, place))
                case "number":
                    yield Mutant("enum" if fact.values else "range", place, put(at, -3))
                    yield Mutant("enum" if fact.values else "range", place, put(at, 10_000_000))
                    yield Mutant("fraction", place, put(at, 2.5))
                case ["list" | "set", "string"]:
                    yield Mutant("element", place, put(at, ["no such value"]))
                    yield Mutant("no elements", place, put(at, []))
                    yield Mutant("many elements", place, put(at, [f"v{number}" for number in range(120)]))
        for number, group in enumerate(here.groups):
            if any("/" in name for name in group.names):
                continue
            kind = {"exactly_one": "one-of", "at_least_one": "one-of"}.get(group.kind, group.kind)
            for setting in (group.names[:2], group.names[:1], ()):
                config = _setting(drafts, inside, path, group.names, setting)
                told = kind if _breaks(group, len(setting)) else f"{kind} kept"
                yield Mutant(told, "/".join((*path, f"group{number} {'+'.join(setting)}")), config)


def _texts(fact: Fact, place: str) -> Iterator[tuple[str, str]]:
    yield "enum" if fact.values else "format" if fact.format else "any text", "no such value"
    yield "empty text", ""
    yield "long text", "y" * 5_000
    # What people write: the surest way to notice that we refuse what is right.
    for text in random.Random(place).sample(LIKELY, 2):
        yield "likely text", text
    if fact.format.startswith("arn"):
        yield "bad ARN", "arn:aws:iam::12:role/x"


def _breaks(group: Group, number: int) -> bool:
    return number in _BROKEN_BY[group.kind]


def _setting(
    drafts: ValidDrafts, shape: Shape, at: Names, group: tuple[str, ...], setting: tuple[str, ...]
) -> dict[str, Any]:
    def change(draft: dict[str, Any]) -> None:
        for name in group:
            child = shape.children.get(name)
            if name in setting:
                path = (*at, name)
                draft[name] = (
                    drafts.value(shape.leaves[name], path)
                    if child is None
                    else wrapped(child, drafts.minimal(child.shape, path))
                )
            elif child is not None and child.written == "block":
                draft[name] = [] if child.nesting in {"list", "set"} else None
            else:
                draft[name] = None

    return copy.deepcopy(drafts.at(at, change))


def _places(shape: Shape, at: Names) -> Iterator[tuple[Names, Shape]]:
    yield at, shape
    if len(at) < _DEEPEST:
        for name, child in shape.children.items():
            if child.settable:
                yield from _places(child.shape, (*at, name))
