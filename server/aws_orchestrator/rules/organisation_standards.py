"""A module keeps the organisation's standards: its mandatory tags, its regions, keys of its own."""

import re
from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.rules.rule import Rule, RuleContext
from aws_orchestrator.standards import REGION, Standards

_KEY_ARGUMENTS = ("kms_key_id", "kms_key_arn", "kms_master_key_id", "kms_key")
_LITERAL_REGION = re.compile(rb'"(' + REGION.pattern.encode() + rb')[a-z]?"')


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    standards = context.standards
    if standards is None:
        return
    yield from _tags(module, context, standards)
    yield from _regions(module, standards)
    if standards.kms_always:
        yield from _keys(module, context)


def _tags(module: ModuleView, context: RuleContext, standards: Standards) -> Iterator[Finding]:
    tagged = [
        block
        for block in module.resources()
        if context.catalog
        and (schema := context.catalog.resource(block.labels[0])) is not None
        and schema.taggable
    ]
    if not tagged:
        return
    text = b"".join(file.content for file in module.files.values()).decode("utf-8", "replace")
    for tag in standards.tags:
        # Wherever it is written as a key or in a list of keys: a map, a merge, a validation.
        if not re.search(rf'(?:"{re.escape(tag)}"|(?<![\w-]){re.escape(tag)}\s*[=:])', text):
            block = tagged[0]
            yield RULE.finding(
                module.files[block.file],
                block.header_start,
                block.header_end,
                f"Nothing makes sure that resources carry the tag {tag}",
                f"The organisation wants it on everything. Require it in a validation of var.tags, or merge it: {tag} = …",
            )


def _regions(module: ModuleView, standards: Standards) -> Iterator[Finding]:
    for file in module.files.values() if standards.regions else ():
        for found in _LITERAL_REGION.finditer(file.content):
            region = found[1].decode()
            if region not in standards.regions:
                yield RULE.finding(
                    file,
                    found.start(),
                    found.end(),
                    f"{region} is no region of the organisation",
                    f"Its regions are {', '.join(standards.regions)}.",
                )


def _keys(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for block in module.resources():
        schema = context.catalog.resource(block.labels[0]) if context.catalog else None
        attributes = schema.block.attributes if schema else {}
        wanted = [name for name in _KEY_ARGUMENTS if name in attributes and attributes[name].optional]
        if wanted and not any(name in block.attributes for name in wanted):
            yield RULE.finding(
                module.files[block.file],
                block.header_start,
                block.header_end,
                f"{'.'.join(block.labels)} is not encrypted with a key of the organisation",
                f"Its standards say KMS always: set {wanted[0]}.",
            )


RULE = Rule(
    id="organisation-standards",
    title="The organisation's standards",
    severity=Severity.ERROR,
    why="What an organisation agreed on (tags, regions, keys) only helps when every module keeps it.",
    check=_check,
)
