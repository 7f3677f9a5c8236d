"""The organisation's standards: `organisation-standards.md` of a workspace, as the planner, the rules and gates apply it.

A standard is a list below one of the headings that are known; everything else on the page is prose.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from aws_orchestrator.memories import memory_file, read_memory
from aws_orchestrator.model import Frozen

STANDARDS_FILE = "organisation-standards.md"
_HEADING = re.compile(r"^#{1,6}[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*$")
_ITEM = re.compile(r"^[-*][ \t]+(?P<value>\S.*?)[ \t]*$")
_MOST_ITEMS = 100
REGION = re.compile(r"(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov|-iso[a-z]?)?-[a-z]+-\d")
_SHAPES: Mapping[str, tuple[str, re.Pattern[str], str]] = {
    "mandatory tags": (
        "tags",
        re.compile(r"[\w.:/=+@-][\w .:/=+@-]{0,127}"),
        "the key of a tag, as CostCenter",
    ),
    "naming": ("prefixes", re.compile(r"prefix[ \t]*:[ \t]*[a-z][a-z0-9-]{0,30}"), "`prefix: acme-`"),
    "regions": ("regions", REGION, "a region, as eu-central-1"),
    "approved services": ("services", re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*"), "a service, as s3"),
    "encryption": ("encryption", re.compile(r"(?i)kms always"), "`KMS always`"),
}


class Standards(Frozen):
    """What an organisation wants of every module; empty where it does not say."""

    tags: tuple[str, ...] = ()
    """Keys that every resource's tags must have."""
    prefix: str = ""
    """How every name begins."""
    regions: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    kms_always: bool = False
    """Encryption is with a key of the organisation's own, never with AWS's."""
    notes: tuple[str, ...] = ()
    """A sentence for everything on the page that was ignored."""

    def sentence(self) -> str:
        """The standards on one line; empty when there are none."""
        parts = [
            f"tags {', '.join(self.tags)}" if self.tags else "",
            f"names begin with {self.prefix}" if self.prefix else "",
            f"regions {', '.join(self.regions)}" if self.regions else "",
            f"services {', '.join(self.services)}" if self.services else "",
            "KMS always" if self.kms_always else "",
        ]
        return "; ".join(part for part in parts if part)


def parse_standards(text: str) -> Standards:
    """The standards of a page, and what of it was ignored and why."""
    found: dict[str, list[str]] = {name: [] for name, _, _ in _SHAPES.values()}
    notes = []
    for number, heading, value in _items(text):
        name, shape, example = _SHAPES[heading]
        if not shape.fullmatch(value):
            notes.append(
                f"{STANDARDS_FILE} line {number}: below “{heading}” stands {example}; it was ignored."
            )
        elif len(found[name]) < _MOST_ITEMS and value not in found[name]:
            found[name].append(value)
    prefixes = [value.partition(":")[2].strip() for value in found["prefixes"]]
    return Standards(
        tags=tuple(found["tags"]),
        prefix=prefixes[0] if prefixes else "",
        regions=tuple(found["regions"]),
        services=tuple(found["services"]),
        kms_always=bool(found["encryption"]),
        notes=tuple(notes[:10]),
    )


def read_standards(workspace: Path) -> Standards:
    """The standards of a workspace; none, with a sentence that says so, when its page cannot be read."""
    if not memory_file(workspace, STANDARDS_FILE).exists():
        return Standards()
    text, ignored = read_memory(workspace, STANDARDS_FILE)
    standards = parse_standards(text or "")
    return standards.model_copy(update={"notes": (*ignored, *standards.notes)})


def standards_around(folder: Path) -> Standards:
    """The standards of the nearest workspace around a module; those of no folder above a repository count."""
    for parent in (folder, *folder.parents):
        if memory_file(parent, STANDARDS_FILE).is_file():
            return read_standards(parent)
        if (parent / ".git").exists():
            break
    return Standards()


def _items(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, heading and value of every item below a heading that is known; code fences are prose."""
    heading, fenced = "", False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced and (title := _HEADING.match(line)):
            heading = title["title"].lower()
        elif not fenced and heading in _SHAPES and (item := _ITEM.match(line)):
            yield number, heading, item["value"].strip("`")
