"""The answer to PlanResourceChange without a cloud: defaults filled in, and what replaces the resource."""

from typing import Any

from aws_orchestrator.catalog.knowledge_plan_rules import change_errors
from aws_orchestrator.catalog.knowledge_replacement import Replacement
from aws_orchestrator.catalog.knowledge_shape import Shape, Shapes
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.catalog.plugin.messages import (
    bytes_of,
    fields,
    text_of,
    write_bytes,
    write_diagnostic,
    write_number,
    write_path,
)
from aws_orchestrator.catalog.plugin.values import UNKNOWN, decode_dynamic, write_dynamic
from aws_orchestrator.terraform.provider_replacing import replacing_paths

_PLANNED, _REPLACES, _DIAGNOSTICS, _LEGACY = 1, 2, 4, 5


def planned_type(request: bytes) -> str:
    """The name of the resource type that a PlanResourceChange request is about."""
    return text_of(dict(fields(request))[1])


def plan(schema: TypeSchema, known: Replacement | None, request: bytes, framework: bool = False) -> bytes:
    """The response to a PlanResourceChange request; `framework` tells the two kinds of real resources apart."""
    found = dict(fields(request))
    prior, proposed = decode_dynamic(bytes_of(found[2])), decode_dynamic(bytes_of(found[3]))
    if proposed is None:  # the resource is destroyed: there is nothing to decide
        return write_dynamic(_PLANNED, None)
    replacement = known or Replacement()
    shape = Shapes().of_block(schema.block)
    planned = _planned(shape, replacement, proposed, "", created=prior is None)
    answer = write_dynamic(_PLANNED, planned)
    if prior is not None:
        paths = dict.fromkeys(replacing_paths(shape, replacement, prior, planned, framework))
        if paths and not framework and "id" in shape.leaves:
            paths[("id",)] = None  # as the SDK does, for plans whose changes Terraform was told to ignore
        answer += b"".join(write_bytes(_REPLACES, write_path(path)) for path in paths)
        answer += b"".join(
            write_diagnostic(_DIAGNOSTICS, one) for one in change_errors(schema.name, prior, planned)
        )
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
