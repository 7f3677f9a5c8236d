"""Every variable has a type, and no type is `any`."""

import re
from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Fix, Severity
from aws_orchestrator.hcl.find import AttributeView, BlockView, ModuleView
from aws_orchestrator.hcl.references import string_literal, traversals_in
from aws_orchestrator.rules.rule import Rule, RuleContext, argument_insertion, replacement

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for block in module.blocks("variable"):
        file = module.files[block.file]
        known = _type_of_default(block)
        type_ = block.attributes.get("type")
        if type_ is None:
            line = f"type = {known}"
            yield RULE.finding(
                file,
                block.header_start,
                block.header_end,
                f"Variable {block.name} has no type",
                "Terraform then takes anything, and a wrong value fails somewhere inside the module. Give it its type.",
                fix=Fix(title=f"Add {line}", edits=(argument_insertion(file, block, line),), preferred=True)
                if known
                else None,
            )
            continue
        # A reference, so that an attribute of an object that is called "any" does not count.
        found = next(
            (one for one in traversals_in(type_.expression, file.content) if one.parts == ("any",)), None
        )
        if found is not None:
            yield RULE.finding(
                file,
                found.start,
                found.end,
                f'The type of variable {block.name} is "any"'
                if found.start == type_.value_start
                else f'The type of variable {block.name} has "any" in it',
                "Nothing is checked where it stands, and Terraform guesses one type for all elements. Write the type "
                "out, with optional() for what may be left out.",
                fix=_written_out(type_, known),
            )


def _type_of_default(block: BlockView) -> str:
    """The type that a plain default has; empty when the default does not tell."""
    default = block.attributes.get("default")
    if default is None:
        return ""
    if default.value in ("true", "false"):
        return "bool"
    if _NUMBER.fullmatch(default.value):
        return "number"
    return "string" if string_literal(default.value) is not None else ""


def _written_out(type_: AttributeView, known: str) -> Fix | None:
    return (
        replacement(f"Use the type of the default, {known}", type_, known)
        if type_.value == "any" and known
        else None
    )


RULE = Rule(
    id="no-any-type",
    title="No any type",
    severity=Severity.WARNING,
    why="A variable without a type takes every mistake, which then shows somewhere else.",
    check=_check,
    fixes="where the default is a text, number or boolean, its type is written",
)
