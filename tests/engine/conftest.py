"""One real engine a test file: starting Terraform's library takes longer than most tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import CatalogLibrary, shipped_library
from aws_orchestrator.findings import Tree
from aws_orchestrator.terraform.bundled import BundledEngine

VERSIONS = b"""terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}
"""
MAIN = b"""variable "name" {
  type = string
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

output "arn" {
  value = aws_s3_bucket.this.arn
}
"""


def tree(key: str = "module", module: str = ".", **files: bytes | str) -> Tree:
    """The small S3 module, with files added or replaced: `main_tf=…` is main.tf, `examples__basic__main_tf` nested."""
    content: dict[str, bytes] = {"versions.tf": VERSIONS, "main.tf": MAIN}
    for name, text in files.items():
        path = name.replace("__", "/")
        for suffix in ("_tftest_hcl", "_tfvars", "_tf_json", "_tf"):
            if path.endswith(suffix):
                path = path.removesuffix(suffix) + suffix.replace("_", ".")
                break
        content[path] = text.encode() if isinstance(text, str) else text
    return Tree(key=key, files=content, module=module)


@pytest.fixture(scope="session")
def library() -> CatalogLibrary:
    return shipped_library()


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(
    library: CatalogLibrary, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[BundledEngine]:
    running = BundledEngine(library, tmp_path_factory.mktemp("scratch"), cache=cache)
    yield running
    await running.close()
