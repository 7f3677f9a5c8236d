"""The check that an edit was surgical: independent of the code that made it."""

from collections.abc import Sequence

from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.splice import inverse, splice


def difference_outside(before: bytes, edits: Sequence[Edit], after: bytes) -> int | None:
    """The first byte of `before` outside the edited ranges that `after` does not hold in its place; None when all do.

    Also when the inverse of the edits does not restore `before`: the position is then where that begins to differ.
    """
    position = place = 0
    for edit in sorted(edits, key=lambda item: (item.start, item.end)):
        kept = edit.start - position
        if before[position : edit.start] != after[place : place + kept]:
            return position + _first_difference(before[position : edit.start], after[place : place + kept])
        place += kept + len(edit.text.encode())
        position = edit.end
    if before[position:] != after[place:]:
        return position + _first_difference(before[position:], after[place:])
    restored = splice(after, inverse(before, edits))
    return None if restored == before else _first_difference(restored, before)


def _first_difference(left: bytes, right: bytes) -> int:
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))
