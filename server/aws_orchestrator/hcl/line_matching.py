"""Which lines of two texts are the same: as many as can be, in order."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import AnyStr

# Texts that differ in more lines than this have little in common; the quadratic search would take seconds.
_MOST_DIFFERENCES = 1000


def matched_lines(old: Sequence[AnyStr], new: Sequence[AnyStr]) -> Iterator[tuple[int, int]]:
    """Pairs of indexes of equal lines, rising in both: a longest common subsequence.

    `difflib` takes the longest run first and misses lines around it. Where lines are alike (braces, blank ones), it then
    takes one for another that stands elsewhere. Texts with more than a thousand differences are matched by it all the same.
    """
    shorter = min(len(old), len(new))
    head = next((index for index in range(shorter) if old[index] != new[index]), shorter)
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    yield from ((index, index) for index in range(head))
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    yield from ((head + one, head + other) for one, other in _inner(inner_old, inner_new))
    yield from ((len(old) - left, len(new) - left) for left in range(tail, 0, -1))


def _inner(old: Sequence[AnyStr], new: Sequence[AnyStr]) -> list[tuple[int, int]]:
    """Myers' greedy search ("An O(ND) Difference Algorithm", 1986): how far each diagonal reaches with each difference."""
    reached: dict[int, int] = {1: 0}
    history: list[dict[int, int]] = []
    for differences in range(min(len(old) + len(new), _MOST_DIFFERENCES) + 1):
        history.append(dict(reached))
        for diagonal in range(-differences, differences + 1, 2):
            x, _ = _entered(reached, diagonal, differences)
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            reached[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                return _traced(history, len(old), len(new))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return [(block.a + offset, block.b + offset) for block in blocks for offset in range(block.size)]


def _entered(reached: dict[int, int], diagonal: int, differences: int) -> tuple[int, bool]:
    """Where a diagonal is entered with one more difference, and whether by a new line rather than by an old one less."""
    added = diagonal == -differences or (
        diagonal != differences and reached[diagonal - 1] < reached[diagonal + 1]
    )
    return (reached[diagonal + 1] if added else reached[diagonal - 1] + 1), added


def _traced(history: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for differences in range(len(history) - 1, -1, -1):
        entered, added = _entered(history[differences], x - y, differences)
        while x > entered:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = (x, y - 1) if added else (x - 1, y)
    return pairs[::-1]
