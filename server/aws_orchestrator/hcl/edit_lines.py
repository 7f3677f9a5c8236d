"""Line-wise changes: what turns one text into another, and the same change made to a text that a person edited since."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.line_matching import matched_lines


class ChangedByHand(ValueError):
    """A change cannot be made because the lines that it is about are not what they were."""

    def __init__(self, file: str, line: int, wanted: str) -> None:
        """`line` is where the lines were expected, 1-based; `wanted` the first of them."""
        super().__init__(f"{file}:{line}")
        self.file = file
        self.line = line
        self.wanted = wanted


def edits_between(file: str, before: bytes, after: bytes) -> tuple[Edit, ...]:
    """The edits of whole lines that turn `before` into `after`; both must be UTF-8."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = _starts(old)
    return tuple(
        Edit(file=file, start=starts[i1], end=starts[i2], text=b"".join(new[j1:j2]).decode())
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
    )


def carried_over(file: str, base: bytes, new: bytes, theirs: bytes) -> tuple[Edit, ...]:
    """The edits that make in `theirs` the change from `base` to `new`.

    Lines that the change touches must stand in `theirs` as they stood in `base` (line ends aside); everything else in
    it may be a person's own. ChangedByHand with the place otherwise.
    """
    newline = "\r\n" if b"\r\n" in theirs else "\n"
    old, wanted, present = _lines(base), _lines(new), _lines(theirs)
    there = _places(old, present)
    starts = _starts(theirs.splitlines(keepends=True))
    edits = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, wanted, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        first, last = _range(file, old, there, i1, i2, len(present))
        text = "".join(f"{line}{newline}" for line in wanted[j1:j2])
        if text and starts[first] == len(theirs) and theirs and not theirs.endswith(b"\n"):
            text = newline + text
        edits.append(Edit(file=file, start=starts[first], end=starts[last], text=text))
    return tuple(edits)


def _range(
    file: str, old: Sequence[str], there: Sequence[int | None], i1: int, i2: int, present: int
) -> tuple[int, int]:
    """The lines of `theirs` that lines `i1:i2` of the base are now."""
    if i1 == i2:
        before = there[i1 - 1] if i1 else -1
        after = there[i1] if i1 < len(old) else present
        if before is not None and (i1 > 0 or after is None or after == 0):
            return before + 1, before + 1
        if after is not None:
            return after, after
        raise ChangedByHand(file, _near(there, i1), old[i1 - 1] if i1 else "")
    found = [there[index] for index in range(i1, i2)]
    first = found[0]
    for offset, place in enumerate(found):
        if place is None or first is None or place != first + offset:
            raise ChangedByHand(file, _near(there, i1 + offset), old[i1 + offset])
    assert first is not None
    return first, first + len(found)


def _near(there: Sequence[int | None], index: int) -> int:
    """The 1-based line of `theirs` nearest to where a line of the base would be."""
    for before in range(min(index, len(there) - 1), -1, -1):
        place = there[before]
        if place is not None:
            return place + 1
    return 1


def _places(old: Sequence[str], present: Sequence[str]) -> list[int | None]:
    places: list[int | None] = [None] * len(old)
    for index, place in matched_lines(old, present):
        places[index] = place
    return places


def _lines(content: bytes) -> list[str]:
    return [line.rstrip("\r") for line in content.decode().removesuffix("\n").split("\n")] if content else []


def _starts(lines: Sequence[bytes]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    return starts
