"""The origin in a catalog's first line: optional, exact without it, and nothing else but what is known."""

import lzma
from pathlib import Path

import pytest

from aws_orchestrator.catalog import Catalog, CatalogLibrary, write_catalog
from aws_orchestrator.catalog.model import Block, ProviderSchema, TypeSchema
from aws_orchestrator.errors import CatalogError

OWN = TypeSchema("cloud", "provider", 0, Block({}, {}))
SCHEMA = ProviderSchema("registry.terraform.io/acme/cloud", "1.2.3", OWN, {}, {}, {}, {})


def test_an_exact_catalog_is_written_without_the_key() -> None:
    content = write_catalog(SCHEMA)
    assert b"origin" not in lzma.decompress(content).split(b"\n")[0]
    assert Catalog(content, "here").origin == "exact"


def test_a_catalog_read_from_bindings_says_so_before_it_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "cloud.catalog.xz").write_bytes(write_catalog(SCHEMA, origin="bindings"))
    (header,) = CatalogLibrary([tmp_path]).headers()
    assert (header.version, header.origin) == ("1.2.3", "bindings")


def test_an_unknown_origin_is_refused() -> None:
    text = lzma.decompress(write_catalog(SCHEMA, origin="bindings")).replace(b'"bindings"', b'"hearsay"')
    with pytest.raises(CatalogError, match="'hearsay' is no origin of a catalog"):
        Catalog(lzma.compress(text), "here")
