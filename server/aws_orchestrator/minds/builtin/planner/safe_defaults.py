"""The controls of a resource type, and its fields with their safe defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.minds.builtin.planner.facts import GroupFacts, Path
from aws_orchestrator.minds.builtin.planner.security_table import CONTROLS, Control
from aws_orchestrator.minds.builtin.planner.shape import Field


def controls_of(resource_type: str, fields: Sequence[Field]) -> tuple[Control, ...]:
    """The controls that speak of the type, as far as it has their arguments."""
    named = {control.path for control in CONTROLS if resource_type in control.types}
    return tuple(
        control
        for control in CONTROLS
        if (resource_type in control.types or (not control.types and control.path not in named))
        and (found := _find(fields, control.path)) is not None
        and (control.types or found.type == "bool")
    )


def with_safe_defaults(
    resource_type: str, fields: Sequence[Field], groups: GroupFacts, more: Mapping[Path, Value]
) -> tuple[Field, ...]:
    """The fields of the type; those that a control speaks of have its value as default."""
    controls = controls_of(resource_type, fields)
    values = {control.path: control.value for control in controls if control.value is not None}
    asked = {control.path for control in controls if control.ask}
    ids = {control.path: control.id for control in controls if control.value is not None}
    free = {path: value for path, value in values.items() if not _excluders(path, groups)}
    free |= more
    made = tuple(_with_default(field, free, asked, ids) for field in fields)
    return tuple(_with_fallback(field, values, groups, fields) for field in made)


def _with_fallback(
    field: Field, values: Mapping[Path, Value], groups: GroupFacts, fields: Sequence[Field]
) -> Field:
    """A default that another choice excludes holds only where that choice is not made."""
    others = _excluders(field.path, groups)
    names = {item.name for item in fields if not item.write_only and not item.many}
    possible = others <= {(name,) for name in names}
    if field.default is not None or field.path not in values or not others or not possible:
        return field
    return replace(field, fallback=values[field.path], excluders=tuple(sorted(path[0] for path in others)))


def _with_default(
    field: Field, values: Mapping[Path, Value], asked: set[Path], ids: Mapping[Path, str]
) -> Field:
    if field.path in asked:
        return replace(field, required=True)
    if field.path in values:
        return replace(
            field, required=False, default=values[field.path], control=_asker(ids.get(field.path, ""))
        )
    if not field.is_block or not any(path[: len(field.path)] == field.path for path in values):
        return field
    inner = tuple(_with_default(item, values, asked, ids) for item in field.fields)
    changed = replace(field, fields=inner)
    if field.many or any(item.required for item in inner):
        # Only its caller knows the rest; what they leave out is safe.
        return changed
    return replace(changed, required=False, default={})


def _asker(control: str) -> str:
    """The control's id; ours have no number that anybody could look up."""
    return "" if control.islower() else control


def _excluders(path: Path, groups: GroupFacts) -> set[Path]:
    """The arguments beside which the argument must not be given."""
    found = (group for group in (*groups.exactly_one_of, *groups.conflicts) if path in group)
    return {other for group in found for other in group if other != path}


def _find(fields: Sequence[Field], path: Path) -> Field | None:
    found = next((field for field in fields if field.name == path[0]), None)
    return found if found is None or len(path) == 1 else _find(found.fields, path[1:])
