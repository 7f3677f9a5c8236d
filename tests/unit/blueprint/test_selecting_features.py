"""Selecting: exactly what a request asked for, and nothing that depends on the rest."""

from typing import Any

import pytest

from aws_orchestrator.blueprint.model import Blueprint, Selection, default_selection
from aws_orchestrator.blueprint.read import build_blueprint
from aws_orchestrator.blueprint.select import select, with_requirements
from aws_orchestrator.errors import UsageError


def _selected(document: dict[str, Any], *features: str) -> Blueprint:
    return select(build_blueprint(document, "demo"), Selection(features=frozenset(features)))


def test_what_was_not_selected_is_not_there(small: dict[str, Any]) -> None:
    module = _selected(small)
    assert [item.address for item in module.resources] == ["aws_s3_bucket.this"]
    assert [item.name for item in module.variables] == ["name"]
    assert [item.name for item in module.outputs] == ["arn"]


def test_a_feature_brings_what_it_requires(small_blueprint: Blueprint) -> None:
    assert with_requirements(small_blueprint, frozenset({"alarm"})) == {"alarm", "queue"}


def test_an_order_towards_something_that_fell_away_falls_away(small: dict[str, Any]) -> None:
    small["resources"][0]["depends_on"] = ["aws_sqs_queue.events"]
    small["data"][0]["depends_on"] = ["aws_sqs_queue.events"]
    assert _selected(small).resources[0].depends_on == _selected(small).data[0].depends_on == ()
    assert _selected(small, "queue").data[0].depends_on == ("aws_sqs_queue.events",)


def test_arguments_and_blocks_may_belong_to_a_feature(small: dict[str, Any]) -> None:
    small["resources"][0]["arguments_when"] = [{"feature": "queue", "arguments": {"force_destroy": True}}]
    assert "force_destroy" not in _selected(small).resources[0].arguments
    assert _selected(small, "queue").resources[0].arguments == {"bucket": "var.name", "force_destroy": True}


def test_what_a_feature_brings_may_stand_in_the_place_of_an_argument(small: dict[str, Any]) -> None:
    small["resources"][0]["arguments"]["force_destroy"] = False
    small["resources"][0]["arguments_when"] = [{"feature": "queue", "arguments": {"force_destroy": True}}]
    assert _selected(small).resources[0].arguments == {"bucket": "var.name", "force_destroy": False}
    assert _selected(small, "queue").resources[0].arguments == {"bucket": "var.name", "force_destroy": True}


def test_a_precondition_may_belong_to_a_feature(small: dict[str, Any]) -> None:
    small["resources"][0]["lifecycle"] = {
        "preconditions": [{"unless": "queue", "condition": "true", "error_message": "Never."}]
    }
    lifecycle = _selected(small).resources[0].lifecycle
    assert lifecycle is not None
    assert len(lifecycle.preconditions) == 1
    assert _selected(small, "queue").resources[0].lifecycle is None


def test_a_test_leaves_out_an_input_that_a_selection_does_not_have(small: dict[str, Any]) -> None:
    small["variables"].append(
        {"name": "own", "unless": "queue", "type": "string", "description": "An own one.", "default": '"a"'}
    )
    small["scenarios"][0]["variables"] = {"own": '"b"'}
    assert _selected(small).scenarios[0].variables == {"own": '"b"'}
    assert _selected(small, "queue").scenarios[0].variables == {}


def test_an_assertion_may_belong_to_a_feature(small: dict[str, Any]) -> None:
    small["scenarios"][0]["assertions"].append(
        {"feature": "queue", "condition": "true", "error_message": "Never."}
    )
    assert len(_selected(small).scenarios[0].assertions) == 1
    assert len(_selected(small, "queue").scenarios[0].assertions) == 2


def test_a_file_whose_parts_fell_away_is_not_declared(s3: Blueprint) -> None:
    declared = {file.name for file in select(s3, default_selection(s3)).files}
    assert "policies.tf" in declared
    assert not declared & {"iam.tf", "data.tf"}


def test_a_value_from_the_request_becomes_the_default_and_leaves_the_example(small: dict[str, Any]) -> None:
    blueprint = build_blueprint(small, "demo")
    module = select(blueprint, Selection(features=frozenset(), inputs={"name": '"mine"'}))
    assert module.variables[0].default == '"mine"'
    assert module.example == {}


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (
            Selection(features=frozenset({"queu"})),
            "The skill for demo has no feature `queu`. Did you mean `queue`?",
        ),
        (
            Selection(features=frozenset(), inputs={"nmae": '"x"'}),
            "The skill for demo has no input `nmae`. Did you mean `name`?",
        ),
        (
            Selection(features=frozenset(), inputs={"retention": 9}),
            "`retention` means something only with queue; select that too, or leave the value out.",
        ),
        (
            Selection(features=frozenset(), inputs={"name": 'file("/etc/passwd")'}),
            "The value of `name` must be a plain value, not an expression of Terraform.",
        ),
        (
            Selection(features=frozenset(), inputs={"name": ['"${var.x}"']}),
            "The value of `name` must be a plain value, not an expression of Terraform.",
        ),
    ],
)
def test_a_selection_that_cannot_be_made_says_why(
    small_blueprint: Blueprint, selection: Selection, sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        select(small_blueprint, selection)
    assert str(caught.value) == sentence
