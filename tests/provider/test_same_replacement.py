"""The real provider and our schema provider plan the same changes, over the same protocol."""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import Knowledge, knowledge_of
from aws_orchestrator.catalog.knowledge_facts import Checks
from aws_orchestrator.catalog.knowledge_shape import Shape, Shapes
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.catalog.plugin.messages import Diagnostic
from aws_orchestrator.catalog.plugin.messages import Path as AttributePath
from aws_orchestrator.catalog.plugin.values import UNKNOWN
from aws_orchestrator.catalog.probe.client import Planned, ProviderClient, ProviderLost
from aws_orchestrator.catalog.probe.fillers import accepted_values
from aws_orchestrator.catalog.probe.replace import configure_offline
from aws_orchestrator.catalog.probe.replace_bases import BASES, VALUES
from aws_orchestrator.catalog.probe.replace_drafts import BaseDrafts
from aws_orchestrator.catalog.probe.replace_states import applied, defaults, proposed
from aws_orchestrator.catalog.probe.type_probe import settable_leaves
from provider.conftest import VERSION
from provider.schema_provider import schema_provider

pytestmark = pytest.mark.real_provider
_TYPES = int(os.environ.get("REPLACEMENT_TYPES", "85"))
_ARGUMENTS = 5
_SEED = int(os.environ.get("REPLACEMENT_SEED", "5"))
_SMALL = 300
"""Types with more arguments take a second for each plan."""


class Change(NamedTuple):
    """One change of one argument of a resource that exists."""

    type: str
    path: str
    step: str
    state: dict[str, Any]
    private: bytes
    before: dict[str, Any]
    config: dict[str, Any]


class Planner(Protocol):
    """What plans: ours, or the real provider."""

    def plan(
        self, name: str, prior: object, proposed: object, configuration: object, private: bytes = b""
    ) -> Planned: ...


class Real:
    """The real provider, started again where a configuration crashes it: that is a refusal."""

    def __init__(self, binary: Path, schema: TypeSchema) -> None:
        self._binary, self._schema = binary, schema
        self.client = self._started()

    def _started(self) -> ProviderClient:
        client = ProviderClient(self._binary)
        configure_offline(client, self._schema)
        return client

    def plan(
        self, name: str, prior: object, proposed: object, configuration: object, private: bytes = b""
    ) -> Planned:
        try:
            return self.client.plan(name, prior, proposed, configuration, private)
        except ProviderLost as lost:
            self.client.close()
            self.client = self._started()
            return Planned(None, (), (Diagnostic("error", str(lost)),), False, b"")


@pytest.fixture(scope="module")
def configured(real_binary: Path, aws: Catalog) -> Iterator[Real]:
    real = Real(real_binary, aws.provider_schema)
    yield real
    real.client.close()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProviderClient]:
    client = ProviderClient(schema_provider(tmp_path_factory.mktemp("ours") / "ours", VERSION))
    yield client
    client.close()


def drafts_of(aws: Catalog, known: Knowledge, name: str) -> BaseDrafts:
    schema, checks = aws.resource(name), known.checks("resource", name)
    assert schema is not None
    shape = Shapes().of_block(schema.block)
    return BaseDrafts(
        shape, checks.checks if checks else Checks(), BASES.get(name, ({},))[0], VALUES.get(name, {})
    )


def chosen(aws: Catalog, known: Knowledge) -> list[str]:
    assert known.replacements is not None
    names = [name for name in known.replacements.names if _is_small(aws, name)]
    return random.Random(_SEED).sample(names, _TYPES)


def _is_small(aws: Catalog, name: str) -> bool:
    schema = aws.resource(name)
    return schema is not None and settable_leaves(Shapes().of_block(schema.block)) <= _SMALL


def plan(client: Planner, shape: Shape, change: Change) -> Planned:
    prior = proposed(shape, change.state, change.config)
    return client.plan(change.type, change.state, prior, change.config, change.private)


def refused(planned: Planned) -> bool:
    return any(one.severity == "error" for one in planned.diagnostics)


def changes(real: Planner, drafts: BaseDrafts, name: str) -> Iterator[Change]:
    """Changes of a type's arguments that the real provider accepts."""
    steps = [
        (path, step, before, after)
        for path, values in _places(drafts, drafts.root, ())
        for step, before, after in _steps(drafts, path, values)
    ]
    random.Random(f"{name}{_SEED}").shuffle(steps)
    asked: set[tuple[str, ...]] = set()
    for path, step, before, after in steps:
        if path in asked:
            continue
        first, second = drafts.with_value(path, before), drafts.with_value(path, after)
        if any(one[: len(path)] != path for one in _different(first, second)):
            continue  # not the change of one argument: it takes the place of another one
        created = real.plan(name, None, proposed(drafts.root, None, first), first)
        if refused(created) or not isinstance(created.state, dict):
            continue
        change = Change(
            name, "/".join(path), step, applied(drafts.root, created.state), created.private, first, second
        )
        if not refused(plan(real, drafts.root, change)):
            asked.add(path)
            yield change


def _places(drafts: BaseDrafts, shape: Shape, at: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, leaf in shape.leaves.items():
        path = (*at, name)
        fact = drafts.fact(path)
        if leaf.settable and not leaf.write_only and not fact.unsettable:
            yield path, accepted_values(leaf.type, fact)
    for name, child in shape.children.items():
        if child.settable and name != "timeouts":
            if not child.required:
                yield (*at, name), None
            if len(at) < 3:
                yield from _places(drafts, child.shape, (*at, name))


def _different(one: Any, other: Any) -> Iterator[tuple[str, ...]]:
    """The places in which two configurations differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one:
            yield from ((name, *path) for path in _different(one[name], other[name]))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for old, new in zip(one, other, strict=True):
            yield from _different(old, new)
    elif one != other:
        yield ()


def _steps(drafts: BaseDrafts, path: tuple[str, ...], values: Any) -> Iterator[tuple[str, Any, Any]]:
    if values is None:
        values = (drafts.block(path),)
    if len(values) > 1:
        yield "change", values[0], values[1]
        yield "change_back", values[1], values[0]
    if not drafts.required(path):
        yield "set", drafts.nothing(path), values[0]
        yield "remove", values[0], drafts.nothing(path)


def named(planned: Planned, baseline: frozenset[AttributePath]) -> frozenset[AttributePath]:
    return frozenset(planned.replaces) - baseline - {("id",)}


def unfilled(state: dict[str, Any], planned: Planned, path: AttributePath) -> bool:
    """Whether the plan names a computed argument only because the state, never applied, does not know it.

    A real state knows it, so that no real plan names it.
    """
    return _value(state, path) is None and _value(planned.state, path) is UNKNOWN


def _value(value: Any, path: AttributePath) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def test_our_plans_replace_what_the_real_ones_replace(
    aws: Catalog, configured: Real, ours: ProviderClient
) -> None:
    known = knowledge_of(aws)
    assert known is not None
    differ: list[str] = []
    asked = replaced = types = 0
    for name in chosen(aws, known):
        drafts = drafts_of(aws, known, name)
        of_type = 0
        for change in changes(configured, drafts, name):
            nothing = change._replace(config=change.before)
            baseline = frozenset(plan(configured, drafts.root, nothing).replaces)
            planned = plan(configured, drafts.root, change)
            theirs = named(planned, baseline)
            theirs -= {path for path in theirs if unfilled(change.state, planned, path)}
            mine = named(plan(ours, drafts.root, change), frozenset())
            asked, of_type, replaced = asked + 1, of_type + 1, replaced + bool(theirs)
            if theirs != mine:
                differ.append(
                    f"{name} {change.path} {change.step}: real {sorted(map(str, theirs))}, ours {sorted(map(str, mine))}"
                )
            if of_type == _ARGUMENTS:
                break
        types += of_type > 0
    print(
        f"\n{asked} arguments of {types} types, {replaced} replace; {len(differ)} differ", *differ, sep="\n"
    )
    assert differ == []
    if _TYPES >= 85:
        assert (asked >= 300, types >= 60) == (True, True)
    assert replaced > asked / 10


def test_our_plans_fill_in_the_defaults_of_the_real_ones(
    aws: Catalog, configured: Real, ours: ProviderClient
) -> None:
    known = knowledge_of(aws)
    assert known is not None
    differ: list[str] = []
    asked = 0
    for name in chosen(aws, known):
        drafts = drafts_of(aws, known, name)
        config = drafts.minimal()
        prior = proposed(drafts.root, None, config)
        theirs, mine = (client.plan(name, None, prior, config) for client in (configured, ours))
        if refused(theirs):
            continue
        real, our = (dict(defaults(drafts.root, config, one.state)) for one in (theirs, mine))
        asked += len(real)
        differ += [
            f"{name} {path}: real {real.get(path)!r}, ours {our.get(path)!r}"
            for path in {*real, *our}
            if real.get(path) != our.get(path)
        ]
    print(f"\n{asked} defaults; {len(differ)} differ", *sorted(differ), sep="\n")
    assert asked
    assert differ == []
