"""A worker's schema without the enormous types: nothing is judged otherwise, and who uses one gets all of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.schema_store import SchemaStore, load_schema
from aws_orchestrator.terraform.wire import LARGE_TYPE
from engine.conftest import tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIREWALL = """\
resource "aws_wafv2_web_acl" "this" {
  name  = "x"
  scope = "REGIONAL"

  default_action {
    allow {}
  }

  rule {
    name     = "r"
    priority = 1

    statement {
      rate_based_statement {
        limit = 100
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = false
      metric_name                = "m"
      sampled_requests_enabled   = false
    }

    override_action {
      count {}
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "m"
    sampled_requests_enabled   = false
  }
}
"""


@pytest_asyncio.fixture(loop_scope="module")
async def fresh(library: CatalogLibrary, cache: Path, tmp_path: Path) -> AsyncIterator[BundledEngine]:
    running = BundledEngine(library, tmp_path, cache=cache)
    yield running
    await running.close()


async def test_a_module_with_an_enormous_type_is_judged_by_its_whole_schema(fresh: BundledEngine) -> None:
    assert (await fresh.validate(tree())).status == "passed"
    good = await fresh.validate(tree("waf", main_tf=FIREWALL))
    assert good.status == "passed", good.findings
    bad = await fresh.validate(tree("waf", main_tf=FIREWALL.replace("limit = 100", "limt = 100")))
    assert {finding.summary for finding in bad.findings} >= {"Unsupported argument"}
    # The worker that has them serves the others too: no second one is started, and none is changed again.
    pids = fresh.worker_pids
    assert (await fresh.validate(tree())).status == "passed"
    assert fresh.worker_pids == pids


async def test_a_type_that_is_left_out_is_still_known_by_name(fresh: BundledEngine) -> None:
    unknown = await fresh.validate(tree(main_tf='resource "aws_wafv2_web_alc" "x" {\n}\n'))
    assert [finding.summary for finding in unknown.findings] == ["Invalid resource type"]


async def test_the_light_schema_is_a_fraction_and_names_what_it_lacks(
    library: CatalogLibrary, cache: Path
) -> None:
    catalog = library.choose("hashicorp/aws")
    assert catalog is not None
    store = SchemaStore(cache)
    light = load_schema(store.path_of(catalog, cache, light=True))
    whole = load_schema(store.path_of(catalog, cache))
    assert light is not None
    assert whole is not None
    assert len(light) < len(whole) / 2
    names = store.large_types(catalog, cache)
    assert names
    assert len(names) < 20
    assert all(name.encode() in light for name in names)
    assert LARGE_TYPE * len(names) < len(whole)
