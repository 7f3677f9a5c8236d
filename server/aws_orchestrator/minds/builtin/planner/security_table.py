"""Which settings are safe, as data (controls.json): controls of AWS Foundational Security Best Practices, by id.

An id in lower case is ours, for what no standard numbers.
`value` is the default that the module gives the argument; a person who calls the module can still choose otherwise,
and sees in the description what that means.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.minds.builtin.planner.facts import Path as ArgumentPath

Aim = Literal[
    "encryption at rest", "encryption in transit", "network", "access", "logging", "backup", "protection"
]


@dataclass(frozen=True, slots=True)
class Control:
    """One setting that a standard asks for."""

    id: str
    aim: Aim
    title: str
    path: ArgumentPath
    value: Value | None = None
    """The safe default; None when only the caller can know the value."""
    types: tuple[str, ...] = ()
    """The resource types that it speaks of; empty for every type that has the argument at the top level."""
    ask: bool = False
    """Whether the module asks for the argument, because no default is safe."""
    absent: str = ""
    """Why leaving it out is safe as well, in a clause; empty when it is not."""


def _control(entry: dict[str, Any]) -> Control:
    return Control(**{**entry, "path": tuple(entry["path"]), "types": tuple(entry.get("types", ()))})


CONTROLS: tuple[Control, ...] = tuple(
    _control(entry)
    for entry in json.loads(Path(__file__).with_name("controls.json").read_text(encoding="utf-8"))
)

# Arguments that take a key: without one, AWS encrypts with a key of its own.
KEY_ARGUMENTS = ("kms_key_id", "kms_key_arn", "kms_master_key_id", "kms_key", "encryption_key")
