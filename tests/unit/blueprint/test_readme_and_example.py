"""The README says what the code says, in every selection; the example gives what the module needs."""

import re

import pytest

from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, Selection, default_selection
from aws_orchestrator.blueprint.readme import prose, table
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.hcl.find import ModuleView


def _column(readme: str, title: str) -> list[str]:
    section = readme.split(f"## {title}\n\n")[1].split("\n\n")[0]
    return [line.split("|")[1].strip().strip("`") for line in section.splitlines()[2:]]


@pytest.mark.parametrize("everything", [False, True])
def test_its_tables_are_the_modules_blocks(s3: Blueprint, catalog: Catalog, everything: bool) -> None:
    features = frozenset(feature.name for feature in s3.features)
    selection = Selection(features=features) if everything else default_selection(s3)
    files = compile_module(s3, selection, catalog).files
    readme = files["README.md"].decode()
    text = "\n".join(files[name].decode() for name in files if name.endswith(".tf") and "/" not in name)
    assert _column(readme, "Inputs") == re.findall(r'(?m)^variable "(\w+)"', text)
    assert _column(readme, "Outputs") == re.findall(r'(?m)^output "(\w+)"', text)
    resources = {".".join(found) for found in re.findall(r'(?m)^resource "(\w+)" "(\w+)"', text)}
    data = {"data." + ".".join(found) for found in re.findall(r'(?m)^data "(\w+)" "(\w+)"', text)}
    assert set(_column(readme, "Resources")) == resources | data
    assert ModuleView.of(files)


def test_the_smallest_call_of_the_s3_module_has_one_input(s3: Blueprint, catalog: Catalog) -> None:
    module = compile_module(s3, default_selection(s3), catalog)
    assert [item.name for item in module.blueprint.variables if item.default is None] == ["bucket_name"]
    assert 'bucket_name = "example-data-1234"' in module.files["examples/basic/main.tf"].decode()


def test_a_value_that_the_request_gave_is_not_asked_again(s3: Blueprint, catalog: Catalog) -> None:
    selection = default_selection(s3).model_copy(update={"inputs": {"bucket_name": '"mine-1234"'}})
    files = compile_module(s3, selection, catalog).files
    assert b"bucket_name" not in files["examples/basic/main.tf"]
    assert b'default     = "mine-1234"' in files["variables.tf"]


def test_cells_stay_cells_whatever_is_in_them() -> None:
    assert table(("A",), [("a | b\nc",)]).splitlines()[2] == "| a \\| b c |"
    assert prose("an <account> and `<code>`") == "an &lt;account> and `<code>`"
