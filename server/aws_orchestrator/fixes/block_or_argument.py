"""An argument that is written as a block, or a block that is written as an argument."""

from collections.abc import Iterator

from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site
from aws_orchestrator.hcl.expressions import list_items, object_items, unwrap


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    if "Did you mean to define argument" in finding.detail:
        block = site.blocks[-1] if site.blocks else None
        if block is not None and block.header_start == site.place.start and not block.labels:
            edit = Edit(file=block.file, start=block.header_end, end=block.header_end, text=" =")
            yield Fix(title=f"Write {block.type} as an argument", edits=(edit,), preferred=True)
    elif "Did you mean to define a block" in finding.detail:
        attribute = site.attribute
        if attribute is None:
            return
        content = site.file.content
        elements = list_items(attribute.expression)
        node = elements[0] if elements is not None and len(elements) == 1 else attribute.expression
        if object_items(node, content) is None:
            return
        value = unwrap(node)
        written = site.file.text(value.start_byte, value.end_byte)
        edit = Edit(
            file=attribute.file, start=attribute.name_end, end=attribute.value_end, text=f" {written}"
        )
        yield Fix(title=f"Write {attribute.name} as a block", edits=(edit,), preferred=True)


REMEDY = Remedy(
    id="block-or-argument",
    title="a block that must be an argument is written as one, and the other way round",
    propose=_propose,
)
