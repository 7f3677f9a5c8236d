"""Three-way merge of a text by lines: two people's changes to the same text, both kept, or the place where they meet."""

from collections.abc import Sequence
from typing import NamedTuple

from aws_orchestrator.hcl.line_matching import matched_lines


class Hunk(NamedTuple):
    """Lines `start:end` of the base that one side replaced by `lines`."""

    start: int
    end: int
    lines: tuple[bytes, ...]


class Overlap(NamedTuple):
    """Where both sides changed the same lines of the base."""

    line: int
    """1-based, in the base."""


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | Overlap:
    """The text with the changes of both; Overlap when they touch or meet at the same lines differently.

    Changes without an unchanged line between them count as meeting, as git counts them. Every byte comes from one of
    the three texts: line endings and a missing last one stay what they were.
    """
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    lines = base.splitlines(keepends=True)
    mine, others = _hunks(lines, ours), _hunks(lines, theirs)
    taken = list(mine)
    for hunk in others:
        if hunk in mine:
            continue
        met = next((own for own in mine if _meet(own, hunk)), None)
        if met is not None:
            return Overlap(max(met.start, hunk.start) + 1)
        taken.append(hunk)
    return b"".join(_applied(lines, sorted(taken)))


def merge_keeping_all(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """The text with the changes of both; where they meet, the new lines of both, ours first: nothing new is left out."""
    lines = base.splitlines(keepends=True)
    others = _hunks(lines, theirs)
    taken: list[Hunk] = []
    for own in _hunks(lines, ours):
        met = [hunk for hunk in others if _meet(own, hunk) and hunk != own]
        others = [hunk for hunk in others if hunk not in met and hunk != own]
        start, end = (
            min([own.start, *(hunk.start for hunk in met)]),
            max([own.end, *(hunk.end for hunk in met)]),
        )
        gone = {at for hunk in met for at in range(hunk.start, hunk.end)}
        kept = [
            [lines[at] for at in rest if at not in gone]
            for rest in (range(start, own.start), range(own.end, end))
        ]
        new = [line for hunk in met for line in hunk.lines if line not in own.lines]
        taken.append(Hunk(start, end, (*kept[0], *own.lines, *new, *kept[1])))
    result: list[Hunk] = []
    for hunk in sorted([*taken, *others]):
        if result and hunk.start < result[-1].end:  # one hunk of theirs met two of ours
            last = result.pop()
            hunk = Hunk(last.start, max(last.end, hunk.end), (*last.lines, *hunk.lines))
        result.append(hunk)
    return b"".join(_applied(lines, result))


def _hunks(base: Sequence[bytes], text: bytes) -> list[Hunk]:
    lines = text.splitlines(keepends=True)
    hunks = []
    start = new_start = 0
    for end, new_end in (*matched_lines(base, lines), (len(base), len(lines))):
        if end > start or new_end > new_start:
            hunks.append(Hunk(start, end, tuple(lines[new_start:new_end])))
        start, new_start = end + 1, new_end + 1
    return hunks


def _meet(one: Hunk, other: Hunk) -> bool:
    return one.start <= other.end and other.start <= one.end


def _applied(base: Sequence[bytes], hunks: Sequence[Hunk]) -> list[bytes]:
    result: list[bytes] = []
    at = 0
    for hunk in hunks:
        result += [*base[at : hunk.start], *hunk.lines]
        at = hunk.end
    return [*result, *base[at:]]
