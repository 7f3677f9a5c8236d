"""A mind's plan under the organisation's standards: which services it needs, and what of it the organisation does not want."""

from collections.abc import Collection, Iterable, Iterator

from aws_orchestrator.blueprint.model import Blueprint, Selection
from aws_orchestrator.blueprint.organisation import naming_variables
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES
from aws_orchestrator.standards import Standards

_BY_TYPE = {service.type: service.name for service in reversed(SERVICES)}
_FAMILIES = frozenset(service.type.split("_")[1] for service in SERVICES)
# What guards and watches other services comes with them.
_COMPANIONS = ("aws_iam_", "aws_kms_", "aws_cloudwatch_", "aws_security_group", "aws_vpc_security_group")


def services_of(types: Iterable[str]) -> tuple[str, ...]:
    """The services that resource types stand for, as the list of approved services names them."""
    every = tuple(types)
    core = [name for name in every if not name.startswith(_COMPANIONS)]
    named = [_BY_TYPE[name] for name in core or every if name in _BY_TYPE]
    families = [name.split("_")[1] if "_" in name else name for name in core or every]
    strange = [family for family in families if family not in _FAMILIES]
    return tuple(dict.fromkeys([*named, *strange] or families))


def unapproved(types: Iterable[str], standards: Standards) -> tuple[str, ...]:
    """The services of these types that are not on the organisation's list; none where it has no list."""
    if not standards.services:
        return ()
    return tuple(name for name in services_of(types) if name not in standards.services)


def standards_problems(
    blueprint: Blueprint, selection: Selection, standards: Standards, admitted: Collection[str]
) -> Iterator[str]:
    """What a plan must not have by the organisation's standards; `admitted` are services that a person let pass."""
    for name in unapproved((item.type for item in blueprint.resources), standards):
        if name not in admitted:
            yield (
                f"resources: by the organisation's standards {name} is no approved service "
                f"({', '.join(standards.services)}); plan without it"
            )
    for name in sorted(naming_variables(blueprint) & selection.inputs.keys()) if standards.prefix else ():
        value = selection.inputs[name]
        text = string_literal(value) if isinstance(value, str) else None
        if text is not None and not text.startswith(standards.prefix):
            yield f"inputs.{name}: by the organisation's standards names begin with {standards.prefix}"
