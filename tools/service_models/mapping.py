"""From learned lists to shapes of service models: which lists are proved, and what the later models add to them.

A list is *proved* when the service models of the harvest's own week have an enumeration of exactly its values, in the
type's service, that goes by the argument's own name, and the later models still have that enumeration.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import Checks
from aws_orchestrator.catalog.knowledge_carry import is_text
from aws_orchestrator.catalog.knowledge_constraints import Constraints
from aws_orchestrator.catalog.knowledge_later import Additions
from aws_orchestrator.catalog.knowledge_shape import Shape as ConfigurationShape
from aws_orchestrator.catalog.knowledge_shape import Shapes
from aws_orchestrator.catalog.model import TypeKind
from tools.service_models.models import Service, Shape, plain_name
from tools.service_models.services import alias_services, named_service

Values = tuple[str, ...]
KINDS: tuple[TypeKind, ...] = ("resource", "data")


@dataclass
class Found:
    """What was found, and the counts of it."""

    proved: dict[tuple[TypeKind, str], list[tuple[str, Values, Values]]] = field(default_factory=dict)
    """Of each type: argument, learned list, all values of the later shapes."""
    advised: dict[tuple[TypeKind, str], dict[str, Values]] = field(default_factory=dict)
    """Of each type: argument that only the later provider has, somewhere in it; values by name and service alone."""
    counts: Counter[str] = field(default_factory=Counter)

    def additions(self) -> Additions:
        """What ships: of every proved list the values that the harvest does not have."""
        return Additions(
            {
                key: [
                    (name, learned, tuple(v for v in later if v not in learned))
                    for name, learned, later in found
                ]
                for key, found in self.proved.items()
            },
            self.advised,
        )


def find(
    constraints: Constraints,
    newest: Catalog,
    asked: Catalog,
    at_harvest: Mapping[str, Service],
    later: Mapping[str, Service],
) -> Found:
    """The mapping of everything that was learned, and of what the newest catalog has besides."""
    found = Found()
    for kind in KINDS:
        for name in constraints.names(kind):
            known = constraints.checks(kind, name)
            assert known is not None
            for argument, values, fold in sorted(_lists(known.checks)):
                _prove(found, (kind, name), argument, values, fold, at_harvest, later)
        for name in newest.names(kind):
            _advise(found, (kind, name), newest, asked, later)
    return found


def _lists(checks: Checks) -> set[tuple[str, Values, bool]]:
    """Every learned list of texts of a type, once for each argument name; the same objects are looked into once."""
    found: set[tuple[str, Values, bool]] = set()
    seen: set[int] = set()
    todo = [checks]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        todo += one.children.values()
        for name, fact in one.facts.items():
            inner = fact.element or fact
            if inner.values and all(isinstance(value, str) for value in inner.values):
                found.add((name, inner.values, inner.fold))
    return found


def _prove(
    found: Found,
    key: tuple[TypeKind, str],
    argument: str,
    values: Values,
    fold: bool,
    at_harvest: Mapping[str, Service],
    later: Mapping[str, Service],
) -> None:
    found.counts["lists"] += 1
    named = named_service(key[1], at_harvest)
    own = [named] if named else []
    way, shapes = "by the type's name", list(_equal(own, at_harvest, argument, values, fold))
    if not shapes:
        aliases = list(alias_services(key[1]))
        way, shapes = "by alias", list(_equal(aliases, at_harvest, argument, values, fold))
    if not shapes:
        found.counts["unproved: no such enumeration of that name in the service"] += 1
        return
    union: dict[str, None] = {}
    for service, shape in shapes:
        now = later.get(service, Service()).shapes.get(shape.name)
        if now is not None:
            union |= dict.fromkeys(now.values)
    if not union:
        found.counts["unproved: the enumeration is gone from the later models"] += 1
        return
    found.counts[f"proved {way}"] += 1
    found.counts["proved and gained values"] += any(value not in values for value in union)
    found.proved.setdefault(key, []).append((argument, values, tuple(union)))


def _equal(
    services: list[str], models: Mapping[str, Service], argument: str, values: Values, fold: bool
) -> Iterator[tuple[str, Shape]]:
    def spelled(some: Values) -> set[str]:
        return {value.casefold() if fold else value for value in some if value}

    for service in services:
        for shape in models[service].shapes.values() if service in models else ():
            if spelled(shape.values) == spelled(values) and shape.is_called(argument):
                yield service, shape


def _advise(
    found: Found,
    key: tuple[TypeKind, str],
    newest: Catalog,
    asked: Catalog,
    later: Mapping[str, Service],
) -> None:
    schema, before = newest.type(*key), asked.type(*key)
    assert schema is not None
    named = named_service(key[1], later)
    services = list(dict.fromkeys([*([named] if named else []), *alias_services(key[1])]))
    shapes = Shapes()
    old = shapes.of_block(before.block) if before is not None else None
    for name in sorted(_new_names(shapes.of_block(schema.block), old, set())):
        values = _by_name(name, services, later)
        if values:
            found.advised.setdefault(key, {})[name] = values
            found.counts["lists of new arguments, by name and service alone"] += 1


def _new_names(
    new: ConfigurationShape, old: ConfigurationShape | None, seen: set[tuple[int, int]]
) -> set[str]:
    """The names of texts in the new shape that the old one does not have in the same place."""
    if (id(new), id(old)) in seen:
        return set()
    seen.add((id(new), id(old)))
    names = {
        name for name, leaf in new.leaves.items() if is_text(leaf) and (old is None or name not in old.leaves)
    }
    for name, child in new.children.items():
        if child.settable:
            known = old.children.get(name) if old is not None else None
            names |= _new_names(child.shape, known.shape if known else None, seen)
    return names


def _by_name(argument: str, services: list[str], models: Mapping[str, Service]) -> Values:
    """The values of the only enumeration that members of that name have, where no member of the name is a plain text."""
    wanted = plain_name(argument)
    lists: set[Values] = set()
    for service in services:
        model = models.get(service)
        if model is None:
            continue
        if wanted in model.texts:
            return ()
        lists |= {shape.values for shape in model.shapes.values() if wanted in shape.members}
    return lists.pop() if len(lists) == 1 else ()
