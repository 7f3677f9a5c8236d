"""Intents against planned resources: what a wish must lead to, looked up in the plan that Terraform made of the module."""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

ANY = "*"
"""Stands for any value, also one that is only known after an apply."""
UNKNOWN = object()


class Planned(NamedTuple):
    """One resource or data source of a plan."""

    kind: str
    type: str
    values: Mapping[str, Any]


class Wish(NamedTuple):
    """A sentence, and what must be and must not be planned for it."""

    text: str
    planned: list[dict[str, Any]]
    absent: list[str]


def planned_of(resource_changes: Iterable[Mapping[str, Any]]) -> list[Planned]:
    """The resources that a plan creates and the data sources that it reads; unknown values are marked."""
    found = []
    for change in resource_changes:
        if not {"create", "read"} & set(change["change"]["actions"]):
            continue
        values = _merged(change["change"].get("after") or {}, change["change"].get("after_unknown") or {})
        found.append(Planned(change["mode"], change["type"], values))
    return found


def unmet(wish: Wish, planned: list[Planned]) -> list[str]:
    """What the wish asks for and the plan does not have, or has although it must not."""
    problems = []
    for intent in wish.planned:
        types = intent["type"] if isinstance(intent["type"], list) else [intent["type"]]
        where = intent.get("where", {})
        # Several ways to what is wished are a list.
        ways = where if isinstance(where, list) else [where]
        fitting = [
            one for one in planned if one.type in types and any(_fits(one.values, way) for way in ways)
        ]
        wanted = intent.get("count", "1+")
        low, exact = (int(str(wanted).rstrip("+")), not str(wanted).endswith("+"))
        if len(fitting) < low or (exact and len(fitting) != low):
            asked = f" with {' or '.join(map(str, ways))}" if where else ""
            problems.append(f"{wanted} × {' or '.join(types)}{asked}: {len(fitting)} planned")
    problems += [f"{name} is planned" for name in wish.absent if any(one.type == name for one in planned)]
    return problems


def _fits(values: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    return all(
        any(_is(found, expected) for found in _at(values, path.split(".")))
        for path, expected in where.items()
    )


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    """Every value that a path leads to; lists of blocks are gone through."""
    if isinstance(value, list):
        for item in value:
            yield from _at(item, path)
        if not path:
            yield value
    elif not path:
        yield value
    elif isinstance(value, Mapping):
        if path[0] in value:
            yield from _at(value[path[0]], path[1:])
    elif value is UNKNOWN:
        yield UNKNOWN


def _is(found: Any, expected: Any) -> bool:
    if expected == ANY:
        return found is not None and found not in ("", [], {})
    if isinstance(expected, Mapping) and "not" in expected:
        # What a service does unless it is switched off: a queue that says nothing is encrypted with keys of SQS.
        return not _is(found, expected["not"])
    if found is UNKNOWN:
        return False
    if isinstance(expected, Mapping):
        if "at_least" in expected:
            return isinstance(found, int | float) and found >= expected["at_least"]
        if "at_most" in expected:
            return isinstance(found, int | float) and found <= expected["at_most"]
        return bool(expected.get("contains", "\0") in str(found))
    if isinstance(expected, list):
        return found in expected
    if isinstance(expected, bool) or isinstance(found, bool):
        return str(found).lower() == str(expected).lower()
    if isinstance(expected, int | float) and isinstance(found, int | float | str):
        try:
            return math.isclose(float(found), float(expected))
        except ValueError:
            return False
    return bool(found == expected)


def _merged(known: Any, unknown: Any) -> Any:
    if unknown is True:
        return UNKNOWN
    if isinstance(known, Mapping) or isinstance(unknown, Mapping):
        left = known if isinstance(known, Mapping) else {}
        right = unknown if isinstance(unknown, Mapping) else {}
        return {key: _merged(left.get(key), right.get(key)) for key in {*left, *right}}
    if isinstance(known, list) and isinstance(unknown, list) and unknown:
        padded = [*unknown, *([None] * max(0, len(known) - len(unknown)))]
        return [
            _merged(item, other)
            for item, other in zip([*known, *([None] * (len(padded) - len(known)))], padded, strict=True)
        ]
    return known
