"""The learned knowledge of a catalog's provider version as the planner's facts."""

from functools import lru_cache

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import Checks, Fact, Group, Knowledge, Replacement, knowledge_of
from aws_orchestrator.minds.builtin.planner.facts import (
    NO_GROUPS,
    NOTHING,
    ArgumentFacts,
    Facts,
    GroupFacts,
    NoFacts,
    Path,
)


@lru_cache(maxsize=8)
def known_facts(catalog: Catalog) -> Facts:
    """The facts that are known for the catalog's version; those of the schema alone when none were learned."""
    knowledge = knowledge_of(catalog)
    return LearnedFacts(knowledge) if knowledge is not None else NoFacts()


class LearnedFacts:
    """Facts that a provider was asked for."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Read types when they are first asked for."""
        self._knowledge = knowledge

    def argument(self, resource_type: str, path: Path) -> ArgumentFacts:
        """What was learned of an argument or block."""
        known = self._knowledge.checks("resource", resource_type)
        checks = _inside(known.checks, path[:-1]) if known is not None else None
        fact = checks.facts.get(path[-1]) if checks is not None else None
        replacement = self._knowledge.replacement(resource_type)
        slashed = "/".join(path)
        replaces = replacement is not None and bool(replacement.replaces.get(slashed))
        default = _default(replacement, slashed)
        if fact is None:
            return (
                NOTHING
                if not replaces and default is None
                else ArgumentFacts(replaces=replaces, default=default)
            )
        each = fact.element or fact
        return ArgumentFacts(
            allowed=_allowed(each),
            any_case=each.fold,
            advisory=each.advisory,
            minimum=each.low,
            maximum=each.high,
            besides=tuple(each.besides),
            whole=each.integer,
            multiple=each.step,
            min_length=each.shortest,
            max_length=each.longest,
            format=each.format,
            pattern=each.pattern,
            fewest=fact.fewest,
            most=fact.most,
            replaces=replaces,
            default=default,
            required=fact.required,
            unsettable=fact.unsettable,
            example=each.example,
            complaint=each.complaint,
        )

    def groups(self, resource_type: str) -> GroupFacts:
        """What was learned of the type's arguments together, on every level."""
        known = self._knowledge.checks("resource", resource_type)
        if known is None:
            return NO_GROUPS
        found: dict[str, list[tuple[Path, ...]]] = {}
        _collect(known.checks, (), found)
        return GroupFacts(
            exactly_one_of=tuple(found.get("exactly_one", ())),
            at_least_one_of=tuple(found.get("at_least_one", ())),
            conflicts=(*found.get("conflict", ()), *found.get("at_most_one", ())),
            needs=tuple(found.get("together", ())),
        )


def _inside(checks: Checks, path: Path) -> Checks | None:
    for name in path:
        child = checks.children.get(name)
        if child is None:
            return None
        checks = child
    return checks


def _collect(checks: Checks, path: Path, found: dict[str, list[tuple[Path, ...]]]) -> None:
    for group in checks.groups:
        found.setdefault(group.kind, []).append(_members(group, path))
    for name, child in checks.children.items():
        _collect(child, (*path, name), found)


def _members(group: Group, path: Path) -> tuple[Path, ...]:
    return tuple((*path, *name.split("/")) for name in group.names)


def _allowed(fact: Fact) -> tuple[str, ...]:
    values = tuple(_spelled(value) for value in fact.values)
    return (*values, "") if values and fact.empty and "" not in values else values


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _default(replacement: Replacement | None, path: str) -> Value | None:
    value = replacement.defaults.get(path) if replacement is not None else None
    if isinstance(value, str):
        return quote(value)
    return value if isinstance(value, bool | int | float) else None
