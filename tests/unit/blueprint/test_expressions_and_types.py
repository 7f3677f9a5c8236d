"""What may be written where HCL is expected: one expression, one type, and nothing smuggled in beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.blueprint.expressions import called_function, expression_problem
from aws_orchestrator.blueprint.render import quote, render_value
from aws_orchestrator.blueprint.types import TypeExpressionError, parse_type
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.hcl.syntax import first_error


@pytest.mark.parametrize(
    "expression",
    ["var.x", '"a-${var.x}"', "[for x in var.y : x]", "{\n  a = 1\n  b = 2\n}", "a ? b : c", "f(\n1,\n2\n)", "!var.x"],
)  # fmt: skip
def test_one_expression_is_an_expression(expression: str) -> None:
    assert expression_problem(expression) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1\nother = 2", "is more than one expression"),
        ("1 other = 2", "is more than one expression"),
        ('1\n}\nresource "x" "y" {', "is not an HCL expression"),
        ("var.x # comment", "holds a comment; put it into the part's `comment`"),
        ("[1, /* c */ 2]", "holds a comment; put it into the part's `comment`"),
        ("<<EOT\nhi\nEOT", 'is a heredoc; write join("\\n", […]) or jsonencode(…)'),
        ("a\n? b : c", "goes on in another line outside of brackets; fold it with `>-`"),
        ("var.", "is not an HCL expression"),
        ('"open', "is not an HCL expression"),
    ],
)
def test_more_or_less_than_one_expression_is_refused(text: str, why: str) -> None:
    assert (expression_problem(text) or "").endswith(why)


def test_only_a_call_that_is_the_whole_expression_counts_as_one() -> None:
    assert called_function("try(a.b, null)") == "try"
    assert called_function("try(a.b, null) == null") is None


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_quoted_text_means_itself_whatever_is_in_it(text: str) -> None:
    written = quote(text)
    assert first_error(f"value = {written}\n".encode()) is None
    assert string_literal(written) == text


@pytest.mark.parametrize(
    "text", ["${a}", "$${a}", "$$${a}", "%{if x}", '"', "\\", "a\nb", "\x08\x0c", "日本"]
)
def test_what_is_special_in_templates_is_escaped(text: str) -> None:
    assert string_literal(quote(text)) == text


def test_keys_that_hcl_would_misread_are_quoted() -> None:
    assert render_value({"for": 1, "null": 2, "a-b": 3, "a b": 4, "x\n": 5}) == (
        '{\n"for" = 1\n"null" = 2\na-b = 3\n"a b" = 4\n"x\\n" = 5\n}'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string", "string"),
        ("map(list(number))", ["map", ["list", "number"]]),
        ("object({ a = string, b = optional(bool, true) })", ["object", {"a": "string", "b": "bool"}, ["b"]]),
        (
            'object({\n a = optional(list(string), ["x", "y)"])\n})',
            ["object", {"a": ["list", "string"]}, ["a"]],
        ),
        ("tuple([string, bool])", ["tuple", ["string", "bool"]]),
        ("object({})", ["object", {}, []]),
    ],
)
def test_types_are_read(text: str, expected: object) -> None:
    assert parse_type(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("any", "`any` checks nothing; write the type"),
        ("map(any)", "`any` checks nothing; write the type"),
        ("strnig", "there is no type `strnig`"),
        ("list(string", "`)` is expected at its end"),
        ("list", "`(` is expected at its end"),
        ('string\n default = "x"', "`default` follows after its end"),
        ("object({ a = string, a = bool })", "`a` is no field name, or is there twice"),
        ("object({ a })", "`=` is expected before `}`"),
        ("object({", "it ends too early"),
        ("list(" * 30, "it is nested deeper than 20 levels"),
        ('"string"', 'a type is expected before `"`'),
    ],
)
def test_what_is_no_type_says_why(text: str, why: str) -> None:
    with pytest.raises(TypeExpressionError) as caught:
        parse_type(text)
    assert str(caught.value) == why
