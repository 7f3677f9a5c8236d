"""Which lines of two texts are the same."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.hcl.line_matching import matched_lines

LINES = st.lists(st.sampled_from(["}", "", "a", "b"]), max_size=14)


def longest(old: list[str], new: list[str]) -> int:
    """The length of a longest common subsequence, by the table that every textbook has."""
    row = [0] * (len(new) + 1)
    for one in old:
        above, row = row, [0]
        for index, other in enumerate(new):
            row.append(above[index] + 1 if one == other else max(above[index + 1], row[index]))
    return row[-1]


@given(LINES, LINES)
def test_as_many_lines_as_can_be_are_matched_in_order(old: list[str], new: list[str]) -> None:
    pairs = list(matched_lines(old, new))
    assert all(old[one] == new[other] for one, other in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert len(pairs) == longest(old, new)


def test_texts_with_little_in_common_are_matched_in_time() -> None:
    old = [f"old {number}" for number in range(3000)]
    new = [f"new {number}" for number in range(3000)]
    old[1500] = new[1400] = "same"
    assert list(matched_lines(old, new)) == [(1500, 1400)]
