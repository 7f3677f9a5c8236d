"""docs/blueprint.md teaches the format that is read."""

import re
from pathlib import Path

from aws_orchestrator.blueprint import model
from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Selection
from aws_orchestrator.blueprint.read import parse_blueprint
from aws_orchestrator.blueprint.verify import verify
from aws_orchestrator.catalog import Catalog

_PAGE = (Path(__file__).parents[3] / "docs" / "blueprint.md").read_text(encoding="utf-8")


def test_its_example_is_a_right_blueprint(catalog: Catalog) -> None:
    found = re.search(r"```yaml\n(format_version.*?)```", _PAGE, re.DOTALL)
    assert found
    blueprint = parse_blueprint(found[1], "docs/blueprint.md")
    assert verify(blueprint, catalog) == ()
    everything = Selection(features=frozenset({"queue"}))
    assert compile_module(blueprint, everything, catalog).files


def test_it_names_every_field() -> None:
    parts = (
        model.Blueprint, model.FileDeclaration, model.Feature, model.CostDecision, model.InputPhrase, model.Variable, model.Local,
        model.Resource, model.NestedBlock, model.Dynamic, model.Guard, model.Lifecycle, model.Output,
        model.SecurityControl, model.Scenario, model.Assertion, model.Mock, model.ProviderRequirement,
    )  # fmt: skip
    fields = {field for part in parts for field in part.model_fields}
    assert sorted(field for field in fields if field not in _PAGE) == []
