"""A variable without a type: the type of what it is given to."""

from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site
from aws_orchestrator.fixes.uses import type_by_use
from aws_orchestrator.hcl.edit_blocks import attribute_value
from aws_orchestrator.rules.rule import argument_insertion


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    block = site.top
    if finding.code != "no-any-type" or finding.fix is not None or block is None or block.type != "variable":
        return
    type_ = type_by_use(site.module, block.name)
    if not type_:
        return
    written = block.attributes.get("type")
    if written is None:
        edit = argument_insertion(site.file, block, f"type = {type_}")
    elif written.value == "any":
        edit = attribute_value(written, type_)
    else:
        return
    yield Fix(title=f"Use the type of its use, {type_}", edits=(edit,), preferred=True)


REMEDY = Remedy(
    id="typed-input",
    title="a variable without a type gets the type of what it is given to",
    propose=_propose,
)
