"""Surgical edits: bytes outside the edited ranges stay as they are."""

from collections.abc import Sequence

from aws_orchestrator.findings import Edit


def splice(content: bytes, edits: Sequence[Edit]) -> bytes:
    """The content with every edit made; the edits speak of the content as it was before any of them.

    Raises ValueError when an edit is outside the content or overlaps another, and when edits of two files
    are mixed. Two insertions at one place are made in the order given.
    """
    pieces: list[bytes] = []
    position = 0
    for edit in _ordered(content, edits):
        pieces += [content[position : edit.start], edit.text.encode()]
        position = edit.end
    pieces.append(content[position:])
    return b"".join(pieces)


def inverse(content: bytes, edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that turn `splice(content, edits)` back into the content.

    Raises ValueError as `splice` does, and when an edit cuts a character of UTF-8 in two (its old text
    could not be written as an edit).
    """
    result: list[Edit] = []
    shift = 0
    for edit in _ordered(content, edits):
        start = edit.start + shift
        new = len(edit.text.encode())
        try:
            old = content[edit.start : edit.end].decode()
        except UnicodeDecodeError:
            raise ValueError(
                f"{edit.file}: the edit at byte {edit.start} cuts a UTF-8 character in two"
            ) from None
        result.append(Edit(file=edit.file, start=start, end=start + new, text=old))
        shift += new - (edit.end - edit.start)
    return tuple(result)


def _ordered(content: bytes, edits: Sequence[Edit]) -> list[Edit]:
    # An insertion comes before a replacement that starts at the same byte.
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    position = 0
    for edit in ordered:
        where = f"{edit.file}: the edit of bytes {edit.start} to {edit.end}"
        if edit.file != ordered[0].file:
            raise ValueError(f"{where} is for another file than {ordered[0].file}; splice one file at a time")
        if not 0 <= edit.start <= edit.end <= len(content):
            raise ValueError(f"{where} is outside the file, which has {len(content)} bytes")
        if edit.start < position:
            raise ValueError(f"{where} overlaps the edit before it, which ends at byte {position}")
        position = edit.end
    return ordered
