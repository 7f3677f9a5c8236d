"""What is learned of one value from the answers of a provider that a function stands for."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from aws_orchestrator.catalog.knowledge_facts import Fact
from aws_orchestrator.catalog.knowledge_formats import FORMATS
from aws_orchestrator.catalog.probe.group_sentences import GroupComplaint, group_in
from aws_orchestrator.catalog.probe.leaf import Memory, learn_value
from aws_orchestrator.catalog.probe.sentences import Complaint, fact_in, python_pattern


def learn(kind: Any, *checks: Callable[[Any], str | None]) -> Fact:
    return learn_with(Memory(), kind, *checks)


def learn_with(memory: Memory, kind: Any, *checks: Callable[[Any], str | None]) -> Fact:
    def ask(value: Any) -> frozenset[Complaint]:
        return frozenset(Complaint(said, "") for check in checks if (said := check(value)))

    return learn_value(ask, kind, memory)


def listed(*values: str, quoted: bool = True, fold: bool = False) -> Callable[[str], str | None]:
    shown = " ".join(f'"{value}"' for value in values) if quoted else " ".join(values)

    def check(value: str) -> str | None:
        good = value.lower() in {one.lower() for one in values} if fold else value in values
        return None if good else f"expected x to be one of [{shown}], got {value}"

    return check


def test_a_list_of_values_is_confirmed_by_feeding_it_back() -> None:
    assert learn("string", listed("a", "b")) == Fact(values=("a", "b"))


def test_a_list_that_does_not_mind_case_is_noticed() -> None:
    assert learn("string", listed("a", "b", fold=True)) == Fact(values=("a", "b"), fold=True)


def test_unquoted_values_with_spaces_are_put_together_again() -> None:
    fact = learn("string", listed("very cold", "hot", quoted=False))
    assert fact.values == ("very cold", "hot")


def test_a_list_that_is_only_one_of_several_ways_is_not_believed() -> None:
    def either(value: str) -> str | None:
        return None if value == "auto" or value.isdigit() else 'expected x to be one of ["auto"], got it'

    def number(value: str) -> str | None:
        return None if value == "auto" or value.isdigit() else "x is not a number"

    fact = learn("string", either, number)
    assert not fact.values
    assert not fact.complaint("15")
    assert not fact.complaint("auto")


def test_ids_are_only_half_of_what_may_be_an_id_or_an_arn() -> None:
    def good(value: str) -> bool:
        return FORMATS["uuid"](value) or value.startswith("arn:aws:unheard-of:")

    fact = learn(
        "string",
        lambda value: None if good(value) else "must be an id",
        lambda value: None if good(value) else f'"x" ({value}) is an invalid ARN: arn: invalid prefix',
    )
    assert fact.unread
    assert not fact.complaint("arn:aws:unheard-of:us-east-1:123456789012:thing/x")


def test_a_list_beside_a_format_is_what_else_is_accepted() -> None:
    def word(value: str) -> str | None:
        return None if value == "None" or region(value) else 'expected x to be one of ["None"], got it'

    def other(value: str) -> str | None:
        return None if value == "None" or region(value) else "x does not look like a region"

    def region(value: str) -> bool:
        return FORMATS["region"](value)

    fact = learn("string", word, other)
    assert (fact.format, fact.besides, fact.unread) == ("region", ("None",), False)
    assert not fact.complaint("None")
    assert fact.complaint("nowhere")


@pytest.mark.parametrize("characters", [True, False])
def test_lengths_in_bytes_and_in_characters_are_told_apart(characters: bool) -> None:
    def check(value: str) -> str | None:
        size = len(value) if characters else len(value.encode())
        return None if 2 <= size <= 10 else f"expected length of x to be in the range (2 - 10), got {value}"

    assert learn("string", check) == Fact(shortest=2, longest=10, characters=characters)


def test_letters_that_are_told_in_prose_are_asked_for() -> None:
    def check(value: str) -> str | None:
        good = (
            value[:1].isascii()
            and value[:1].isalpha()
            and all(c.isascii() and (c.isalnum() or c == "-") for c in value)
        )
        return None if good else "invalid value for x (only letters, digits and hyphens are good)"

    fact = learn("string", check)
    assert fact.pattern
    assert not fact.unread
    for good in ("abc", "aBc-9", "z"):
        assert not fact.complaint(good)
    for bad in ("9abc", "a_b", "a b", "é"):
        assert fact.complaint(bad)


def test_a_pattern_that_the_provider_itself_does_not_keep_is_left_out() -> None:
    fact = learn(
        "string", lambda value: None if "a" in value else 'x must match regular expression "^b$", got it'
    )
    assert not fact.pattern
    assert fact.unread


def test_ranges_and_whole_numbers() -> None:
    def check(value: float) -> str | None:
        if value != int(value):
            return f"Attribute must be a whole number, got {value}"
        return None if 5 <= value <= 90 else f"expected x to be in the range (5 - 90), got {value}"

    assert learn("number", check) == Fact(low=5, high=90, integer=True)


def test_zero_besides_a_range_is_learned() -> None:
    def check(value: float) -> str | None:
        good = value == 0 or 60 <= value <= 90
        return None if good else f"expected x to be in the range (60 - 90), got {value}"

    fact = learn("number", check)
    assert (fact.low, fact.high, fact.besides) == (60, 90, (0,))
    assert not fact.complaint(0)
    assert fact.complaint(1)


def test_a_range_with_other_exceptions_is_not_believed() -> None:
    def check(value: float) -> str | None:
        return (
            None
            if value in (0, 10) or 60 <= value <= 90
            else f"expected x to be in the range (60 - 90), got {value}"
        )

    fact = learn("number", check)
    assert fact.low is None
    assert fact.unread


def test_a_range_that_is_told_in_prose_is_found_by_asking() -> None:
    fact = learn("number", lambda value: None if 1 <= value <= 65_535 else "x is no valid port")
    assert (fact.low, fact.high, fact.unread) == (1, 65_535, False)


def test_steps_of_a_number_are_found_by_asking() -> None:
    fact = learn(
        "number", lambda value: f"should be in 60-minute intervals, got {value}" if value % 60 else None
    )
    assert (fact.step, fact.unread) == (60, False)
    assert not fact.complaint(180)
    assert fact.complaint(90) == "must be a multiple of 60, not 90"


def test_values_beside_the_multiples_of_a_number_are_found() -> None:
    """The period of an alarm, the retention of insights: either of two validators may accept a number."""

    def check(*values: int, step: int) -> list[Callable[[Any], str | None]]:
        def wrong(value: Any) -> bool:
            return bool(value % step) and value not in values

        told = " ".join(map(str, values))
        return [
            lambda value: f"expected x to be one of [{told}], got {value}" if wrong(value) else None,
            lambda value: f"expected x to be divisible by {step}, got: {value}" if wrong(value) else None,
        ]

    fact = learn("number", *check(10, 20, 30, step=60))
    assert (fact.step, fact.besides, fact.unread) == (60, (10, 20, 30), False)
    fact = learn("number", *check(7, 731, step=31))
    assert (fact.step, fact.besides, fact.unread) == (31, (7, 731), False)
    assert fact.complaint(30) == "must be a multiple of 31, not 30"


def test_the_range_of_a_text_that_is_read_as_a_number_is_found() -> None:
    def check(value: str) -> str | None:
        if not re.fullmatch(r"[+-]?\d+", value):
            return f"x: cannot parse '{value}' as int: invalid syntax" if value else None
        return None if 0 <= int(value) <= 3600 else f"expected x to be at between (0) and (3600), got {value}"

    fact = learn("string", check)
    assert (fact.format, fact.low, fact.high, fact.unread) == ("integer", 0, 3600, False)
    assert not fact.complaint("")
    assert fact.complaint("3601") == 'must be between 0 and 3,600, not "3601"'
    assert fact.complaint("9" * 5_000)
    # "A port or traffic-port" is no number, though only numbers were accepted of what was asked.
    assert learn("string", lambda value: check(value) and "a valid port (0-3600) or traffic-port").unread


def test_a_length_that_is_told_in_prose_is_found_by_asking() -> None:
    def check(value: str) -> str | None:
        good = re.fullmatch(r"[a-z][a-z0-9-]{1,39}", value)
        return None if good else "only lowercase letters, digits and hyphens, as long as we like it"

    fact = learn("string", check)
    assert (fact.shortest, fact.longest, fact.unread) == (2, 40, False)
    assert not fact.complaint("ab-c")
    assert fact.complaint("Ab")
    assert fact.complaint("a" * 41)


def test_what_an_equal_sentence_taught_is_doubted_where_lengths_differ() -> None:
    def upto(most: int) -> Callable[[str], str | None]:
        def check(value: str) -> str | None:
            if not re.fullmatch("[a-z0-9-]+", value):
                return "only lowercase letters, digits and hyphens"
            return (
                None
                if len(value) <= most
                else f"expected length of x to be in the range (1 - {most}), got it"
            )

        return check

    memory = Memory()
    facts = [learn_with(memory, "string", upto(most)) for most in (64, 14, 255)]
    assert [(fact.longest, bool(fact.pattern), fact.unread) for fact in facts] == [
        (64, True, False),
        (14, True, False),
        (255, True, False),
    ]


def test_what_an_equal_sentence_taught_is_doubted_where_another_format_fits_too() -> None:
    def cidr(name: str) -> Callable[[str], str | None]:
        return lambda value: None if FORMATS[name](value) else "x is not a valid CIDR block"

    memory = Memory()
    narrow = learn_with(memory, "string", cidr("canonical_ipv4_cidr"))
    wide = learn_with(memory, "string", cidr("network_cidr"))
    assert (narrow.format, wide.format) == ("canonical_ipv4_cidr", "network_cidr")
    assert not wide.complaint("2001:DB8::/32")


def test_elements_and_sizes_of_a_list() -> None:
    def check(value: list[str]) -> str | None:
        if not 1 <= len(value) <= 4:
            return (
                f"Attribute x list must contain at least 1 elements and at most 4 elements, got: {len(value)}"
            )
        bad = [one for one in value if one not in ("p", "q")]
        return f'value must be one of: ["p" "q"], got: "{bad[0]}"' if bad else None

    fact = learn(["list", "string"], check)
    assert (fact.fewest, fact.most) == (1, 4)
    assert fact.element is not None
    assert fact.element.values == ("p", "q")


@pytest.mark.parametrize(
    ("sentence", "value", "fact"),
    [
        ('Attribute x value must be one of: ["a" "b"], got: "z"', "z", Fact(values=("a", "b"))),
        ("Given Value: z\nValid Values: [A B]", "z", Fact(values=("A", "B"))),
        ("expected x to be one of [1 5], got 7", 7, Fact(values=(1, 5))),
        ('"x" cannot be longer than 63 characters: "z"', "z", Fact(longest=63)),
        ("Attribute x string length must be at least 3, got: 1", "z", Fact(shortest=3)),
        ('expected "x" to not be an empty string, got ', "", Fact(shortest=1)),
        ("expected x to be at least (0), got -7", -7, Fact(low=0)),
        ("Attribute x value must be at most 9, got: 10", 10, Fact(high=9)),
        ("Attribute x supports 5 item maximum, but config has 300 declared.", [], Fact(most=5)),
        (
            "invalid value for x (must match ^\\+?[1-9]\\d{1,14}$)",
            "z",
            Fact(pattern="^\\+?[1-9]\\d{1,14}\\Z"),
        ),
        ("Invalid or unknown key", "z", Fact(unsettable=True)),
        ("something else altogether", "z", None),
    ],
)
def test_sentences_are_read(sentence: str, value: Any, fact: Fact | None) -> None:
    assert fact_in(Complaint(sentence, ""), value) == fact


@pytest.mark.parametrize("go", ["[[:alnum:]]+", "\\p{L}", "^(?s).*$", "a{1001,70000000000}"])
def test_expressions_that_python_reads_otherwise_are_left_out(go: str) -> None:
    assert python_pattern(go) is None


@pytest.mark.parametrize(
    ("sentence", "group"),
    [
        ('"a.0.b": conflicts with a.0.c', GroupComplaint("conflict", ("a", "b"), (("a", "b"), ("a", "c")))),
        ('"a": one of `a,b` must be specified', GroupComplaint("missing", ("a",), (("a",), ("b",)))),
        (
            '"a": only one of `a,b` can be specified, but `a,b` were specified.',
            GroupComplaint("too_many", ("a",), (("a",), ("b",))),
        ),
        ('"a": all of `a,b` must be specified', GroupComplaint("together", ("a",), (("a",), ("b",)))),
        (
            'Attribute "x[0].a" cannot be specified when "x[0].b" is specified',
            GroupComplaint("conflict", ("x", "a"), (("x", "a"), ("x", "b"))),
        ),
        (
            "No attribute specified when one (and only one) of [a,b] is required",
            GroupComplaint("missing_one_only", (), (("a",), ("b",))),
        ),
        (
            "No attribute specified when one (and only one) of [x[0].a.<.b] is required",
            GroupComplaint("missing_one_only", (), (("x", "a"), ("x", "b"))),
        ),
        (
            "At least one of these attributes must be configured: [x[0].a,x[0].b]",
            GroupComplaint("missing", (), (("x", "a"), ("x", "b"))),
        ),
        ("a is bad", None),
    ],
)
def test_rules_between_arguments_are_read(sentence: str, group: GroupComplaint | None) -> None:
    assert group_in(Complaint(sentence, "")) == group
