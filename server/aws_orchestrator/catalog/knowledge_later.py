"""What AWS's own service models add to learned lists of values: the file, and the questions to it.

A list that was learned of one version may have grown in a later one. Where the service models of both dates show how,
the file says so; tools/service_models writes it, docs/knowledge.md describes it.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from aws_orchestrator.catalog.knowledge_file import Subject, broken, compact, pack, unpack
from aws_orchestrator.catalog.model import TypeKind

Values: TypeAlias = tuple[str, ...]
TypeKey: TypeAlias = tuple[TypeKind, str]

_DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
_KEYS: dict[TypeKind, str] = {"resource": "resources", "data": "data_sources"}


class Additions(NamedTuple):
    """What later service models say."""

    proved: Mapping[TypeKey, Iterable[tuple[str, Values, Values]]]
    """Of a type: argument, learned list, values that came to it."""
    advised: Mapping[TypeKey, Mapping[str, Values]]
    """Of a type: argument that only the newer version has, somewhere in it; its values by name and service alone."""


def write_later_values(subject: Subject, additions: Additions) -> bytes:
    """The file of these additions; `subject` is the newest provider version that they are complete for."""
    lists: dict[Values, int] = {}

    def number(values: Values) -> int:
        return lists.setdefault(values, len(lists))

    index: dict[str, Any] = {"proved": {}, "advised": {}}
    for kind, key in _KEYS.items():
        index["proved"][key] = {
            name: [
                part
                for argument, learned, more in sorted(found)
                for part in (argument, number(learned), number(more))
            ]
            for (its_kind, name), found in sorted(additions.proved.items())
            if its_kind == kind
        }
        index["advised"][key] = {
            name: [part for argument, values in sorted(found.items()) for part in (argument, number(values))]
            for (its_kind, name), found in sorted(additions.advised.items())
            if its_kind == kind
        }
    # Filled while the rest was written, so it comes last.
    index["lists"] = list(lists)
    return pack("values", subject, [compact(index)])


class LaterValues:
    """What came to learned lists until one provider version."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.subject, lines = unpack("values", path)
        try:
            index: dict[str, Any] = json.loads(lines[0])
            self._lists = [tuple(map(str, values)) for values in index["lists"]]
            self._proved = {kind: dict(index["proved"][key]) for kind, key in _KEYS.items()}
            self._advised = {kind: dict(index["advised"][key]) for kind, key in _KEYS.items()}
        except _DAMAGE as error:
            raise broken(path, f"is corrupt ({type(error).__name__}: {error})") from error

    def types(self) -> tuple[TypeKey, ...]:
        """The types that something is proved of."""
        return tuple((kind, name) for kind, found in self._proved.items() for name in found)

    def proved(self, kind: TypeKind, name: str) -> Mapping[tuple[str, Values], Values]:
        """What came to the lists of a type, by argument and learned list; a list that is not there is not proved."""
        return {
            (argument, self._list(learned)): self._list(more)
            for argument, learned, more in self._rows(self._proved.get(kind, {}).get(name, []), 3)
        }

    def advised(self, kind: TypeKind, name: str) -> Mapping[str, Values]:
        """The values of arguments that only the later version has, by their names."""
        return {
            argument: self._list(values)
            for argument, values in self._rows(self._advised.get(kind, {}).get(name, []), 2)
        }

    def _rows(self, flat: list[Any], size: int) -> Iterable[tuple[Any, ...]]:
        try:
            return list(zip(*(flat[start::size] for start in range(size)), strict=True))
        except _DAMAGE as error:
            raise broken(self.path, f"is corrupt ({type(error).__name__}: {error})") from error

    def _list(self, number: int) -> Values:
        try:
            return self._lists[number]
        except _DAMAGE as error:
            raise broken(self.path, f"is corrupt ({type(error).__name__}: {error})") from error
