"""A reference to a resource with `count` as if there were always one of it."""

from collections.abc import Iterator

from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site
from aws_orchestrator.hcl.edit_blocks import attribute_value
from aws_orchestrator.hcl.references import index_guarded, traversals_in


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    attribute, top = site.attribute, site.top
    if finding.summary != "Missing resource instance key" or attribute is None or top is None:
        return
    found = next(
        (
            one
            for one in traversals_in(attribute.expression, site.file.content)
            if one.start <= site.place.start < one.end
        ),
        None,
    )
    if found is None or '"count"' not in finding.detail:
        return
    address = found.address
    if top.type == "output" and "<<" not in attribute.value:
        value = f"try({index_guarded(attribute.value, frozenset({address}))}, null)"
        yield Fix(
            title="Guard the output with try()", edits=(attribute_value(attribute, value),), preferred=True
        )
        return
    end = found.part_ends[found.address_length - 1]
    edit = Edit(file=attribute.file, start=end, end=end, text="[0]")
    yield Fix(title=f"Refer to {address}[0]", edits=(edit,), preferred=True)


REMEDY = Remedy(
    id="switched-resource",
    title="a reference to a resource with count is indexed, in an output also guarded with try()",
    propose=_propose,
)
