"""A provider that does not exist, whose schema has every kind of fact; and the catalog that ships."""

import json
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.catalog import Catalog, build_catalog, shipped_library

INVENTED = Path(__file__).parent / "invented.schema.json"
ADDRESS = "registry.terraform.io/acme/cloud"


@pytest.fixture
def schema_json() -> bytes:
    return INVENTED.read_bytes()


@pytest.fixture
def schema(schema_json: bytes) -> dict[str, Any]:
    """The invented provider's part of the document, free to be changed."""
    document: dict[str, Any] = json.loads(schema_json)
    provider: dict[str, Any] = document["provider_schemas"][ADDRESS]
    return provider


@pytest.fixture
def invented(schema_json: bytes) -> Catalog:
    return Catalog(build_catalog(schema_json, "1.2.3"), "invented")


@pytest.fixture(scope="session")
def aws() -> Catalog:
    catalog = shipped_library().choose("hashicorp/aws", "= 5.100.0")
    assert catalog is not None
    return catalog
