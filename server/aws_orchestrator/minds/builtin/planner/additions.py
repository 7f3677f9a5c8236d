"""Parts of a service's module that no schema suggests, as data (additions.json): how a VPC's subnets lie in its zones.

An addition is written like a blueprint, by the core's resource type, and verified with it.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.catalog import Catalog

_SECTIONS = (
    "features",
    "variables",
    "locals",
    "data",
    "files",
    "resources",
    "outputs",
    "scenarios",
    "mocks",
)


@cache
def _additions() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(
        Path(__file__).with_name("additions.json").read_text(encoding="utf-8")
    )
    return found


def with_additions(blueprint: Blueprint, core: str, catalog: Catalog) -> Blueprint:
    """The blueprint with what is added to its core type, as far as the catalog has the types."""
    addition = _additions().get(core)
    if addition is None or not _is_known(addition, catalog):
        return blueprint
    plain = blueprint.model_dump(mode="json")
    merged = {name: [*plain[name], *addition.get(name, ())] for name in _SECTIONS}
    return Blueprint.model_validate({**plain, **merged})


def _is_known(addition: dict[str, Any], catalog: Catalog) -> bool:
    resources = {item["address"].partition(".")[0] for item in addition.get("resources", ())}
    sources = {item["address"].partition(".")[0] for item in addition.get("data", ())}
    return all(catalog.resource(name) is not None for name in resources) and all(
        catalog.data_source(name) is not None for name in sources
    )
