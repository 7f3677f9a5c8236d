"""A provider without a lower bound: that of the version which the module was checked against."""

from collections.abc import Iterator

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site
from aws_orchestrator.hcl.edit_blocks import attribute_value, block_after, inside_at_end
from aws_orchestrator.hcl.expressions import object_items, text
from aws_orchestrator.hcl.find import AttributeView
from aws_orchestrator.hcl.references import string_literal

_RULE = "provider-version-locking"


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    if finding.code != _RULE or finding.fix is not None:
        return
    entry = site.attribute if site.blocks and site.blocks[-1].type == "required_providers" else None
    name = entry.name if entry is not None else _used(site)
    version = _version(site, name)
    if not name or not version:
        return
    edit = _completed(site, entry, version) if entry is not None else _declared(site, name, version)
    if edit is not None:
        yield Fix(title=f'Require {name} ">= {version}"', edits=(edit,), preferred=True)


def _used(site: Site) -> str:
    words = site.finding.summary.split()
    return words[1] if words[:1] == ["Provider"] and len(words) > 1 else ""


def _version(site: Site, name: str) -> str:
    """The version that the module is checked against: the catalog's, or the newest that we know of another provider."""
    if site.module.catalog is not None and site.module.catalog.provider == f"hashicorp/{name}":
        return site.module.catalog.version
    known = shipped_library().versions(f"hashicorp/{name}")
    return known[-1] if known else ""


def _completed(site: Site, entry: AttributeView, version: str) -> Edit | None:
    items = object_items(entry.expression, site.file.content)
    if items is None:
        return attribute_value(entry, f'">= {version}"')
    for item in items:
        if item.key == "version":
            written = string_literal(text(item.value, site.file.content)) or ""
            both = f">= {version}, {written}" if written.strip() else f">= {version}"
            return Edit(
                file=entry.file, start=item.value.start_byte, end=item.value.end_byte, text=f'"{both}"'
            )
    if not items:
        return None
    last = items[-1].value.end_byte
    separator = "\n" if "\n" in entry.value else ", "
    return Edit(file=entry.file, start=last, end=last, text=f'{separator}version = ">= {version}"')


def _declared(site: Site, name: str, version: str) -> Edit | None:
    view = site.module.view
    entry = f'{name} = {{\nsource = "hashicorp/{name}"\nversion = ">= {version}"\n}}'
    blocks = list(view.blocks("terraform"))
    for block in blocks:
        for required in block.nested("required_providers"):
            return inside_at_end(view.files[required.file], required, entry)
    whole = f"required_providers {{\n{entry}\n}}"
    if blocks:
        return inside_at_end(view.files[blocks[0].file], blocks[0], whole)
    home = view.files.get("versions.tf") or site.file
    return block_after(home, None, f"terraform {{\n{whole}\n}}")


REMEDY = Remedy(
    id="version-constraint",
    title="a provider without a lower bound gets that of the version which the module is checked against",
    propose=_propose,
)
