"""The enumerations in AWS's service models, as botocore's wheel carries them. Nothing of the wheel is run."""

import gzip
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.bindings.packages import BindingPackage, BindingsError

AT_HARVEST = BindingPackage(
    "aws",
    "5.100.0",
    "botocore",
    "1.38.41",
    "06069a06f1352accb1f6c9505d6e323753627112be80a9d2e057c6d9c9779ffd",
)
"""The service models of the week in which the provider that was asked came out."""
LATER = BindingPackage(
    "aws",
    "6.62.0",
    "botocore",
    "1.43.90",
    "65f3394ef07314e45c92a90120988531d651136390d464a94938a92f665893f7",
)
"""The service models of the week of the newest shipped catalog."""

_MODEL = re.compile(r"botocore/data/(?P<service>[^/]+)/(?P<version>[^/]+)/service-2\.json(?P<gz>\.gz)?")


@dataclass
class Shape:
    """One enumeration of a service: its values and the names it goes by."""

    name: str
    values: tuple[str, ...]
    members: set[str] = field(default_factory=set)
    """The members of structures that have it, or a list or map of it; spelled as `plain_name` does."""

    def is_called(self, argument: str) -> bool:
        """Whether the argument's own name is one of the shape's."""
        wanted = plain_name(argument)
        return wanted in self.members or plain_name(self.name).endswith(wanted)


@dataclass
class Service:
    """The enumerations of one service."""

    shapes: dict[str, Shape] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    """Names of members that are plain texts somewhere in the service."""


def plain_name(name: str) -> str:
    """A name without what spellings differ in: `sse_algorithm` and `SSEAlgorithm` are the same."""
    return name.replace("_", "").replace("-", "").lower()


def read_models(wheel: Path) -> Mapping[str, Service]:
    """The services of a wheel by the names of their folders; BindingsError when it holds none."""
    services = {}
    with zipfile.ZipFile(wheel) as archive:
        newest: dict[str, tuple[str, str]] = {}
        for entry in archive.namelist():
            match = _MODEL.fullmatch(entry)
            if match:
                found = (match["version"], entry)
                newest[match["service"]] = max(found, newest.get(match["service"], found))
        for service, (_, entry) in sorted(newest.items()):
            content = archive.read(entry)
            services[service] = _service(
                json.loads(gzip.decompress(content) if entry.endswith(".gz") else content)
            )
    if not services:
        raise BindingsError(f"{wheel} holds no service models where botocore keeps them.")
    return services


def _service(model: Mapping[str, Any]) -> Service:
    shapes: Mapping[str, Any] = model["shapes"]
    service = Service(
        {name: Shape(name, tuple(shape["enum"])) for name, shape in shapes.items() if shape.get("enum")}
    )
    for shape in shapes.values():
        for member, target in _members(shape):
            inner = _innermost(shapes, target)
            if inner in service.shapes:
                service.shapes[inner].members.add(plain_name(member))
            elif inner and shapes[inner]["type"] == "string":
                service.texts.add(plain_name(member))
    return service


def _members(shape: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if shape["type"] == "structure":
        for name, member in shape["members"].items():
            yield name, member["shape"]


def _innermost(shapes: Mapping[str, Any], name: str) -> str:
    """The shape of the values: a list's elements', a map's values'."""
    seen = set()
    while name not in seen:
        seen.add(name)
        shape = shapes[name]
        if shape["type"] == "list":
            name = shape["member"]["shape"]
        elif shape["type"] == "map":
            name = shape["value"]["shape"]
        else:
            return name
    return ""
