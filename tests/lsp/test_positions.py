"""Bytes and the editor's positions: every encoding, every line end, nothing lost on the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from aws_orchestrator.findings import Place
from aws_orchestrator.lsp.positions import Positions

ENCODINGS = ("utf-8", "utf-16", "utf-32")
# Characters of one to four bytes, every line end, and what only looks like one.
TEXT = st.text(alphabet="ab é日🪣\n\r\t\u2028\x0c\x85", max_size=60)
WIDTHS = {
    "utf-8": lambda text: len(text.encode()),
    "utf-16": lambda text: len(text.encode("utf-16-le")) // 2,
    "utf-32": len,
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=TEXT)
def test_every_character_boundary_comes_back_from_its_position(encoding: str, text: str) -> None:
    content = text.encode()
    positions = Positions(content, encoding)
    for index in range(len(text) + 1):
        if text[index - 1 : index + 1] == "\r\n" and index:
            continue  # between the two there is no position
        offset = len(text[:index].encode())
        position = positions.position(offset)
        back = positions.offset(position)
        assert back == offset
        before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
        assert position.line == before.count("\n")
        assert position.character == WIDTHS[encoding](before.rpartition("\n")[2])


@given(content=st.binary(max_size=80), encoding=st.sampled_from(ENCODINGS))
def test_bytes_that_are_no_text_have_positions_in_order(content: bytes, encoding: str) -> None:
    positions = Positions(content, encoding)
    found = [positions.position(offset) for offset in range(len(content) + 1)]
    lines = [position.line for position in found]
    assert lines == sorted(lines)
    assert all(position.character >= 0 for position in found)


def test_a_byte_inside_a_character_counts_as_its_start() -> None:
    positions = Positions("é🪣x".encode(), "utf-16")
    assert [positions.position(offset).character for offset in range(7)] == [0, 0, 1, 1, 1, 1, 3]


def test_a_byte_order_mark_has_no_width() -> None:
    positions = Positions(b"\xef\xbb\xbfabc\nd", "utf-16")
    assert positions.position(3) == lsp.Position(0, 0)
    assert positions.position(5) == lsp.Position(0, 2)
    assert positions.position(7) == lsp.Position(1, 0)
    assert positions.whole() == lsp.Range(lsp.Position(0, 0), lsp.Position(1, 1))


def test_a_position_behind_the_end_means_the_end() -> None:
    positions = Positions(b"ab\r\ncd", "utf-16")
    assert positions.offset(lsp.Position(0, 99)) == 2
    assert positions.offset(lsp.Position(1, 99)) == 6
    assert positions.offset(lsp.Position(99, 0)) == 6


def test_an_empty_place_is_as_wide_as_one_character() -> None:
    positions = Positions("x🪣".encode(), "utf-16")
    found = positions.place(Place(file="main.tf", start=1, end=1, line=1))
    assert (found.start.character, found.end.character) == (1, 3)
