"""Fields as type constraints: `list(object({ name = string, days = optional(number) }))`."""

from aws_orchestrator.blueprint.render import render_value
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.minds.builtin.planner.shape import Field


def type_text(field: Field) -> str:
    """The type of the variable or object member that holds the field."""
    if field.type is not None:
        return argument_type(field.type)
    if field.is_switch:
        return "bool"
    members = "\n".join(f"{inner.name} = {_member(inner)}" for inner in field.fields if inner.has_input)
    whole = f"object({{\n{members}\n}})"
    return f"list({whole})" if field.many else whole


def _member(field: Field) -> str:
    text = type_text(field)
    if field.default is not None:
        return f"optional({text}, {render_value(field.default)})"
    if field.is_block:
        if field.many and field.required:
            return text
        if field.many:
            return f"optional({text}, [])"
        if field.is_switch:
            return "optional(bool, false)"
    return text if field.required else f"optional({text})"


def argument_type(cty: CtyType) -> str:
    """The constraint of an argument's type; the members of its objects may all be left out."""
    if isinstance(cty, str):
        # Whatever the provider takes there can be written as text; `any` would check nothing.
        return "string" if cty == "dynamic" else cty
    if cty[0] == "object":
        members = "\n".join(f"{name} = optional({argument_type(inner)})" for name, inner in cty[1].items())
        return f"object({{\n{members}\n}})" if members else "object({})"
    if cty[0] == "tuple":
        return f"list({argument_type(cty[1][0]) if cty[1] else 'string'})"
    return f"{cty[0]}({argument_type(cty[1])})"
