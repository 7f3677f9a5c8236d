"""A block that must be there and is not: written with what it must hold, from typed variables."""

import re
from collections.abc import Iterator

from aws_orchestrator.catalog import Block
from aws_orchestrator.findings import Finding, Fix
from aws_orchestrator.fixes.declare import added_blocks
from aws_orchestrator.fixes.missing_argument import given, merged
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Body, MendedModule, Site
from aws_orchestrator.hcl.edit_blocks import inside_at_end

_MISSING = re.compile(r"Insufficient (?P<name>\S+) blocks|Missing (?P<other>\S+)$")
_DEPTH = 4


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    match = _MISSING.match(finding.summary)
    body = site.body
    if match is None or body is None or finding.check != "validate":
        return
    name = match["name"] or match["other"]
    nested = body.content.blocks.get(name)
    if nested is None:
        return
    text, declared = _written(site.module, body, name, nested.block, name, _DEPTH)
    file = site.module.view.files[body.block.file]
    edits = [
        inside_at_end(file, body.block, text),
        *added_blocks(site.module, "variable", declared, file.file),
    ]
    yield Fix(title=f"Add the block {body.name(name)}", edits=merged(edits), preferred=True)


def _written(
    module: MendedModule, body: Body, name: str, block: Block, prefix: str, depth: int
) -> tuple[str, list[str]]:
    """A block with all that the schema and the provider's code want in it, and the variables for that."""
    checks = module.checks(body.schema, (*body.path, *prefix.split("/")))
    facts = checks.facts if checks else {}
    lines: list[str] = []
    declared: list[str] = []
    for attribute in block.attributes.values():
        if attribute.required or ((fact := facts.get(attribute.name)) is not None and fact.required):
            line, more, _ = given(module, body, attribute, tuple(prefix.split("/")))
            lines.append(line)
            declared += more
    for inner in block.blocks.values():
        wanted = inner.required or ((fact := facts.get(inner.name)) is not None and fact.required)
        if wanted and depth:
            text, more = _written(module, body, inner.name, inner.block, f"{prefix}/{inner.name}", depth - 1)
            lines.append(text)
            declared += more
    return f"{name} {{\n" + "\n".join(lines) + "\n}", declared


REMEDY = Remedy(
    id="missing-block",
    title="a missing block is written with what it must hold, from typed variables that are declared",
    propose=_propose,
)
