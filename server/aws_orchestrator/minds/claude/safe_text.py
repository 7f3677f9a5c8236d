"""Texts on their way to and from Claude, without keys and passwords."""

from typing import Any, TypeVar

from aws_orchestrator.runs.redaction import REDACTED, redact_code

# Made by the API and checked by it when it comes back: no text of anybody.
_OPAQUE = frozenset({"signature"})


_Data = TypeVar("_Data")


def safe(value: _Data, secrets: tuple[str, ...]) -> _Data:
    """The same data with every key-shaped text replaced, and every one of `secrets`."""
    made: Any = value
    if isinstance(value, str):
        made = without(value, secrets)
    elif isinstance(value, dict):
        made = {key: item if key in _OPAQUE else safe(item, secrets) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        made = [safe(item, secrets) for item in value]
    result: _Data = made
    return result


def without(text: str, secrets: tuple[str, ...]) -> str:
    """The text without what looks like a key, and without these."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return redact_code(text)
