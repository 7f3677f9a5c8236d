"""Checks of inputs: what is certain is refused, what was learned of another version refuses nothing that may be new."""

from aws_orchestrator.minds.builtin.planner.facts import NO_GROUPS, ArgumentFacts
from aws_orchestrator.minds.builtin.planner.shape import Field
from aws_orchestrator.minds.builtin.planner.validations import validations_of


def conditions(facts: ArgumentFacts, type_: str = "string") -> list[str]:
    field = Field(path=("mode",), required=True, facts=facts, type=type_)
    return [check.condition for check in validations_of(field, "mode", NO_GROUPS)]


def test_a_list_of_the_same_version_is_the_only_choice() -> None:
    assert conditions(ArgumentFacts(allowed=("ON", "OFF"))) == ['contains(["ON", "OFF"], var.mode)']


def test_a_list_of_another_version_checks_the_way_of_writing_alone() -> None:
    assert conditions(ArgumentFacts(allowed=("ON", "OFF"), advisory=True)) == [
        'can(regex("^[A-Z0-9_]+$", var.mode))'
    ]


def test_an_upper_limit_of_another_version_may_have_grown() -> None:
    facts = ArgumentFacts(minimum=1, maximum=10)

    assert conditions(facts, "number") == ["var.mode >= 1 && var.mode <= 10"]
    assert conditions(facts._replace(advisory=True), "number") == ["var.mode >= 1"]


def test_a_text_that_is_taken_besides_a_format_is_named() -> None:
    facts = ArgumentFacts(format="region", besides=("None",))
    field = Field(path=("mode",), required=True, facts=facts, type="string")
    (check,) = validations_of(field, "mode", NO_GROUPS)
    assert check.condition.startswith('var.mode == "None" ? true : can(regex(')
    assert check.error_message == 'mode must be the name of an AWS region, or "None".'


def test_case_does_not_matter_where_the_provider_does_not_mind() -> None:
    assert conditions(ArgumentFacts(allowed=("Http",), any_case=True)) == [
        'contains(["http"], lower(var.mode))'
    ]


def test_an_optional_value_inside_a_block_is_checked_where_it_is_given() -> None:
    inner = Field(path=("rule", "mode"), required=False, facts=ArgumentFacts(allowed=("A",)), type="string")
    field = Field(path=("rule",), required=False, facts=ArgumentFacts(), many=True, fields=(inner,))

    assert [check.condition for check in validations_of(field, "rule", NO_GROUPS)] == [
        'alltrue([for a in var.rule : a.mode == null ? true : contains(["A"], a.mode)])'
    ]
