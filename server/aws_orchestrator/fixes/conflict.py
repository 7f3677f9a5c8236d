"""Arguments that exclude each other: one of them stays."""

from collections.abc import Iterator

from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Body, Site
from aws_orchestrator.hcl.edit_blocks import argument_removal, block_removal


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    body = site.body
    if body is None or finding.summary != "Conflicting arguments":
        return
    # The place may be the block that conflicts: then the rule is that of the block around it.
    for depth in range(len(site.blocks), 0, -1):
        around = site.body_of(site.blocks[:depth])
        if around is None:
            continue
        found = list(_members(site, around, finding))
        if found:
            yield from _drops(site, around, found)
            return


def _members(site: Site, body: Body, finding: Finding) -> Iterator[str]:
    checks = site.module.checks(body.schema, body.path)
    for group in checks.groups if checks else ():
        if group.kind not in ("conflict", "at_most_one", "exactly_one"):
            continue
        present = [name for name in group.names if _edits(site, body, name)]
        said = finding.detail.partition(" exclude each other")[0].split(" and ")
        if len(present) > 1 and set(said) == {name.replace("/", ".") for name in present}:
            yield from present
            return


def _drops(site: Site, body: Body, names: list[str]) -> Iterator[Fix]:
    for kept in names:
        edits = [edit for name in names if name != kept for edit in _edits(site, body, name)]
        dropped = [body.name(name) for name in names if name != kept]
        title = f"Drop {', '.join(dropped)}" if len(dropped) == 1 else f"Keep {body.name(kept)} alone"
        yield Fix(title=title, edits=tuple(edits))


def _edits(site: Site, body: Body, name: str) -> list[Edit]:
    """The edits that take an argument or the blocks of that name out; none when it is not there."""
    file = site.module.view.files[body.block.file]
    attribute = body.block.attributes.get(name)
    if attribute is not None:
        return [argument_removal(file, attribute)]
    return [
        block_removal(file, block)
        for block in body.block.blocks
        if (block.name if block.type == "dynamic" else block.type) == name
    ]


REMEDY = Remedy(
    id="conflict",
    title="of arguments that exclude each other, each may be the one to drop",
    propose=_propose,
)
