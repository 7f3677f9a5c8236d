"""Reading: a blueprint from YAML, or one sentence about what is wrong and where."""

import io
from typing import Any

import pytest
from ruamel.yaml import YAML

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.read import build_blueprint, parse_blueprint
from aws_orchestrator.blueprint.yaml_document import SIZE_LIMIT, load_yaml
from aws_orchestrator.errors import BlueprintError


def _refusal(document: dict[str, Any]) -> str:
    with pytest.raises(BlueprintError) as caught:
        build_blueprint(document, "b.yaml")
    return str(caught.value).removeprefix("b.yaml is not a valid blueprint: ")


def test_a_document_that_was_written_is_read_back(small: dict[str, Any]) -> None:
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump(small, text)
    assert parse_blueprint(text.getvalue(), "b.yaml") == build_blueprint(small, "b.yaml")


def test_one_name_stands_for_a_list_of_one(small_blueprint: Blueprint) -> None:
    assert small_blueprint.resources[1].feature == ("queue",)


def test_a_misspelled_field_is_named_with_the_right_one(small: dict[str, Any]) -> None:
    small["resources"][1]["argumnets"] = {}
    assert _refusal(small) == "resources[1].argumnets: there is no such field; did you mean `arguments`?"


def test_a_missing_field_is_named(small: dict[str, Any]) -> None:
    del small["variables"][0]["type"]
    assert _refusal(small) == "variables[0].type: this field is needed"


@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_a_blank_description_is_no_description(small: dict[str, Any], blank: str) -> None:
    small["variables"][0]["description"] = blank
    assert _refusal(small) == "variables[0].description: string should have at least 1 character"


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), None, "", [None], {"structure": [None]}, b"\xff"]
)
def test_a_value_that_is_no_value_is_refused_once_by_its_own_path(
    small: dict[str, Any], value: object
) -> None:
    small["resources"][0]["arguments"]["bucket"] = value
    message = _refusal(small)
    assert message.startswith("resources[0].arguments.bucket")
    assert message.endswith(
        ": a value is an expression (text), true, false, a finite number, a list or a mapping"
    )
    assert ";" not in message


def test_a_guard_holds_exactly_one_condition(small: dict[str, Any]) -> None:
    small["resources"][0]["guard"] = {"count": "true", "for_each": "{}"}
    assert _refusal(small) == (
        "resources[0].guard: a guard holds either count (a boolean expression) or for_each (a map or a set)"
    )


def test_many_mistakes_are_counted_and_the_first_ones_named(small: dict[str, Any]) -> None:
    small["variables"] = [{"name": f"v{number}"} for number in range(10)]
    assert _refusal(small).endswith(" (and 12 more)")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1, 2]", "b.yaml is not a blueprint: it must hold a mapping with `service`, `resources`, …"),
        ("format_version: 2", "b.yaml has format_version 2; this program reads up to 1. Update AWS Orchestrator."),
        ("format_version: true", "b.yaml has the format_version True; write 1."),
        ("format_version: 0", "b.yaml has the format_version 0; write 1."),
        ("a: [1", "b.yaml is not valid YAML at line 1: expected ',' or ']', but got '<stream end>'."),
    ],
)  # fmt: skip
def test_what_is_no_blueprint_gets_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BlueprintError) as caught:
        parse_blueprint(text, "b.yaml")
    assert str(caught.value).split(",")[0] == sentence.split(",")[0]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: &x [1]\nb: *x", "line 2: aliases (`*name`) are not allowed; write the value again"),
        ("a: 1\na: 2", 'found duplicate key "a"'),
        ('a: "\\ud800"', "half a character"),
        ("[" * 2_000, "maximum depth of data structure exceeded"),
        ("a: " + "9" * 5_000, "4300 digits"),
        ("a: !!python/name:os.system x", "could not determine a constructor"),
        ("a: \x07", "unacceptable character"),
        ("--- 1\n--- 2", "another document"),
        ("x" * (SIZE_LIMIT + 1), "is larger than 1024 KB"),
    ],
)
def test_hostile_yaml_is_refused_before_it_costs_anything(text: str, what: str) -> None:
    with pytest.raises(BlueprintError) as caught:
        load_yaml(text, "b.yaml")
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_yaml_words_stay_words() -> None:
    assert load_yaml("on: no", "b.yaml") == {"on": "no"}


def test_a_key_that_is_no_text_is_refused(small: dict[str, Any]) -> None:
    small["resources"][0]["arguments"] = {1: "x"}
    assert _refusal(small).startswith("resources[0].arguments")
