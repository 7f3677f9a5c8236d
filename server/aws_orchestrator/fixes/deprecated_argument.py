"""A deprecated argument: under its new name, or in the resource that the setting has of its own by now."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Body, Site
from aws_orchestrator.hcl.edit_blocks import argument_removal, block_after, block_removal
from aws_orchestrator.hcl.find import AttributeView, BlockView

Entry = Mapping[str, Any]


@cache
def replacements() -> Mapping[str, Mapping[str, Entry]]:
    """What became of deprecated arguments: `renamed` and `moved` (to a resource of their own), by address."""
    text = Path(__file__).with_name("replacements.json").read_text(encoding="utf-8")
    found: Mapping[str, Mapping[str, Entry]] = json.loads(text)
    return found


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    gone = finding.summary == "Unsupported argument"
    if not gone and not (
        finding.code == "no-deprecated-arguments" or finding.summary == "Argument is deprecated"
    ):
        return
    found = _subject(site)
    if found is None:
        return
    body, subject = found
    name = subject.name if isinstance(subject, AttributeView) else subject.type
    kind = "data." if body.schema.kind == "data" else ""
    key = f"{kind}{body.schema.name}.{name}"
    renamed, moved = replacements()["renamed"].get(key), replacements()["moved"].get(key)
    if body.path:
        renamed = moved = None
    if renamed is not None and isinstance(subject, AttributeView):
        yield from _renamed(body, subject, renamed)
    if moved is not None and not gone:
        yield from _moved(site, body, subject, moved)
    if not gone:
        yield Fix(title=f"Leave {body.name(name)} out", edits=(_removal(site, subject),))


def _subject(site: Site) -> tuple[Body, AttributeView | BlockView] | None:
    """The deprecated argument or block at the place, with the body that it stands in."""
    body = site.body
    if site.attribute is not None and body is not None:
        return body, site.attribute
    # Terraform names the whole resource where a list of blocks is meant.
    said = site.finding.detail.partition(" is deprecated")
    named = (
        next((block for block in body.block.blocks if block.type == said[0]), None)
        if body and said[1]
        else None
    )
    if body is not None and named is not None:
        return body, named
    around = site.body_of(site.blocks[:-1]) if len(site.blocks) > 1 else None
    return (around, site.blocks[-1]) if around is not None else None


def _renamed(body: Body, attribute: AttributeView, entry: Entry) -> Iterator[Fix]:
    name = str(entry["name"])
    if name in body.block.attributes or name not in body.content.attributes:
        return
    value = _converted(attribute.value, entry)
    if value is not None:
        edit = Edit(
            file=attribute.file, start=attribute.start, end=attribute.value_end, text=f"{name} = {value}"
        )
        yield Fix(title=f"Use {body.name(name)}", edits=(edit,), preferred=True)


def _converted(written: str, entry: Entry) -> str | None:
    literal = entry.get("values", {}).get(written)
    if literal is not None:
        return str(literal)
    if "value" in entry:
        return str(entry["value"]).replace("{value}", written)
    return None if "values" in entry else written


def _moved(site: Site, body: Body, subject: AttributeView | BlockView, entry: Entry) -> Iterator[Fix]:
    """The setting in a resource of its own, beside the one that it is of, repeated as that one is."""
    catalog, view = site.module.catalog, site.module.view
    type_, owner = str(entry["type"]), body.owner
    taken = {block.name for block in view.resources(type_)}
    if catalog is None or catalog.resource(type_) is None or owner.name in taken:
        return
    file = view.files[owner.file]
    inner = _inner(site, body, subject, entry)
    if inner is None:
        return
    address, repeated = view.address(owner), ""
    for name, index in (("count", "count.index"), ("for_each", "each.key")):
        if (attribute := owner.attributes.get(name)) is not None:
            repeated = f"{name} = {attribute.value}\n\n"
            address = f"{address}[{index}]"
    text = (
        f'resource "{type_}" "{owner.name}" {{\n{repeated}'
        f"{entry['link']} = {address}.{entry['attribute']}\n{inner}\n}}"
    )
    same = [subject] if isinstance(subject, AttributeView) else _alike(body, subject)
    removals = [_removal(site, one) for one in same]
    yield Fix(title=f"Move it to {type_}.{owner.name}", edits=(*removals, block_after(file, owner, text)))


def _inner(site: Site, body: Body, subject: AttributeView | BlockView, entry: Entry) -> str | None:
    template = str(entry["body"])
    if isinstance(subject, AttributeView):
        return template.replace("{value}", subject.value)
    file = site.module.view.files[subject.file]
    if needed := entry.get("needs"):
        attribute = subject.attributes.get(needed)
        if attribute is None or subject.attributes.keys() - {needed} or subject.blocks:
            return None
        return template.replace(f"{{{needed}}}", _converted(attribute.value, entry) or attribute.value)
    blocks = [file.text(block.start, block.end) for block in _alike(body, subject)]
    return template.replace("{content}", file.text(subject.body_start, subject.body_end).strip()).replace(
        "{blocks}", "\n\n".join(blocks)
    )


def _alike(body: Body, subject: BlockView) -> list[BlockView]:
    return [block for block in body.block.blocks if block.type == subject.type]


def _removal(site: Site, subject: AttributeView | BlockView) -> Edit:
    file = site.module.view.files[subject.file]
    return (
        argument_removal(file, subject)
        if isinstance(subject, AttributeView)
        else block_removal(file, subject)
    )


REMEDY = Remedy(
    id="deprecated-argument",
    title="a deprecated argument gets its new name, moves to the resource that the setting has of its own, or is left out",
    propose=_propose,
)
