"""The answer to PlanResourceChange without a cloud: defaults filled in, and what replaces the resource."""

from collections.abc import Iterator
from typing import Any

from aws_orchestrator.catalog.knowledge_replacement import Replacement, Step
from aws_orchestrator.catalog.knowledge_shape import Shape, Shapes
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.catalog.plugin.messages import (
    Path,
    bytes_of,
    fields,
    text_of,
    write_bytes,
    write_number,
    write_path,
)
from aws_orchestrator.catalog.plugin.values import UNKNOWN, decode_dynamic, write_dynamic

_PLANNED, _REPLACES, _LEGACY = 1, 2, 5


def planned_type(request: bytes) -> str:
    """The name of the resource type that a PlanResourceChange request is about."""
    return text_of(dict(fields(request))[1])


def plan(schema: TypeSchema, known: Replacement | None, request: bytes) -> bytes:
    """The response to a PlanResourceChange request."""
    found = dict(fields(request))
    prior, proposed = decode_dynamic(bytes_of(found[2])), decode_dynamic(bytes_of(found[3]))
    if proposed is None:  # the resource is destroyed: there is nothing to decide
        return write_dynamic(_PLANNED, None)
    replacement = known or Replacement()
    shape = Shapes().of_block(schema.block)
    planned = _planned(shape, replacement, proposed, "", created=prior is None)
    answer = write_dynamic(_PLANNED, planned)
    if prior is not None:
        paths = dict.fromkeys(_replacing(shape, replacement, prior, planned, ()))
        answer += b"".join(write_bytes(_REPLACES, write_path(path)) for path in paths)
    # Without the SDK's leave Terraform would refuse a default for an argument that the schema does not call computed.
    return answer + write_number(_LEGACY, 1)


def _planned(
    shape: Shape, known: Replacement, value: dict[str, Any], at: str, created: bool
) -> dict[str, Any]:
    planned = dict(value)
    for name, leaf in shape.leaves.items():
        if planned.get(name) is not None:
            continue
        path = f"{at}{name}"
        if path in known.defaults:
            planned[name] = known.defaults[path]
        elif leaf.computed and created:
            planned[name] = UNKNOWN
    for name, child in shape.children.items():
        given = planned.get(name)
        inner = f"{at}{name}/"
        if child.written != "block":
            if given is None and created and not child.settable:
                planned[name] = UNKNOWN
        elif isinstance(given, list):
            planned[name] = [_inside(child.shape, known, one, inner, created) for one in given]
        elif isinstance(given, dict) and child.nesting == "map":
            planned[name] = {
                key: _inside(child.shape, known, one, inner, created) for key, one in given.items()
            }
        else:
            planned[name] = _inside(child.shape, known, given, inner, created)
    return planned


def _inside(shape: Shape, known: Replacement, value: Any, at: str, created: bool) -> Any:
    return _planned(shape, known, value, at, created) if isinstance(value, dict) else value


def _replacing(
    shape: Shape, known: Replacement, prior: dict[str, Any], planned: dict[str, Any], at: Path
) -> Iterator[Path]:
    for name in (*shape.leaves, *shape.children):
        before, after = prior.get(name), planned.get(name)
        if before == after:
            continue
        names = "/".join(str(step) for step in (*at, name) if isinstance(step, str))
        steps = known.replaces.get(names, frozenset())
        if steps & set(_steps(before, after)):
            yield (*at, name)
        child = shape.children.get(name)
        if child is None or not isinstance(before, list) or not isinstance(after, list):
            continue
        for number, (old, new) in enumerate(zip(before, after, strict=False)):
            if isinstance(old, dict) and isinstance(new, dict) and child.nesting == "list":
                yield from _replacing(child.shape, known, old, new, (*at, name, number))


def _steps(before: Any, after: Any) -> tuple[Step, ...]:
    """The steps that a change may be: which of two values is which was not learned, so either direction counts."""
    if before in (None, [], {}):
        return ("set",)
    if after in (None, [], {}):
        return ("remove",)
    return ("change", "change_back")
