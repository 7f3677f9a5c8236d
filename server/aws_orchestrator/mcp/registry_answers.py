"""What the answers of a registry server hold, read as data: versions, ids, names. Nothing else of a text is used."""

import re
from typing import NamedTuple

_VERSION = re.compile(r"(?<![\w.])v?(\d{1,6}\.\d{1,6}\.\d{1,6}(?:-[0-9A-Za-z.]{1,40})?)(?![.-]?\w)", re.ASCII)
_FIELD = re.compile(r"^\s*(?:[-*]\s*)?(?P<key>[A-Za-z_ ]{2,40}?)\s*:\s*(?P<value>.{1,400}?)\s*$")
_ID = re.compile(r"[A-Za-z0-9][\w./:@-]{0,199}", re.ASCII)
_TITLE = re.compile(r"[A-Za-z0-9][\w:-]{0,119}", re.ASCII)
_MOST = 200


class Entry(NamedTuple):
    """One entry of a list of documents or modules."""

    identity: str
    title: str
    category: str


def version_in(text: str) -> str | None:
    """The first provider version that a text names, or None."""
    found = _VERSION.search(text[:2000])
    return found[1] if found else None


def documents_in(text: str) -> tuple[Entry, ...]:
    """The documents that a text lists: those whose id and title have the shape of one."""
    return _entries(text, "providerdocid")


def modules_in(text: str) -> tuple[Entry, ...]:
    """The modules that a text lists: those whose id has the shape of one; the title is the id's name."""
    return tuple(
        Entry(entry.identity, entry.identity.split("/")[1], entry.category)
        for entry in _entries(text, "moduleid", titled=False)
        if entry.identity.count("/") in (2, 3)
    )


def _entries(text: str, identity: str, titled: bool = True) -> tuple[Entry, ...]:
    found: list[dict[str, str]] = []
    for line in text.splitlines():
        field = _FIELD.match(line)
        if field is None:
            continue
        key = re.sub(r"[ _]", "", field["key"]).lower()
        if key == identity:
            found.append({key: field["value"]})
        elif found:
            found[-1].setdefault(key, field["value"])
        if len(found) > _MOST:
            break
    return tuple(
        Entry(one[identity], one.get("title", ""), one.get("category", ""))
        for one in found[:_MOST]
        if _ID.fullmatch(one[identity]) and (not titled or _TITLE.fullmatch(one.get("title", "")))
    )
