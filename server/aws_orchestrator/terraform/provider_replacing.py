"""Which arguments of a planned change replace the resource, as the real provider names them."""

import contextlib
import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any, NamedTuple

from aws_orchestrator.catalog.knowledge_replacement import Replacement
from aws_orchestrator.catalog.knowledge_shape import Child, Shape
from aws_orchestrator.catalog.plugin.messages import Key, Path, Step


def replacing_paths(
    shape: Shape, known: Replacement, prior: dict[str, Any], planned: dict[str, Any], framework: bool
) -> Iterator[Path]:
    """The paths that a plan from the one state to the other names in `requires_replace`."""
    yield from _Comparing(known, framework).objects(shape, prior, planned, (), "")


class _Comparing(NamedTuple):
    """One comparison of two states."""

    known: Replacement
    framework: bool

    def objects(
        self, shape: Shape, prior: dict[str, Any], planned: dict[str, Any], at: Path, names: str
    ) -> Iterator[Path]:
        for name in shape.leaves:
            before, after = prior.get(name), planned.get(name)
            if self._plain(before) != self._plain(after) and self.known.replaced_by(
                f"{names}{name}", self._text(before), self._text(after)
            ):
                yield (*at, name)
        for name, child in shape.children.items():
            before, after = prior.get(name), planned.get(name)
            if before != after:
                yield from self._child(child, before, after, (*at, name), f"{names}{name}")

    def _plain(self, value: Any) -> Any:
        """The value as the SDK compares it: its texts, numbers and bools know no null."""
        if isinstance(value, str) and value[:1] in {"{", "["}:
            # Providers keep a document in a form of their own, which is no change.
            with contextlib.suppress(ValueError):
                return json.loads(value)
        return None if not self.framework and (value == "" or value is False or value == 0) else value

    def _text(self, value: Any) -> Any:
        return None if value == "" and not self.framework else value

    def _child(self, child: Child, before: Any, after: Any, at: Path, names: str) -> Iterator[Path]:
        whole = self.known.replaces.get(names, frozenset()) & {"set", "remove"}
        if self.framework and whole and before and after:
            # A framework's rule for a whole list compares the list, so that every change inside is one of it.
            yield at
        if child.nesting == "set":
            # The elements of a set have no steps that a plan could name: it names the set.
            if any(self._element(child, *pair, at, names) for pair in _paired(_list(before), _list(after))):
                yield at
            return
        for step, old, new in _elements(child, before, after):
            place = at if step is None else (*at, step)
            found = self._element(child, old, new, place, names)
            yield from dict.fromkeys(at if one == place else one for one in found)

    def _element(self, child: Child, old: Any, new: Any, at: Path, names: str) -> list[Path]:
        """What a block that came, went or changed replaces; the place itself is the block as a whole."""
        if isinstance(old, dict) and isinstance(new, dict):
            return list(self.objects(child.shape, old, new, at, f"{names}/"))
        if old == new:
            return []
        steps = self.known.replaces.get(names, frozenset())
        came = isinstance(new, dict)
        found: list[Path] = [at] if ("set" if came else "remove") in steps else []
        if ("inside_set" if came else "inside_remove") in steps:
            found += self._inside(child.shape, new if came else old, at, f"{names}/", came=came)
        return found

    def _inside(
        self, shape: Shape, value: dict[str, Any], at: Path, names: str, *, came: bool
    ) -> Iterator[Path]:
        """The arguments of a block that came or went, as far as changing them replaces the resource."""
        for name in shape.leaves:
            default = self.known.defaults.get(f"{names}{name}")
            if not came and not self.framework and default is not None and value.get(name) == default:
                # The SDK reads the default of an argument also where its block is gone, and sees no change.
                continue
            if self._plain(value.get(name)) not in (None, [], {}) and self.known.replaces.get(
                f"{names}{name}"
            ):
                yield (*at, name)
        for name, child in shape.children.items():
            place = f"{names}{name}"
            inner = list(_elements(child, value.get(name), None))
            if inner and self.known.replaces.get(place, frozenset()) & {"set", "remove"}:
                yield (*at, name)
            for step, one, _ in inner:
                if isinstance(one, dict):
                    steps: Path = (*at, name) if step is None or child.nesting == "set" else (*at, name, step)
                    found = list(self._inside(child.shape, one, steps, f"{place}/", came=came))
                    yield from ([(*at, name)] if found else []) if child.nesting == "set" else found


def _elements(child: Child, before: Any, after: Any) -> Iterator[tuple[Step | None, Any, Any]]:
    """The blocks of two states side by side, with the step that leads to each."""
    if child.nesting in {"list", "set"}:
        for number, (old, new) in enumerate(zip_longest(_list(before), _list(after))):
            yield number, old, new
    elif child.nesting == "map":
        old_map, new_map = before or {}, after or {}
        for key in dict.fromkeys((*old_map, *new_map)):
            yield Key(key), old_map.get(key), new_map.get(key)
    else:
        yield None, before, after


def _paired(before: list[Any], after: list[Any]) -> Iterator[tuple[Any, Any]]:
    """What left a set beside what came into it, the most alike together."""
    came = [one for one in after if one not in before]
    for old in before:
        if old in after:
            continue
        nearest = max(came, key=lambda one: _alike(old, one), default=None)
        if nearest is not None:
            came.remove(nearest)
        yield old, nearest
    yield from ((None, one) for one in came)


def _alike(one: Any, other: Any) -> int:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return 0
    return sum(other.get(name) == value for name, value in one.items())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
