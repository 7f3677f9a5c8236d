"""References are found wherever they stand in an expression, and only there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.hcl.references import index_guarded, is_literal, string_literal, traversals

GUARDED = {"aws_x.y", "data.aws_z.w"}

# Pairs: what is written, and what is wanted of it.
Pair = tuple[str, str]
LEAVES: list[Pair] = [
    ("aws_x.y.id", "aws_x.y[0].id"),
    ("aws_x.y", "aws_x.y[0]"),
    ("data.aws_z.w.json", "data.aws_z.w[0].json"),
    ("(aws_x.y).id", "(aws_x.y[0]).id"),
]
LEAVES += [
    (text, text)
    for text in (
        *(
            "aws_x.y[0].id",
            "aws_x.y[*].id",
            "aws_x.y.*.id",
            "aws_x.y.0.id",
            'aws_x.y["k"]',
            "(aws_x.y)[0].id",
        ),
        *(
            "aws_x.yy.id",
            "data.aws_x.y.id",
            "aws_z.w.json",
            "var.aws_x.y",
            "each.value",
            "aws_x",
            "1",
            "null",
        ),
        *('"aws_x.y.id"', '"$${aws_x.y.id}"', "/* aws_x.y.id */ true"),
    )
]


def _shape(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    shapes = st.sampled_from(
        [
            "f({0}, {1})",
            "[{0}, {1}]",
            "{{ aws_x = {0}, k = {1} }}",
            '{{ ({0}) = 1, "${{{1}}}" : 2 }}',
            "({0} ? {1} : {0})",
            "({0} == {1} && !{0})",
            '"a-${{{0}}}-%{{ if {1} }}x%{{ endif }}"',
            "[for k, v in {0} : {1} if v]",
            "{{ for k, v in {0} : k => {1}... }}",
            "var.m[{0}].n[{1}]",
            "f(\n  {0}, # aws_x.y.id\n  {1},\n)",
        ]
    )
    return st.tuples(shapes, inner, inner).map(
        lambda drawn: (drawn[0].format(drawn[1][0], drawn[2][0]), drawn[0].format(drawn[1][1], drawn[2][1]))
    )


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), _shape, max_leaves=6)


@settings(max_examples=200, deadline=None)
@given(pair=EXPRESSIONS)
def test_guarded_addresses_get_an_index_and_nothing_else_changes(pair: Pair) -> None:
    written, wanted = pair
    indexed = index_guarded(written, GUARDED)
    assert indexed == wanted
    assert index_guarded(indexed, GUARDED) == wanted
    assert index_guarded(written, set()) == written


def test_heredocs_are_searched_too() -> None:
    text = "<<-EOT\n  a ${aws_x.y.id} é aws_x.y.id\n  %{ for s in aws_x.y.ids }${s}%{ endfor }\n  EOT"
    assert index_guarded(text, GUARDED) == text.replace("${aws_x.y", "${aws_x.y[0]").replace(
        "in aws_x.y", "in aws_x.y[0]"
    )


def test_names_bound_by_for_are_no_references() -> None:
    found = traversals("[for k, aws_x in var.m : aws_x.y.id if k != local.z]")
    assert [reference.address for reference in found] == ["var.m", "local.z"]


def test_the_collection_of_a_for_does_not_see_its_names() -> None:
    assert [found.parts for found in traversals("[for v in v.items : v.id]")] == [("v", "items")]


def test_keys_of_objects_are_no_references() -> None:
    assert [found.address for found in traversals("{ name = var.a, (local.b) = 1, c : 2 }")] == [
        "var.a",
        "local.b",
    ]


def test_a_traversal_says_where_it_is_indexed() -> None:
    [found] = traversals("data.aws_z.w[0].a.b")
    assert found.parts == ("data", "aws_z", "w", "a", "b")
    assert (found.address, found.indexed_after, found.index, found.address_indexed) == (
        "data.aws_z.w",
        3,
        "[0]",
        True,
    )
    assert (found.start, found.end) == (0, 19)


def test_offsets_are_bytes() -> None:
    text = '"日本" == var.x'
    [found] = traversals(text)
    assert text.encode()[found.start : found.end] == b"var.x"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('"plain"', "plain"),
        ('""', ""),
        (r'"a\"b\n\u00e9\\"', 'a"b\né\\'),
        ('"$${a} %%{b} 5%"', "${a} %{b} 5%"),
        ('"a${b}"', None),
        ('"a" + "b"', None),
        ("var.x", None),
        ("1", None),
        ('"', None),
        ("<<EOT\na\nEOT", None),
    ],
)
def test_a_plain_string_gives_its_value(expression: str, value: str | None) -> None:
    assert string_literal(expression) == value


@pytest.mark.parametrize("expression", ["1", "-1.5e3", "true", "null", '"x"', ' "x" '])
def test_literals(expression: str) -> None:
    assert is_literal(expression)


@pytest.mark.parametrize("expression", ["var.x", "[1]", "{}", '"${x}"', "1 + 1", "truely", ""])
def test_what_is_no_literal(expression: str) -> None:
    assert not is_literal(expression)
