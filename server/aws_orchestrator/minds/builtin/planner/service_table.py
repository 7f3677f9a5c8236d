"""What people call services, as data (services.json): the words that the provider's own names do not have.

A service without an entry is found by the names of its resource types. `also` names companions that no argument of
their own ties to the core resource by name.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its core resource type and what people call it."""

    name: str
    """The module's folder: `sqs`."""
    type: str
    title: str
    words: tuple[str, ...]
    also: tuple[str, ...] = ()
    """More companions, each as `type.argument=attribute`."""


def _service(entry: dict[str, Any]) -> Service:
    return Service(
        entry["name"], entry["type"], entry["title"], tuple(entry["words"]), tuple(entry.get("also", ()))
    )


_TABLE = json.loads(Path(__file__).with_name("services.json").read_text(encoding="utf-8"))
SERVICES: tuple[Service, ...] = tuple(_service(entry) for entry in _TABLE["services"])
OTHER_CLOUDS: dict[str, str] = dict(_TABLE["other_clouds"])
"""Words that mean another cloud, with its name."""
