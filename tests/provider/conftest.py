"""The real hashicorp/aws provider of the mirror that TF_PROVIDER_MIRROR names."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.catalog.probe.client import ProviderClient

VERSION = "5.100.0"
MIRROR = "TF_PROVIDER_MIRROR"


@pytest.fixture(scope="session")
def real_binary() -> Path:
    mirror = os.environ.get(MIRROR)
    if not mirror:
        pytest.skip(f"{MIRROR} names no mirror with the real provider")
    place = Path(mirror, "registry.terraform.io", "hashicorp", "aws", VERSION)
    found = sorted(place.glob("*/terraform-provider-aws*"))
    if not found:
        pytest.skip(f"the mirror has no unpacked hashicorp/aws {VERSION}")
    return found[0]


@pytest.fixture(scope="session")
def real(real_binary: Path) -> Iterator[ProviderClient]:
    client = ProviderClient(real_binary)
    yield client
    client.close()


@pytest.fixture(scope="session")
def aws() -> Catalog:
    catalog = shipped_library().choose("hashicorp/aws", f"= {VERSION}")
    assert catalog is not None
    return catalog
