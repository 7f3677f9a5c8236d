"""The answer to PlanResourceChange without a cloud: defaults filled in, and what replaces the resource."""

from itertools import zip_longest
from typing import Any, NamedTuple

from aws_orchestrator.catalog.knowledge_plan_rules import change_errors
from aws_orchestrator.catalog.knowledge_replacement import Replacement
from aws_orchestrator.catalog.knowledge_shape import Child, Shape, Shapes
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
    config = decode_dynamic(bytes_of(found[4])) if 4 in found else proposed
    planned = _Planning(replacement, prior is None, framework).object(shape, proposed, config, "")
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


class _Planning(NamedTuple):
    """One plan: what is known of the type, and whether the resource does not exist yet."""

    known: Replacement
    created: bool
    framework: bool

    def object(self, shape: Shape, proposed: dict[str, Any], config: Any, at: str) -> dict[str, Any]:
        """The proposed object with what the provider fills in; `config` is what was written of it."""
        planned = dict(proposed)
        written = config if isinstance(config, dict) else {}
        for name, leaf in shape.leaves.items():
            default = self.known.defaults.get(f"{at}{name}")
            if default is not None and (
                # A framework's default wins over the value of before, which Terraform proposes for computed arguments.
                planned.get(name) is None or (self.framework and written.get(name) is None)
            ):
                planned[name] = default
            elif planned.get(name) is None and leaf.computed and self.created:
                planned[name] = UNKNOWN
        for name, child in shape.children.items():
            planned[name] = self._child(child, planned.get(name), written.get(name), f"{at}{name}/")
        return planned

    def _child(self, child: Child, given: Any, written: Any, at: str) -> Any:
        if child.written != "block":
            return UNKNOWN if given is None and self.created and not child.settable else given
        if isinstance(given, list):
            pairs = zip_longest(given, written if isinstance(written, list) else [])
            return [self._inside(child.shape, one, config, at) for one, config in list(pairs)[: len(given)]]
        if isinstance(given, dict) and child.nesting == "map":
            return {
                key: self._inside(child.shape, one, (written or {}).get(key), at)
                for key, one in given.items()
            }
        return self._inside(child.shape, given, written, at)

    def _inside(self, shape: Shape, value: Any, config: Any, at: str) -> Any:
        return self.object(shape, value, config, at) if isinstance(value, dict) else value
