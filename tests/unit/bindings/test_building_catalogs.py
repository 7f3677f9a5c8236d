"""From the pinned table to catalog files: the same wheels give the same bytes."""

import hashlib
from pathlib import Path

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.model import Attribute, Block, NestedBlock, TypeSchema
from tools.bindings.__main__ import catalog_of, main
from tools.bindings.exact import exact_schema
from tools.bindings.packages import BindingPackage
from unit.bindings.bindings_writer import bindings_of
from unit.bindings.test_wheels import compiled, wheel


def test_a_wheel_becomes_the_same_catalog_every_time(tmp_path: Path) -> None:
    own = TypeSchema("null", "provider", 0, Block({}, {}))
    inner = Block({"content": Attribute("content", "string", optional=True)}, {})
    resource = TypeSchema(
        "null_resource",
        "resource",
        0,
        Block(
            {"id": Attribute("id", "string", computed=True)},
            {"part": NestedBlock("part", "list", 1, 0, inner)},
        ),
    )
    files = {f"lib/{found.name}/index.js": compiled(bindings_of(found, "3.2.4")) for found in (own, resource)}
    path = wheel(tmp_path / "x.whl", files)
    package = BindingPackage("null", "3.2.4", "x", "1", hashlib.sha256(path.read_bytes()).hexdigest())
    exact = exact_schema()
    content = catalog_of(package, path, exact)
    assert content == catalog_of(package, path, exact)
    catalog = Catalog(content, "built")
    assert (catalog.provider, catalog.version, catalog.origin) == ("hashicorp/null", "3.2.4", "bindings")
    assert catalog.type("resource", "null_resource") == resource


@pytest.mark.parametrize("name", ["google", "aws=4.0.0"])
def test_a_provider_that_the_table_does_not_have_is_told(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--cache", str(tmp_path), "build", name, "-o", str(tmp_path / "out")]) == 2
    assert f"has no {name}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
