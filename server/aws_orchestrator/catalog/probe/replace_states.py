"""What Terraform would send and keep: proposed configurations, and planned states as they are after an apply."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from aws_orchestrator.catalog.knowledge_shape import Child, Shape
from aws_orchestrator.catalog.plugin.values import UNKNOWN
from aws_orchestrator.catalog.probe.drafts import Names, absent


def proposed(shape: Shape, prior: Any, config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with prior values where it says nothing and the provider decides, as Terraform proposes it."""
    before = prior if isinstance(prior, dict) else {}
    found = dict(config)
    for name, leaf in shape.leaves.items():
        if leaf.computed and config.get(name) is None:
            found[name] = before.get(name)
    for name, child in shape.children.items():
        given, old = config.get(name), before.get(name)
        if child.written != "block":
            if given is None and child.computed:
                found[name] = old
        elif isinstance(given, list):
            found[name] = _proposed_blocks(child, old if isinstance(old, list) else [], given)
        elif isinstance(given, dict) and child.nesting == "map":
            known = old if isinstance(old, dict) else {}
            found[name] = {key: proposed(child.shape, known.get(key), one) for key, one in given.items()}
        elif isinstance(given, dict):
            found[name] = proposed(child.shape, old, given)
    return found


def _proposed_blocks(child: Child, before: list[Any], given: list[Any]) -> list[Any]:
    if child.nesting == "list":
        return [proposed(child.shape, old, one) for old, one in zip_longest(before[: len(given)], given)]
    # In a set the block of before is the one that says all that is configured now.
    return [
        proposed(child.shape, next((old for old in before if _agrees(old, one)), None), one) for one in given
    ]


def _agrees(old: Any, given: dict[str, Any]) -> bool:
    return isinstance(old, dict) and all(
        old.get(name) == value for name, value in given.items() if value not in (None, [], {})
    )


def applied(shape: Shape, planned: dict[str, Any]) -> dict[str, Any]:
    """The planned state as it would be after an apply: something known where the plan knew nothing."""
    state = dict(planned)
    for name in shape.leaves:
        if holds_plain_unknown(state.get(name)):
            # Only an id must be a text; what else is unknown may be of any type, and null is a value of all of them.
            state[name] = "x" if name == "id" else None
    for name, child in shape.children.items():
        value = state.get(name)
        if value is UNKNOWN:
            state[name] = absent(child)
        elif isinstance(value, list):
            state[name] = [applied(child.shape, one) if isinstance(one, dict) else one for one in value]
            if any(one is UNKNOWN for one in value):
                state[name] = absent(child)
        elif isinstance(value, dict) and child.nesting == "map":
            state[name] = {
                key: applied(child.shape, one) if isinstance(one, dict) else None
                for key, one in value.items()
            }
        elif isinstance(value, dict):
            state[name] = applied(child.shape, value)
    return state


def holds_plain_unknown(value: Any) -> bool:
    """Whether a leaf's value, or an element of it, is unknown."""
    if isinstance(value, list):
        return any(holds_plain_unknown(one) for one in value)
    if isinstance(value, dict):
        return any(holds_plain_unknown(one) for one in value.values())
    return value is UNKNOWN


def defaults(shape: Shape, config: Any, planned: Any, at: Names = ()) -> Iterator[tuple[str, Any]]:
    """What the plan knows and the configuration did not say, by path; empty texts are left out."""
    if not isinstance(planned, dict) or not isinstance(config, dict):
        return
    for name in shape.leaves:
        value = planned.get(name)
        if config.get(name) is None and isinstance(value, (str, int, float, bool)) and value != "":
            yield "/".join((*at, name)), value
    for name, child in shape.children.items():
        old, new = config.get(name), planned.get(name)
        if isinstance(old, list) and isinstance(new, list) and old and new:
            yield from defaults(child.shape, old[0], new[0], (*at, name))
        elif isinstance(old, dict) and isinstance(new, dict) and child.nesting == "single":
            yield from defaults(child.shape, old, new, (*at, name))
