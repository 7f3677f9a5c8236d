"""Which fields are given together: one of those that exclude each other, all of those that need each other."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aws_orchestrator.minds.builtin.planner.facts import GroupFacts, Path
from aws_orchestrator.minds.builtin.planner.shape import Field


class LevelGroups(NamedTuple):
    """The groups among the fields of one block (or of the resource itself), by the fields' names."""

    exactly_one: tuple[tuple[str, ...], ...] = ()
    at_least_one: tuple[tuple[str, ...], ...] = ()
    conflicts: tuple[tuple[str, ...], ...] = ()
    needs: tuple[tuple[str, ...], ...] = ()
    """Whoever gives the first must give the others too."""
    apart: tuple[tuple[str, ...], ...] = ()
    """Fields of which something inside excludes another: no check says so, but an example gives one alone."""


def level_groups(groups: GroupFacts, parent: Path, names: Iterable[str]) -> LevelGroups:
    """The groups whose members lie directly below a block, as far as the module offers the members."""
    offered = frozenset(names)

    def of(kind: tuple[tuple[Path, ...], ...], least: int) -> tuple[tuple[str, ...], ...]:
        found = []
        for members in kind:
            if all(path[:-1] == parent for path in members):
                here = tuple(path[-1] for path in members if path[-1] in offered)
                if len(here) >= least:
                    found.append(here)
        return tuple(dict.fromkeys(found))

    return LevelGroups(
        of(groups.exactly_one_of, 1),
        of(groups.at_least_one_of, 1),
        of(groups.conflicts, 2),
        of(groups.needs, 2),
        _apart(groups, parent, offered),
    )


def _apart(groups: GroupFacts, parent: Path, offered: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """Groups that reach over levels, by the fields of this level that hold their members."""
    depth = len(parent)
    found = []
    for members in (*groups.exactly_one_of, *groups.conflicts):
        inside = [path for path in members if path[:depth] == parent and len(path) > depth]
        holders = tuple(dict.fromkeys(path[depth] for path in inside if path[depth] in offered))
        if len(holders) > 1 and any(len(path) > depth + 1 for path in inside):
            found.append(holders)
    return tuple(dict.fromkeys(found))


def chosen(fields: Sequence[Field], groups: LevelGroups, *, everything: bool) -> tuple[Field, ...]:
    """The fields that an example gives: the smallest set that the provider takes, or the largest."""
    by_name = {field.name: field for field in fields}
    wanted = [field.name for field in fields if field.required]
    for group in (*groups.exactly_one, *groups.at_least_one):
        if not any(name in wanted for name in group):
            wanted.append(min(group, key=lambda name: _rank(by_name[name])))
    wanted = _with_partners(wanted, groups)
    if everything:
        for field in fields:
            more = [name for name in _with_partners([field.name], groups) if name not in wanted]
            # A secret that no state keeps must come again at every apply, which a test's second phase does not do.
            kept = not any(by_name[name].write_only or by_name[name].avoided for name in more)
            if kept and not _excluded([*wanted, *more], more, groups):
                wanted += more
    return tuple(field for field in fields if field.name in wanted)


# Arguments that something newer has taken the place of.
_OUTDATED = frozenset({"launch_configuration"})


def _rank(field: Field) -> tuple[bool, bool, bool, bool, int]:
    """Plain arguments are easier to give than blocks; secrets come last, and what is outdated."""
    deep = any(inner.is_block for inner in field.fields)
    return (field.name in _OUTDATED, field.write_only, field.is_block, deep, len(field.fields))


def _with_partners(names: list[str], groups: LevelGroups) -> list[str]:
    found = list(names)
    for subject, *needed in groups.needs:
        if subject in found:
            found += [name for name in needed if name not in found]
    return found


def _excluded(together: Sequence[str], more: Sequence[str], groups: LevelGroups) -> bool:
    return any(
        len([name for name in group if name in together]) > 1 and any(name in more for name in group)
        for group in (*groups.exactly_one, *groups.conflicts, *groups.apart)
    )


def given(field: Field, value: str) -> str:
    """The condition that somebody gave the field a value."""
    if field.is_switch:
        return value
    return f"length({value}) > 0" if field.many else f"{value} != null"
