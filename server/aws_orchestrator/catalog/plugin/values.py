"""Values on the wire: MessagePack as cty writes it, to and from plain Python.

Null is None, an unknown value is UNKNOWN, objects and maps are dicts, lists, sets and tuples are lists. A number that
fits neither an integer of 64 bits nor a float arrives as its digits in a str.
"""

from enum import Enum
from typing import Any, Final

import msgpack  # type: ignore[import-untyped]

from aws_orchestrator.catalog.plugin.messages import first, write_bytes


class Unknown(Enum):
    """The type of UNKNOWN."""

    UNKNOWN = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.UNKNOWN
"""A value that is not known before the plan or the apply."""

# cty: extension 0 is an unknown value, 12 one of which something is known (a prefix, a range); nothing here uses it.
_PLAIN_UNKNOWN = msgpack.ExtType(0, b"\x00")


def decode_value(data: bytes) -> Any:
    """The value of MessagePack bytes; ValueError when they are none."""
    try:
        return msgpack.unpackb(data, ext_hook=_extension, strict_map_key=False)
    except (msgpack.exceptions.UnpackException, ValueError) as error:
        raise ValueError(f"not a MessagePack value: {error}") from error


def encode_value(value: object) -> bytes:
    """The MessagePack bytes of a value."""
    return bytes(msgpack.packb(value, default=_write_unknown))


def decode_dynamic(message: bytes) -> Any:
    """The value of a DynamicValue message; Terraform always writes MessagePack."""
    data = first(message, 1)
    return decode_value(data) if data else None


def write_dynamic(number: int, value: object) -> bytes:
    """A value as a field that is a DynamicValue message."""
    return write_bytes(number, write_bytes(1, encode_value(value)))


def holds_unknown(value: object) -> bool:
    """Whether anything in the value is unknown."""
    if isinstance(value, dict):
        return any(holds_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(holds_unknown(inner) for inner in value)
    return value is UNKNOWN


def _extension(code: int, data: bytes) -> Unknown:
    return UNKNOWN


def _write_unknown(value: object) -> Any:
    if value is UNKNOWN:
        return _PLAIN_UNKNOWN
    if isinstance(value, int):  # more than 64 bits: cty writes such a number as its digits
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of Terraform's")
