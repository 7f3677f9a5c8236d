"""Constraints in a file: every different object's checks once, as one line, and read when they are asked for."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group, TypeChecks, read_group
from aws_orchestrator.catalog.knowledge_file import Subject, broken, compact, pack, unpack
from aws_orchestrator.catalog.model import TypeKind

_DAMAGE = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
_KEYS: dict[TypeKind, str] = {"resource": "resources", "data": "data_sources", "provider": "provider"}


def write_constraints(
    subject: Subject, types: Mapping[tuple[TypeKind, str], TypeChecks], unread: Mapping[str, int]
) -> bytes:
    """The file that holds these checks; `unread` counts what the provider refuses beyond them, by kind of type."""
    lines = _Lines()
    index: dict[str, Any] = {key: {} for key in _KEYS.values()}
    for (kind, name), known in sorted(types.items()):
        index[_KEYS[kind]][name] = [lines.object(known.checks), int(known.framework)]
    index["unread"] = dict(sorted(unread.items()))
    # Filled while the types were written, so it comes last.
    index["facts"] = [json.loads(fact) for fact in lines.facts]
    return pack("constraints", subject, [compact(index), *lines.objects])


class _Lines:
    """The lines so far: an object is written after the objects inside it, and only once."""

    def __init__(self) -> None:
        self.objects: dict[str, int] = {}
        self.facts: dict[str, int] = {}

    def object(self, checks: Checks) -> int:
        facts: list[object] = []
        for name in sorted(checks.facts):
            fact = compact(checks.facts[name].written())
            facts += [name, self.facts.setdefault(fact, len(self.facts))]
        children: list[object] = []
        for name in sorted(checks.children):
            children += [name, self.object(checks.children[name])]
        groups = [[group.kind, *group.names] for group in checks.groups]
        line = compact([facts, children, groups])
        return self.objects.setdefault(line, len(self.objects))


class Constraints:
    """The checks of one provider version. Asking for a type parses that type and nothing else."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.subject, lines = unpack("constraints", path)
        try:
            index: dict[str, Any] = json.loads(lines[0])
            self._types = {kind: dict(index[key]) for kind, key in _KEYS.items()}
            self._facts: list[dict[str, Any]] = index["facts"]
            self.unread: Mapping[str, int] = index.get("unread", {})
        except _DAMAGE as error:
            raise broken(path, f"is corrupt ({type(error).__name__}: {error})") from error
        self._lines = lines[1:]
        self._objects: dict[int, Checks] = {}
        self._made: dict[int, Fact] = {}

    def names(self, kind: TypeKind) -> tuple[str, ...]:
        """The types that something is known of."""
        return tuple(sorted(self._types.get(kind, ())))

    def checks(self, kind: TypeKind, name: str) -> TypeChecks | None:
        """What is checked of a type; None when nothing is known of it."""
        entry = self._types.get(kind, {}).get(name)
        if entry is None:
            return None
        try:
            return TypeChecks(self._object(entry[0], len(self._lines)), bool(entry[1]))
        except _DAMAGE as error:
            raise broken(self.path, f"is corrupt ({type(error).__name__}: {error})") from error

    def _object(self, line: int, above: int) -> Checks:
        known = self._objects.get(line)
        if known is not None:
            return known
        if not 0 <= line < above:
            raise IndexError(f"object {line} is named where only those before {above} may be")
        facts, children, groups = json.loads(self._lines[line])
        checks = Checks(
            {name: self._fact(number) for name, number in zip(facts[::2], facts[1::2], strict=True)},
            {
                name: self._object(inner, line)
                for name, inner in zip(children[::2], children[1::2], strict=True)
            },
            tuple(map(_group, groups)),
        )
        return self._objects.setdefault(line, checks)

    def _fact(self, number: int) -> Fact:
        fact = self._made.get(number)
        if fact is None:
            fact = self._made.setdefault(number, Fact.read(self._facts[number]))
        return fact


def _group(said: list[str]) -> Group:
    return read_group(said)
