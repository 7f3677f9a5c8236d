"""The tables of a README that list inputs and outputs, written by hand or by terraform-docs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from aws_orchestrator.findings import Place

_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(?P<text>.*?)\s*#*\s*$")
_FENCE = re.compile(r"\s{0,3}(?P<fence>```+|~~~+)")
_RULER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CELL = re.compile(r"(?<!\\)\|")
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\([^)]*\)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NAMES = frozenset({"name", "variable", "input", "output", "parameter", "argument"})
_INPUT_WORDS = frozenset({"inputs", "input", "variables", "variable", "arguments"})
_OUTPUT_WORDS = frozenset({"outputs", "output"})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: what it is about, and its other cells by the lower-case title of the column."""

    name: str
    cells: dict[str, str]
    start: int
    end: int
    line: int

    def place(self, file: str) -> Place:
        """Where the row is."""
        return Place(file=file, start=self.start, end=self.end, line=self.line)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of inputs or outputs."""

    outputs: bool
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    header: Row
    links: bool
    """Whether terraform-docs wrote it: its rows carry anchors."""


@lru_cache(maxsize=64)
def readme_tables(content: bytes) -> tuple[Table, ...]:
    """The tables below a heading that names inputs or outputs and whose first column is a name, in order."""
    return tuple(_tables(list(_lines(content))))


_Line = tuple[int, int, str]
"""The byte range of a line without its end, and its text."""


def _lines(content: bytes) -> Iterator[_Line]:
    start = 0
    for raw in content.split(b"\n"):
        line = raw.rstrip(b"\r")
        yield start, start + len(line), line.decode(errors="replace")
        start += len(raw) + 1


def _tables(lines: list[_Line]) -> Iterator[Table]:
    outputs: bool | None = None
    fence = ""
    number = 0
    while number < len(lines):
        text = lines[number][2]
        mark = _FENCE.match(text)
        if mark is not None and (not fence or mark["fence"].startswith(fence)):
            fence = "" if fence else mark["fence"]
        elif not fence and (heading := _HEADING.match(text)) is not None:
            outputs = _subject(heading["text"])
        elif not fence and outputs is not None and _begins_a_table(lines, number):
            end = number + 2
            while end < len(lines) and "|" in lines[end][2]:
                end += 1
            yield _table(lines, number, end, outputs)
            number = end
            continue
        number += 1


def _subject(heading: str) -> bool | None:
    """False below a heading of inputs, True below one of outputs, None below any other."""
    words = set(re.findall(r"[a-z]+", _TAG.sub("", heading).lower()))
    is_input, is_output = bool(words & _INPUT_WORDS), bool(words & _OUTPUT_WORDS)
    return None if is_input == is_output else is_output


def _begins_a_table(lines: list[_Line], number: int) -> bool:
    if number + 1 >= len(lines) or "|" not in lines[number][2] or not _RULER.match(lines[number + 1][2]):
        return False
    return _plain(_cells(lines[number][2])[0]).lower() in _NAMES


def _table(lines: list[_Line], number: int, end: int, outputs: bool) -> Table:
    titles = tuple(_plain(cell).lower() for cell in _cells(lines[number][2]))
    rows = []
    for at in range(number + 2, end):
        cells = _cells(lines[at][2])
        name = _NAME.fullmatch(_plain(cells[0]))
        if name is not None:
            named = dict(zip(titles[1:], (_plain(cell) for cell in cells[1:]), strict=False))
            rows.append(Row(name[0], named, lines[at][0], lines[at][1], at + 1))
    header = Row("", {}, lines[number][0], lines[number][1], number + 1)
    links = any('<a name="' in lines[at][2] for at in range(number + 2, end))
    return Table(outputs, titles, tuple(rows), header, links)


def _cells(line: str) -> list[str]:
    return _CELL.split(line.strip().removeprefix("|").removesuffix("|"))


def _plain(cell: str) -> str:
    """A cell without anchors, links, emphasis, code marks and the escapes of Markdown."""
    text = _LINK.sub(lambda match: match["text"], _TAG.sub("", cell)).strip()
    text = re.sub(r"\\([\\`*_{}\[\]()#+.!|<>-])", r"\1", text)
    return text.strip().strip("`*").strip()
