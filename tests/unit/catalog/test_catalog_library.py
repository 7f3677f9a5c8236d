"""The library chooses the catalog that Terraform's constraint and lock file mean."""

import os
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.catalog import CatalogLibrary, build_catalog, library_of, shipped_library
from aws_orchestrator.errors import CatalogError, UsageError


@pytest.fixture
def shelf(tmp_path: Path, schema_json: bytes) -> Path:
    for version in ("1.2.0", "1.10.0", "2.0.0-beta1"):
        (tmp_path / f"cloud-{version}.catalog.xz").write_bytes(build_catalog(schema_json, version))
    (tmp_path / "README.md").write_text("not a catalog", encoding="utf-8")
    return tmp_path


def chosen(library: CatalogLibrary, *question: Any) -> str | None:
    catalog = library.choose("acme/cloud", *question)
    return catalog.version if catalog else None


def test_the_available_catalogs_are_sorted_by_version(shelf: Path) -> None:
    library = CatalogLibrary([shelf])
    assert library.available() == tuple(
        ("acme/cloud", version) for version in ("1.2.0", "1.10.0", "2.0.0-beta1")
    )
    assert library.versions("registry.terraform.io/acme/cloud") == ("1.2.0", "1.10.0", "2.0.0-beta1")


@pytest.mark.parametrize(
    ("question", "version"),
    [
        (("",), "1.10.0"),
        (("~> 1.2.0",), "1.2.0"),
        (("< 1.10",), "1.2.0"),
        (("2.0.0-beta1",), "2.0.0-beta1"),
        ((">= 2",), None),
        (("", "1.2.0"), "1.2.0"),
        (("", "1.3.0"), "1.10.0"),
    ],
)
def test_the_locked_version_wins_and_else_the_highest_admitted(
    shelf: Path, question: tuple[str, ...], version: str | None
) -> None:
    assert chosen(CatalogLibrary([shelf]), *question) == version


def test_another_provider_is_not_chosen(shelf: Path) -> None:
    assert CatalogLibrary([shelf]).choose("hashicorp/cloud", "") is None


def test_a_bad_constraint_is_refused_even_when_the_lock_decides(shelf: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        chosen(CatalogLibrary([shelf]), "latest", "1.2.0")


def test_the_workspace_wins_over_what_ships(tmp_path: Path, schema_json: bytes) -> None:
    own = tmp_path / ".aws-orchestrator" / "catalogs"
    own.mkdir(parents=True)
    renamed = schema_json.replace(b"acme/cloud", b"hashicorp/aws")
    (own / "aws-5.100.0.catalog.xz").write_bytes(build_catalog(renamed, "5.100.0"))
    catalog = library_of(tmp_path).choose("aws", "= 5.100.0")
    assert catalog is not None
    assert catalog.resource_names == ("cloud_box", "cloud_empty")
    assert library_of(tmp_path / "elsewhere").choose("aws") is not None


def test_a_catalog_is_read_once_and_again_when_it_changed(shelf: Path, schema_json: bytes) -> None:
    library = CatalogLibrary([shelf])
    first = library.choose("acme/cloud")
    assert library.choose("acme/cloud") is first
    path = shelf / "cloud-1.10.0.catalog.xz"
    path.write_bytes(build_catalog(schema_json.replace(b"cloud_empty", b"cloud_vacant"), "1.10.0"))
    os.utime(path, ns=(1, 1))
    again = library.choose("acme/cloud")
    assert again is not None
    assert "cloud_vacant" in again.resource_names


def test_a_catalog_built_meanwhile_is_found(shelf: Path, schema_json: bytes) -> None:
    library = CatalogLibrary([shelf])
    assert chosen(library, "~> 1.11") is None
    (shelf / "later.catalog.xz").write_bytes(build_catalog(schema_json, "1.11.5"))
    assert chosen(library, "~> 1.11") == "1.11.5"


def test_a_corrupt_catalog_in_a_folder_is_named(shelf: Path) -> None:
    (shelf / "broken.catalog.xz").write_bytes(b"no catalog at all")
    with pytest.raises(CatalogError, match=r"broken\.catalog\.xz is corrupt"):
        CatalogLibrary([shelf]).available()


def test_aws_ships() -> None:
    assert ("hashicorp/aws", "5.100.0") in shipped_library().available()
