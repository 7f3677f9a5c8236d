"""Files that the engine reads and that are damaged, of another tool or of a newer format: told in a sentence."""

import json
import lzma
import shutil
from pathlib import Path

import pytest

from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.catalog.library import SHIPPED_FOLDER
from aws_orchestrator.errors import CatalogError
from aws_orchestrator.findings import CheckResult
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.provider_checks import ProviderChecks
from engine.conftest import tree

_CATALOG = "aws-5.100.0.catalog.xz"


def workspace(folder: Path, **files: bytes) -> Path:
    """A folder of catalogs that holds 5.100.0, with files added or replaced."""
    shutil.copy(SHIPPED_FOLDER / _CATALOG, folder / _CATALOG)
    for name, content in files.items():
        (folder / f"aws-5.100.0.{name}.xz").write_bytes(content)
    return folder


async def checked(folder: Path, tmp_path: Path) -> CheckResult:
    engine = BundledEngine(CatalogLibrary((folder,)), tmp_path / "scratch", cache=tmp_path / "cache")
    try:
        return await engine.validate(tree())
    finally:
        await engine.close()


def newer(kind: str) -> bytes:
    first = {
        "format": f"aws-orchestrator {kind}",
        "format_version": 99,
        "provider": "registry.terraform.io/hashicorp/aws",
        "version": "5.100.0",
    }
    return lzma.compress(json.dumps(first).encode())


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("constraints", newer("constraints"), "format version 99, newer than"),
        ("replacement", newer("replacement"), "format version 99, newer than"),
        ("constraints", b"\xfd7zXZ\x00 not the rest", "learn it again with `aws-orchestrator catalog probe`"),
        ("constraints", lzma.compress(b'{"provider_schemas": {}}'), "does not hold constraints"),
    ],
)
async def test_values_are_not_checked_and_that_is_told(
    tmp_path: Path, kind: str, content: bytes, said: str
) -> None:
    folder = tmp_path / "catalogs"
    folder.mkdir()
    workspace(folder, **{kind: content})
    result = await checked(folder, tmp_path)
    assert result.status == "passed"
    assert result.level == "schema"
    assert "Values were not checked, only the schema was: The knowledge" in result.note
    assert said in result.note
    assert ProviderChecks(folder / _CATALOG).known is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ((SHIPPED_FOLDER / _CATALOG).read_bytes()[:5000], "cut off|corrupt|damaged"),
        (b'{"format_version": "1.0", "provider_schemas": {}}', "catalog"),
    ],
)
async def test_a_catalog_that_is_none_stops_the_check_with_a_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    folder = tmp_path / "catalogs"
    folder.mkdir()
    workspace(folder, catalog=content)
    with pytest.raises(CatalogError, match=said):
        await checked(folder, tmp_path)
