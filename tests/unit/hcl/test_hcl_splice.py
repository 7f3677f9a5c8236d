"""Edits change their ranges and nothing else, and can be taken back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.splice import inverse, splice


@st.composite
def _edited(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]], list[str]]:
    content = draw(st.text(max_size=40))
    cuts = sorted(draw(st.lists(st.integers(0, len(content)), max_size=8)))
    ranges = [(cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2)]
    texts = draw(st.lists(st.text(max_size=6), min_size=len(ranges), max_size=len(ranges)))
    return content, ranges, texts


def _edits(content: str, ranges: list[tuple[int, int]], texts: list[str]) -> list[Edit]:
    def byte(position: int) -> int:
        return len(content[:position].encode())

    return [
        Edit(file="main.tf", start=byte(start), end=byte(end), text=text)
        for (start, end), text in zip(ranges, texts, strict=True)
    ]


@given(_edited())
def test_bytes_outside_the_ranges_stay_and_the_inverse_restores(
    drawn: tuple[str, list[tuple[int, int]], list[str]],
) -> None:
    content, ranges, texts = drawn
    edits = _edits(content, ranges, texts)
    expected, position = "", 0
    for (start, end), text in zip(ranges, texts, strict=True):
        expected += content[position:start] + text
        position = end
    expected += content[position:]
    edited = splice(content.encode(), edits)
    assert edited == expected.encode()
    assert splice(edited, inverse(content.encode(), edits)) == content.encode()


def test_the_order_in_which_edits_are_given_does_not_matter() -> None:
    edits = [Edit(file="main.tf", start=at, end=at + 1, text=text) for at, text in ((0, "x"), (4, "yy"))]
    assert splice(b"abcdef", edits) == splice(b"abcdef", edits[::-1]) == b"xbcdyyf"


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ([(0, 3), (2, 4)], "overlaps"),
        ([(0, 99)], "outside the file"),
        ([(-1, 2)], "outside the file"),
        ([(3, 1)], "outside the file"),
    ],
)
def test_impossible_edits_are_refused_with_a_sentence(ranges: list[tuple[int, int]], message: str) -> None:
    edits = [Edit(file="main.tf", start=start, end=end, text="x") for start, end in ranges]
    with pytest.raises(ValueError, match=f"main.tf: the edit of bytes .*{message}"):
        splice(b"content", edits)


def test_edits_of_two_files_are_refused() -> None:
    edits = [Edit(file=name, start=0, end=0, text="x") for name in ("main.tf", "outputs.tf")]
    with pytest.raises(ValueError, match="another file"):
        splice(b"content", edits)


def test_an_edit_through_a_character_has_no_inverse() -> None:
    with pytest.raises(ValueError, match="cuts a UTF-8 character"):
        inverse("é".encode(), [Edit(file="main.tf", start=0, end=1, text="")])
