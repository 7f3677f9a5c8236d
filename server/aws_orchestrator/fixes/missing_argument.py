"""What a block must have and has not: the argument, from a variable of its type."""

import re
from collections.abc import Iterator

from aws_orchestrator.catalog import Attribute
from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.declare import (
    added_blocks,
    free_name,
    is_declared,
    phrase,
    variable_block,
    variable_type,
)
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Body, MendedModule, Site
from aws_orchestrator.hcl.edit_blocks import inside_at_end

_MISSING = re.compile(r'The argument "(?P<name>[^"]+)" is required')
_MOST_OFFERED = 12


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    body = site.body
    if body is None:
        return
    if finding.summary == "Missing required argument":
        match = _MISSING.search(finding.detail)
        attribute = body.content.attributes.get(match["name"]) if match else None
        if attribute is not None:
            yield _added(site.module, body, attribute, preferred=True)
        return
    if finding.check != "validate" or not finding.summary.startswith("Missing"):
        return
    names = _wanted(site, body, finding)
    settable = [body.content.attributes[name] for name in names if name in body.content.attributes]
    here = [one for one in settable if is_declared(site.module, one.name, variable_type(one.type))]
    for attribute in settable[:_MOST_OFFERED]:
        only = here == [attribute] or len(names) == 1
        yield _added(site.module, body, attribute, preferred=only)


def _wanted(site: Site, body: Body, finding: Finding) -> list[str]:
    """The arguments that the provider's code asks for, by the rules that are known of it."""
    checks = site.module.checks(body.schema, body.path)
    if checks is None:
        return []
    present = {*body.block.attributes, *(block.name or block.type for block in body.block.blocks)}
    said = finding.detail
    for group in checks.groups:
        named = all(name.replace("/", ".") in said for name in group.names)
        if group.kind in ("exactly_one", "at_least_one") and named and not present.intersection(group.names):
            return list(group.names)
        if (
            group.kind == "together"
            and group.names[0] in present
            and said.startswith(f"{group.names[0]} needs")
        ):
            return [name for name in group.names[1:] if name not in present]
    return [
        name
        for name, fact in checks.facts.items()
        if fact.required and said.startswith(f"{name} is required")
    ]


def _added(module: MendedModule, body: Body, attribute: Attribute, *, preferred: bool) -> Fix:
    file = module.view.files[body.block.file]
    line, declared, name = given(module, body, attribute)
    edits = [inside_at_end(file, body.block, line), *added_blocks(module, "variable", declared, file.file)]
    source = f"from the {'new ' if declared else ''}variable {name}"
    return Fix(title=f"Add {body.name(attribute.name)} {source}", edits=merged(edits), preferred=preferred)


def given(
    module: MendedModule, body: Body, attribute: Attribute, inside: tuple[str, ...] = ()
) -> tuple[str, list[str], str]:
    """The line that gives an argument a variable, the declarations that it needs, and the variable's name.

    `inside` are the blocks below the body that the argument stands in.
    """
    type_ = variable_type(attribute.type)
    wanted = "_".join((*inside, attribute.name))
    name = free_name(module, wanted, type_, body.owner.name)
    line = f"{attribute.name} = var.{name}"
    if is_declared(module, name, type_):
        return line, [], name
    description = f"{phrase(attribute.name)} of {module.view.address(body.owner)}."
    path = (*body.path, *inside)
    limits = module.limits(body.schema, path, attribute.name)
    return line, [variable_block(name, type_, description, limits, sensitive=attribute.sensitive)], name


def merged(edits: list[Edit]) -> tuple[Edit, ...]:
    """The edits, those that insert at one place made one."""
    result: list[Edit] = []
    for edit in edits:
        same = next(
            (one for one in result if (one.file, one.start, one.end) == (edit.file, edit.start, edit.end)),
            None,
        )
        if same is None:
            result.append(edit)
        else:
            result[result.index(same)] = same.model_copy(update={"text": same.text + edit.text})
    return tuple(result)


REMEDY = Remedy(
    id="missing-argument",
    title="a missing argument is given a typed variable, which is declared; where one of several is needed, each is offered",
    propose=_propose,
)
