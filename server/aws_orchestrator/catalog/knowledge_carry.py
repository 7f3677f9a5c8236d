"""What was learned of one provider version, carried over to another: what is kept, and what of it is only advice.

No value that the other version takes may be refused. So every fact is looked at by itself: whether its place is there and
declared alike, and whether facts of its kind grow without a change of the schema. The rules are in docs/knowledge.md.
"""

from collections.abc import Mapping
from dataclasses import replace

from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group, TypeChecks
from aws_orchestrator.catalog.knowledge_later import Values
from aws_orchestrator.catalog.knowledge_shape import Child, Shape, Shapes, is_framework
from aws_orchestrator.catalog.model import Attribute, TypeSchema

_CARRIED_FORMATS: Mapping[str, str] = {
    **{
        name: name for name in ("json", "json_object", "spaced_json_object", "rfc3339", "integer", "duration")
    },
    **{
        name: name
        for name in ("time_of_day", "daily_window", "weekly_window", "uuid", "base64", "cidr", "ip")
    },
    # Partitions and regions come with new names ("eusc-de-east-1"); that it is an ARN stays.
    "arn": "arn_loose",
    "arn_loose": "arn_loose",
}
"""Formats that a later version keeps, and how strictly. Regions, and addresses of one family only, are not among them."""
_GAINED_BY_ALL = {"region"}
"""Arguments that every type of a later version has: they stand in for nothing."""
_NO_CHECKS = Checks()
_NOTHING = Shape()


def carried(
    known: TypeChecks,
    learned_from: str,
    asked: TypeSchema | None,
    own: TypeSchema,
    proved: Mapping[tuple[str, Values], Values],
) -> TypeChecks:
    """The checks for a catalog's own type, of a version that was not asked.

    `asked` is the type in the version that was asked, None when no catalog of it is at hand: then all is advice. `proved`
    has what came to learned lists, by argument and list; what is not in it may have grown unseen.
    """
    shapes = Shapes()
    carrying = _Carrying(proved)
    old = shapes.of_block(asked.block) if asked is not None else None
    checks = carrying.checks(known.checks, old, shapes.of_block(own.block), same=old is not None)
    return TypeChecks(checks, known.framework, learned_from)


def advised(
    known: TypeChecks | None,
    asked: TypeSchema | None,
    own: TypeSchema,
    lists: Mapping[str, Values],
    source: str,
) -> TypeChecks:
    """The checks with lists of values as advice, for arguments of these names that only the newer version has."""
    known = known or TypeChecks(_NO_CHECKS, is_framework(own), source)
    shapes = Shapes()
    old = shapes.of_block(asked.block) if asked is not None else _NOTHING
    advising = _Advising(lists)
    return replace(known, checks=advising.checks(known.checks, old, shapes.of_block(own.block)))


class _Advising:
    """One pass over one type. Blocks that are the same in several places are looked at once."""

    def __init__(self, lists: Mapping[str, Values]) -> None:
        self._lists = lists
        self._done: dict[tuple[int, int, int], Checks] = {}

    def checks(self, checks: Checks, old: Shape, new: Shape) -> Checks:
        key = (id(checks), id(old), id(new))
        if key not in self._done:
            self._done[key] = self._checks(checks, old, new)
        return self._done[key]

    def _checks(self, checks: Checks, old: Shape, new: Shape) -> Checks:
        facts = {
            name: _list_of(leaf, self._lists[name])
            for name, leaf in new.leaves.items()
            if name in self._lists and is_text(leaf) and name not in old.leaves
        }
        children = {}
        for name, child in new.children.items():
            before = old.children.get(name)
            inner = self.checks(
                checks.children.get(name, _NO_CHECKS), before.shape if before else _NOTHING, child.shape
            )
            if inner != _NO_CHECKS:
                children[name] = inner
        return replace(checks, facts={**facts, **checks.facts}, children=children)


def is_text(leaf: Attribute) -> bool:
    """Whether a configuration may write a text there, or several."""
    return leaf.settable and (leaf.type == "string" or leaf.type in (["list", "string"], ["set", "string"]))


def _list_of(leaf: Attribute, values: Values) -> Fact:
    fact = Fact(values=values, empty=True, advisory=True)
    return fact if leaf.type == "string" else Fact(element=fact, advisory=True)


class _Carrying:
    """One pass over one type. Objects that are the same in several places are carried once."""

    def __init__(self, proved: Mapping[tuple[str, Values], Values]) -> None:
        self._proved = proved
        self._done: dict[tuple[int, int, int, bool], Checks] = {}

    def checks(self, checks: Checks, old: Shape | None, new: Shape, same: bool) -> Checks:
        key = (id(checks), id(old), id(new), same)
        if key not in self._done:
            self._done[key] = self._checks(checks, old or _NOTHING, new, same)
        return self._done[key]

    def _checks(self, checks: Checks, old: Shape, new: Shape, same: bool) -> Checks:
        alike = {name for name in {*checks.facts, *checks.children} if same and _alike(name, old, new)}
        whole = same and _names(old) == _names(new)
        facts = {
            name: self._fact(name, fact, name in alike, whole)
            for name, fact in checks.facts.items()
            if name in new.leaves or name in new.children
        }
        children = {
            name: self.checks(
                inner,
                old.children[name].shape if name in old.children else None,
                new.children[name].shape,
                name in alike,
            )
            for name, inner in checks.children.items()
            if name in new.children
        }
        groups = (self._group(group, old, new, same) for group in checks.groups)
        return Checks(facts, children, tuple(group for group in groups if group is not None))

    def _fact(self, name: str, fact: Fact, alike: bool, whole: bool) -> Fact:
        inner = fact.element and self._fact(name, fact.element, alike, whole)
        fact = replace(fact, element=inner, uncertain=not alike or (fact.required and not whole))
        if fact.values:
            more = self._proved.get((name, fact.values)) if alike else None
            if more is None:
                return replace(fact, advisory=True)
            return replace(fact, values=tuple(dict.fromkeys((*fact.values, *more))))
        if fact.only_a_format and fact.format in _CARRIED_FORMATS:
            return replace(fact, format=_CARRIED_FORMATS[fact.format], advisory=not alike)
        return replace(fact, advisory=True)

    def _group(self, group: Group, old: Shape, new: Shape, same: bool) -> Group | None:
        ways = [name.split("/") for name in group.names]
        if not all(_leads_somewhere(way, new) for way in ways):
            return None
        certain = same and all(_alike_way(way, old, new) for way in ways)
        if group.kind not in {"conflict", "at_most_one"}:
            # What is needed may be given by an argument that came since.
            certain = certain and all(_same_objects(way, old, new) for way in ways)
        return replace(group, advisory=not certain)


def _names(shape: Shape) -> set[str]:
    settable = {name for name, leaf in shape.leaves.items() if leaf.settable}
    settable |= {name for name, child in shape.children.items() if child.settable}
    return settable - _GAINED_BY_ALL


def _alike(name: str, old: Shape, new: Shape) -> bool:
    """Whether an argument or block is declared the same in both."""
    if name in old.leaves and name in new.leaves:
        return _declared(old.leaves[name]) == _declared(new.leaves[name])
    if name in old.children and name in new.children:
        return _child_declared(old.children[name]) == _child_declared(new.children[name])
    return False


def _declared(leaf: Attribute) -> tuple[object, ...]:
    return leaf.type, leaf.required, leaf.optional, leaf.computed


def _child_declared(child: Child) -> tuple[object, ...]:
    return child.nesting, child.written, child.required, child.settable


def _leads_somewhere(way: list[str], shape: Shape) -> bool:
    for name in way[:-1]:
        if name not in shape.children:
            return False
        shape = shape.children[name].shape
    return way[-1] in shape.leaves or way[-1] in shape.children


def _alike_way(way: list[str], old: Shape, new: Shape) -> bool:
    for name in way[:-1]:
        if not _alike(name, old, new) or name not in old.children:
            return False
        old, new = old.children[name].shape, new.children[name].shape
    return _alike(way[-1], old, new)


def _same_objects(way: list[str], old: Shape, new: Shape) -> bool:
    for name in way[:-1]:
        if _names(old) != _names(new):
            return False
        old, new = old.children[name].shape, new.children[name].shape
    return _names(old) == _names(new)
