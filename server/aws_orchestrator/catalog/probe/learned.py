"""From what a probe learned, type by type, to the files that are read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, cast

from aws_orchestrator.catalog.knowledge_constraints import write_constraints
from aws_orchestrator.catalog.knowledge_facts import Checks, TypeChecks
from aws_orchestrator.catalog.knowledge_file import Subject
from aws_orchestrator.catalog.knowledge_replacement import Replacement, write_replacement
from aws_orchestrator.catalog.model import TypeKind


def constraints_file(subject: Subject, learned: Mapping[tuple[str, str], dict[str, Any]]) -> bytes:
    """The constraints file of what `harvest` kept with the question `constraints_of`."""
    types: dict[tuple[TypeKind, str], TypeChecks] = {}
    unread: Counter[str] = Counter()
    for (kind, name), one in learned.items():
        types[cast("TypeKind", kind), name] = TypeChecks(Checks.read(one["checks"]), one["framework"])
        unread[kind] += one["unread"]
    return write_constraints(subject, types, unread)


def replacement_file(
    subject: Subject, learned: Mapping[tuple[str, str], dict[str, Any]], not_asked: Iterable[str]
) -> bytes:
    """The replacement file of what `harvest` kept with the question `replacement_of`."""
    types: dict[str, Replacement] = {}
    refused = [one.rpartition(" ")[2] for one in not_asked]
    for (_, name), one in learned.items():
        if one["refused"]:
            refused.append(name)
            continue
        replaces = {path: frozenset(steps) for path, steps in one["replaces"].items()}
        stays = {path: tuple((pair[0], pair[1]) for pair in pairs) for path, pairs in one["stays"].items()}
        types[name] = Replacement(replaces, one["defaults"], frozenset(one["unlearned"]), stays)
    return write_replacement(subject, types, refused)
