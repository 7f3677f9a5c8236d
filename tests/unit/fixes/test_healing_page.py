"""The page of the fixes and the code say the same; what became of deprecated arguments is true of the catalog."""

import re
from pathlib import Path

from aws_orchestrator.catalog import TypeKind, shipped_library
from aws_orchestrator.fixes import all_remedies
from aws_orchestrator.fixes.deprecated_argument import replacements

PAGE = Path(__file__).parents[3] / "docs" / "healing.md"


def test_the_page_lists_every_remedy_with_what_it_does() -> None:
    listed = re.findall(r"^\| `([\w-]+)` \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == [(remedy.id, remedy.title) for remedy in all_remedies()]


def test_every_replacement_of_a_deprecated_argument_exists_where_the_argument_is_deprecated_or_gone() -> None:
    newest = shipped_library().choose("hashicorp/aws")
    assert newest is not None
    catalogs = [
        catalog
        for version in shipped_library().versions("hashicorp/aws")
        if (catalog := shipped_library().choose("hashicorp/aws", f"= {version}")) is not None
    ]
    for address, entry in replacements()["renamed"].items():
        kind, type_, name = _parts(address)
        schema = newest.type(kind, type_)
        assert schema is not None, address
        assert schema.block.attributes[entry["name"]].settable, address
        known = [
            schema.block.attributes.get(name)
            for catalog in catalogs
            if (schema := catalog.type(kind, type_)) is not None
        ]
        assert any(one is None or one.deprecated for one in known), address
    for address, entry in replacements()["moved"].items():
        _, type_, name = _parts(address)
        schema, target = newest.resource(type_), newest.resource(entry["type"])
        assert schema is not None, address
        assert target is not None, address
        here = schema.block.attributes.get(name) or schema.block.blocks[name].block
        assert here.deprecated, address
        assert target.block.attributes[entry["link"]].settable, address
        assert entry["attribute"] in schema.block.attributes, address


def _parts(address: str) -> tuple[TypeKind, str, str]:
    head, _, name = address.rpartition(".")
    return (
        ("data", head.removeprefix("data."), name) if head.startswith("data.") else ("resource", head, name)
    )
