"""A reference to something that nobody declared: the variable with the type of its use, or the data source."""

import re
from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Fix
from aws_orchestrator.fixes.declare import added_blocks, variable_block
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site
from aws_orchestrator.fixes.uses import description_by_use, given_to, type_by_use

_VARIABLE = re.compile(r'input variable with the name "(?P<name>[^"]+)"')
_DATA = re.compile(r'A data resource "(?P<type>[^"]+)" "(?P<name>[^"]+)"')
# Data sources that need nothing to be told.
_PLAIN = frozenset(
    {"aws_region", "aws_caller_identity", "aws_partition", "aws_canonical_user_id", "aws_default_tags"}
)


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    if not finding.summary.startswith("Reference to undeclared"):
        return
    suggested = "Did you mean" in finding.detail
    if (match := _VARIABLE.search(finding.detail)) is not None:
        name = match["name"]
        type_ = type_by_use(site.module, name) or "string"
        given = given_to(site.module, name)
        description = description_by_use(site.module, name)
        block = variable_block(name, type_, description, given.limits if given else None)
        edits = added_blocks(site.module, "variable", [block], site.place.file)
        title = f"Declare the variable {name} ({type_.partition('(')[0]})"
        yield Fix(title=title, edits=edits, preferred=not suggested)
    elif (match := _DATA.search(finding.detail)) is not None and match["type"] in _PLAIN:
        text = f'data "{match["type"]}" "{match["name"]}" {{}}'
        edits = added_blocks(site.module, "data", [text], site.place.file)
        yield Fix(title=f"Declare data.{match['type']}.{match['name']}", edits=edits, preferred=not suggested)


REMEDY = Remedy(
    id="undeclared-input",
    title="an undeclared variable is declared with the type of its use, a data source that needs no argument as well",
    propose=_propose,
)
