"""The messages of the plugin protocol as bytes: protobuf, written and read by hand.

Only a handful of small messages is needed, on a path that must take microseconds. Field numbers are those of the
public tfplugin5.proto and tfplugin6.proto, which agree wherever both have the message.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity = Literal["error", "warning"]
_SEVERITIES: dict[int, Severity] = {1: "error", 2: "warning"}
_NUMBERS = {"error": 1, "warning": 2}


class Key(str):
    """The key of a map's element: a text as an attribute's name is, but another kind of step."""

    __slots__ = ()


Step: TypeAlias = str | int | Key
Path: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One complaint of a provider, at an attribute path."""

    severity: Severity
    summary: str
    detail: str = ""
    path: Path = ()


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message in their order: numbers as integers, everything else as bytes."""
    at, end = 0, len(message)
    while at < end:
        tag, at = _read_varint(message, at)
        match tag & 7:
            case 0:
                value, at = _read_varint(message, at)
                yield tag >> 3, value
            case 2:
                size, at = _read_varint(message, at)
                if at + size > end:
                    raise ValueError("a field is longer than its message")
                yield tag >> 3, message[at : at + size]
                at += size
            case 1:
                yield tag >> 3, message[at : at + 8]
                at += 8
            case 5:
                yield tag >> 3, message[at : at + 4]
                at += 4
            case kind:
                raise ValueError(f"a field has wire type {kind}")


def text_of(value: int | bytes) -> str:
    """A field's value as text."""
    if isinstance(value, int):
        raise ValueError("a number stands where a text should")
    return value.decode()


def bytes_of(value: int | bytes) -> bytes:
    """A field's value as bytes."""
    if isinstance(value, int):
        raise ValueError("a number stands where a message should")
    return value


def first(message: bytes, number: int) -> bytes:
    """The first field of that number as bytes; empty when there is none."""
    for found, value in fields(message):
        if found == number:
            return bytes_of(value)
    return b""


def diagnostics_in(message: bytes, number: int) -> tuple[Diagnostic, ...]:
    """The diagnostics in that field of a response."""
    return tuple(_diagnostic(bytes_of(value)) for found, value in fields(message) if found == number)


def attribute_path(message: bytes) -> Path:
    """An AttributePath message as steps."""
    steps: list[Step] = []
    for number, step in fields(message):
        if number != 1:
            continue
        for kind, value in fields(bytes_of(step)):
            if kind == 1:
                steps.append(text_of(value))
            elif kind == 2:
                steps.append(Key(text_of(value)))
            elif isinstance(value, int):
                # A negative index is a varint of ten bytes; providers use it for "no such element".
                steps.append(value - (1 << 64) if value >> 63 else value)
    return tuple(steps)


def write_diagnostic(number: int, diagnostic: Diagnostic) -> bytes:
    """The diagnostic as a field of that number."""
    content = (
        write_number(1, _NUMBERS[diagnostic.severity])
        + write_text(2, diagnostic.summary)
        + write_text(3, diagnostic.detail)
    )
    if diagnostic.path:
        content += write_bytes(4, write_path(diagnostic.path))
    return write_bytes(number, content)


def write_path(path: Iterable[Step]) -> bytes:
    """An AttributePath message."""
    return b"".join(write_bytes(1, _step(step)) for step in path)


def write_number(number: int, value: int) -> bytes:
    """An integer as a field; nothing for zero, which is the default."""
    return _varint(number << 3) + _varint(value) if value else b""


def write_text(number: int, value: str) -> bytes:
    """A text as a field; nothing for an empty one, which is the default."""
    return write_bytes(number, value.encode()) if value else b""


def write_bytes(number: int, value: bytes) -> bytes:
    """Bytes or a message as a field."""
    return _varint(number << 3 | 2) + _varint(len(value)) + value


def _diagnostic(message: bytes) -> Diagnostic:
    severity: Severity = "error"
    summary = detail = ""
    path: Path = ()
    for number, value in fields(message):
        if number == 1 and isinstance(value, int):
            severity = _SEVERITIES.get(value, "error")
        elif number == 2:
            summary = text_of(value)
        elif number == 3:
            detail = text_of(value)
        elif number == 4:
            path = attribute_path(bytes_of(value))
    return Diagnostic(severity, summary, detail, path)


def _step(step: Step) -> bytes:
    if isinstance(step, int):
        # Fields of a oneof are written even when they are zero, or the first element would have no index.
        return _varint(3 << 3) + _varint(step)
    return write_bytes(2 if isinstance(step, Key) else 1, step.encode())


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(message):
            raise ValueError("a number is cut off")
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _varint(value: int) -> bytes:
    if value <= 0x7F:
        return bytes((value,))
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
