"""A cloud that exists nowhere: what the schema provider answers when a change is rehearsed.

Resources are created as planned, with invented values where the plan knew nothing, and are read as they are in the
state. Values depend on nothing but what was asked, so that reading twice finds no change. No configuration is judged
here: an invented value is not of the form that the provider wants of its argument.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import grpc

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.knowledge_shape import Child, Shape, Shapes
from aws_orchestrator.catalog.model import TypeKind
from aws_orchestrator.catalog.plugin.messages import (
    bytes_of,
    fields,
    first,
    text_of,
    write_bytes,
    write_number,
)
from aws_orchestrator.catalog.plugin.values import UNKNOWN, decode_dynamic, write_dynamic
from aws_orchestrator.terraform.provider_checks import ProviderChecks

Answer = Callable[[bytes, grpc.ServicerContext], bytes]
_ELEMENTS = 3
"""How many elements an invented list has: modules take one for each of up to three zones."""
_ACCOUNT = "123456789012"
_FIXED: dict[tuple[str, str], Any] = {
    ("aws_availability_zones", "names"): ["us-east-1a", "us-east-1b", "us-east-1c"],
    ("aws_caller_identity", "account_id"): _ACCOUNT,
    ("aws_partition", "partition"): "aws",
    ("aws_partition", "dns_suffix"): "amazonaws.com",
    ("aws_region", "name"): "us-east-1",
    ("aws_region", "region"): "us-east-1",
    ("aws_region", "id"): "us-east-1",
}


def pretended_answers(checks: ProviderChecks) -> dict[str, Answer]:
    """The calls that a provider without a cloud must refuse, answered as if there were one."""
    return {
        "ValidateResourceConfig": lambda request, context: b"",
        "ValidateDataResourceConfig": lambda request, context: b"",
        "UpgradeResourceState": lambda request, context: _as_kept(request),
        "ReadResource": lambda request, context: _as_it_is(request),
        "ApplyResourceChange": lambda request, context: _created(checks, request),
        "ReadDataSource": lambda request, context: _read(checks, request),
    }


def _as_kept(request: bytes) -> bytes:
    # The state is ours and of this version: its JSON is handed back as it came.
    raw = first(request, 3)
    return write_bytes(1, write_bytes(2, first(raw, 1)))


def _as_it_is(request: bytes) -> bytes:
    found = dict(fields(request))
    private = write_bytes(3, bytes_of(found[3])) if 3 in found else b""
    return write_bytes(1, bytes_of(found[2])) + private


def _created(checks: ProviderChecks, request: bytes) -> bytes:
    found = dict(fields(request))
    planned = decode_dynamic(bytes_of(found[3]))
    shape = _shape(checks, "resource", text_of(found[1]))
    if planned is None or shape is None:
        return write_dynamic(1, None)
    invent = _Inventing(text_of(found[1]), hashlib.sha256(bytes_of(found[3])).hexdigest())
    # Without the SDK's leave Terraform would refuse a value that differs from the planned one.
    return write_dynamic(1, invent.known(shape, planned)) + write_number(4, 1)


def _read(checks: ProviderChecks, request: bytes) -> bytes:
    found = dict(fields(request))
    config = decode_dynamic(bytes_of(found[2]))
    shape = _shape(checks, "data", text_of(found[1]))
    if shape is None:
        return write_dynamic(1, config)
    invent = _Inventing(text_of(found[1]), hashlib.sha256(bytes_of(found[2])).hexdigest())
    return write_dynamic(1, invent.read(shape, config))


def _shape(checks: ProviderChecks, kind: TypeKind, name: str) -> Shape | None:
    schema = checks.known[0].type(kind, name) if checks.known is not None else None
    return Shapes().of_block(schema.block) if schema is not None else None


class _Inventing:
    """Invents the values of one object; the same object gets the same values."""

    def __init__(self, type_name: str, digest: str) -> None:
        self._type = type_name
        self._word = digest[:8]

    def known(self, shape: Shape, planned: dict[str, Any]) -> dict[str, Any]:
        """The planned object with something in the place of everything unknown."""
        state = dict(planned)
        for name, leaf in shape.leaves.items():
            state[name] = self._without_unknowns(name, leaf.type, state.get(name))
        for name, child in shape.children.items():
            state[name] = self._child(child, state.get(name))
        return state

    def read(self, shape: Shape, config: dict[str, Any]) -> dict[str, Any]:
        """The configuration of a data source with what the provider would add."""
        state = dict(config)
        for name, leaf in shape.leaves.items():
            if state.get(name) is None and leaf.computed:
                state[name] = self.value(name, leaf.type)
        for name, child in shape.children.items():
            if child.written != "block" and state.get(name) is None and child.computed:
                state[name] = self._invented_child(child)
            elif child.written == "block" and isinstance(state.get(name), list):
                state[name] = [self.read(child.shape, one) for one in state[name]]
        return state

    def value(self, name: str, kind: CtyType) -> Any:
        """A value of the type; its name tells what it may look like."""
        if (self._type, name) in _FIXED:
            return _FIXED[self._type, name]
        match kind:
            case "string":
                return self._text(name)
            case "number":
                return 1
            case "bool":
                return False
            case ["list" | "set", "string"]:
                return [f"{self._text(name)}{number}" for number in range(_ELEMENTS)]
            case ["list" | "set", _]:
                return []
            case ["map", _]:
                return {}
            case ["object", dict() as members, *_]:
                return {member: self.value(member, inner) for member, inner in members.items()}
            case _:
                return None

    def _text(self, name: str) -> str:
        if name == "arn" or name.endswith("_arn"):
            return f"arn:aws:invented:us-east-1:{_ACCOUNT}:{self._type}/{self._word}"
        if name in {"json", "minified_json"}:
            return f'{{"Version":"2012-10-17","Id":"{self._word}","Statement":[]}}'
        if name in {"account_id", "owner_id"}:
            return _ACCOUNT
        return f"{name}-{self._word}"

    def _without_unknowns(self, name: str, kind: CtyType, value: Any) -> Any:
        if value is UNKNOWN:
            return self.value(name, kind)
        if isinstance(value, list):
            inner = kind[1] if isinstance(kind, list) and kind[0] in {"list", "set"} else "string"
            return [self._without_unknowns(name, inner, one) for one in value]
        if isinstance(value, dict):
            inner = kind[1] if isinstance(kind, list) and kind[0] == "map" else "string"
            return {key: self._without_unknowns(key, inner, one) for key, one in value.items()}
        return value

    def _child(self, child: Child, value: Any) -> Any:
        if value is UNKNOWN:
            return self._invented_child(child)
        if isinstance(value, list):
            return [self.known(child.shape, one) if isinstance(one, dict) else one for one in value]
        if isinstance(value, dict) and child.nesting == "map":
            return {
                key: self.known(child.shape, one) if isinstance(one, dict) else one
                for key, one in value.items()
            }
        return self.known(child.shape, value) if isinstance(value, dict) else value

    def _invented_child(self, child: Child) -> Any:
        inner: dict[str, Any] = {
            name: self.value(name, leaf.type) for name, leaf in child.shape.leaves.items()
        }
        inner |= {name: self._invented_child(one) for name, one in child.shape.children.items()}
        if child.nesting in {"list", "set"}:
            return [inner]
        return {"invented": inner} if child.nesting == "map" else inner
