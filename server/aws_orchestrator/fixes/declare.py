"""Declarations that a fix needs and the module lacks: variables, data sources."""

import re

from aws_orchestrator.blueprint.render import quote, render_block
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.findings import Edit
from aws_orchestrator.fixes.limited_input import validation_block
from aws_orchestrator.fixes.site import Limits, MendedModule
from aws_orchestrator.hcl.edit_blocks import block_after, block_text, newline_of
from aws_orchestrator.hcl.find import BlockView

_HOMES = {"variable": "variables.tf", "data": "data.tf"}
_ABBREVIATIONS = """
acl ami arn az cidr cname cpu db dns ebs ec2 efs eks fifo gb https http iam id ids iops ip ipv4 ipv6 json kms mb nat rds
s3 sns sqs ssl sse tls ttl uri url vpc vpn waf
"""
_UPPER = frozenset(_ABBREVIATIONS.split())


def variable_type(cty: CtyType) -> str:
    """The type constraint of a variable that is given to an argument of that type; never `any`."""
    match cty:
        case "dynamic":
            return "string"
        case str():
            return cty
        case ["object", attributes, *_]:
            members = ", ".join(
                f"{name} = optional({variable_type(inner)})" for name, inner in attributes.items()
            )
            return f"object({{ {members} }})" if members else "object({})"
        case ["tuple", elements]:
            return f"list({variable_type(elements[0]) if elements else 'string'})"
        case _:
            return f"{cty[0]}({variable_type(cty[1])})"


def phrase(name: str) -> str:
    """A name as words: `kms_key_arn` is `KMS key ARN`."""
    words = [word.upper() if word in _UPPER else word for word in name.split("_") if word]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def free_name(module: MendedModule, name: str, type_: str, owner: str) -> str:
    """The variable's name: that of the argument, unless a variable of another type has it already."""
    present = module.view.variables().get(name)
    if present is None or _same_type(present, type_):
        return name
    longer = f"{owner}_{name}"
    return longer if longer not in module.view.variables() else f"{longer}_value"


def is_declared(module: MendedModule, name: str, type_: str) -> bool:
    """Whether the module has a variable of that name and type."""
    present = module.view.variables().get(name)
    return present is not None and _same_type(present, type_)


def variable_block(
    name: str, type_: str, description: str, limits: Limits | None = None, *, sensitive: bool = False
) -> str:
    """The declaration of a variable, with the limits of the argument that it is given to."""
    lines = [f"description = {quote(description)}", f"type = {type_}"]
    if sensitive:
        lines.append("sensitive = true")
    checked = validation_block(limits.fact, name, type_, carried=limits.carried) if limits else ""
    return render_block(f'variable "{name}"', lines, [checked] if checked else [])


def added_blocks(module: MendedModule, kind: str, texts: list[str], near: str) -> tuple[Edit, ...]:
    """The edit that puts blocks of a kind where the module keeps them, or into their usual file, which may be new."""
    if not texts:
        return ()
    found: dict[str, list[BlockView]] = {}
    for block in module.view.blocks(kind):
        found.setdefault(block.file, []).append(block)
    usual, text = _HOMES[kind], "\n\n".join(texts)
    if found:
        name = max(found, key=lambda file: (len(found[file]), file == usual))
        return (block_after(module.view.files[name], found[name][-1], text),)
    if usual in module.view.files or kind == "data":
        return (block_after(module.view.files[usual if usual in module.view.files else near], None, text),)
    newline = newline_of(module.view.files[near].content)
    written = block_text(text, module.view.files[near].content)
    return (Edit(file=usual, start=0, end=0, text=f"{written}{newline}"),)


def data_source(module: MendedModule, type_: str, near: str) -> tuple[str, tuple[Edit, ...]]:
    """The address of a data source without arguments, with the edits that declare it when the module has none."""
    present = next(
        (block for block in module.view.data(type_) if not block.attributes.keys() & {"count", "for_each"}),
        None,
    )
    if present is not None:
        return module.view.address(present), ()
    return f"data.{type_}.current", added_blocks(module, "data", [f'data "{type_}" "current" {{}}'], near)


def region_attribute(module: MendedModule) -> str:
    """What the region is called in `aws_region`: 6.x renamed it."""
    schema = module.catalog.data_source("aws_region") if module.catalog else None
    newer = (
        schema is not None
        and "region" in schema.block.attributes
        and schema.block.attributes["name"].deprecated
    )
    return "region" if newer else "name"


def _same_type(block: BlockView, type_: str) -> bool:
    written = block.attributes.get("type")
    return written is not None and re.sub(r"\s", "", written.value) == re.sub(r"\s", "", type_)
