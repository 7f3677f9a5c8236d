"""A variable without a description: in words, what it is given to."""

from collections.abc import Iterator

from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.findings import Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site
from aws_orchestrator.fixes.uses import description_by_use
from aws_orchestrator.hcl.edit_blocks import attribute_value
from aws_orchestrator.rules.rule import argument_insertion


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    block = site.top
    if finding.code != "variable-documentation" or block is None or block.type != "variable":
        return
    text = description_by_use(site.module, block.name)
    written = block.attributes.get("description")
    edit = (
        attribute_value(written, quote(text))
        if written is not None
        else argument_insertion(site.file, block, f"description = {quote(text)}")
    )
    # A sentence made of names is a beginning; what the input does a person knows better.
    yield Fix(title=f"Describe it: {quote(text)}", edits=(edit,))


REMEDY = Remedy(
    id="described-input",
    title="a variable without a description is described by what it is given to",
    propose=_propose,
)
