"""The edits themselves: blocks in and out, lines carried over, and the check that nothing else moved."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.edit_blocks import block_after, block_removal
from aws_orchestrator.hcl.edit_check import difference_outside
from aws_orchestrator.hcl.edit_lines import ChangedByHand, carried_over, edits_between
from aws_orchestrator.hcl.find import FileView
from aws_orchestrator.hcl.splice import inverse, splice
from unit.update.updating import MODULES

FILES = [path.read_bytes() for path in sorted(MODULES.rglob("*.tf"))]
LINES = st.lists(st.sampled_from(["a", "b", "}", "", "  x = 1", "é"]), max_size=12)


def text(lines: list[str], newline: str = "\n") -> bytes:
    return "".join(line + newline for line in lines).encode()


@given(LINES, LINES)
def test_the_edits_between_two_texts_make_the_one_of_the_other(before: list[str], after: list[str]) -> None:
    edits = edits_between("f", text(before), text(after))
    assert splice(text(before), edits) == text(after)
    assert difference_outside(text(before), edits, text(after)) is None


@given(LINES, LINES, st.sampled_from(["\n", "\r\n"]))
def test_an_untouched_text_becomes_the_new_one_in_its_own_line_ends(
    base: list[str], new: list[str], end: str
) -> None:
    theirs = text(base, end)
    newline = "\r\n" if b"\r\n" in theirs else "\n"
    edits = carried_over("f", text(base), text(new), theirs)
    assert splice(theirs, edits) == text(new, newline)


@given(LINES, LINES, st.lists(st.integers(0, 12), max_size=4).map(sorted))
@example(["a", "a", "a"], ["a", "a", "b", "a"], [1])
def test_lines_that_a_person_put_in_stay_or_the_update_stops(
    base: list[str], new: list[str], places: list[int]
) -> None:
    mine = [f"mine {number}" for number, _ in enumerate(places)]
    lines = list(base)
    for place, line in reversed(list(zip(places, mine, strict=True))):
        lines.insert(min(place, len(base)), line)
    theirs = text(lines)
    try:
        after = splice(theirs, carried_over("f", text(base), text(new), theirs))
    except ChangedByHand:
        return
    kept = [line for line in after.decode().splitlines() if line.startswith("mine ")]
    assert kept == mine
    assert [line for line in after.decode().split("\n")[:-1] if not line.startswith("mine ")] == new


@settings(max_examples=60)
@given(st.sampled_from(FILES), st.booleans(), st.booleans(), st.data())
def test_a_block_that_is_put_in_and_taken_out_leaves_the_file_as_it_was(
    content: bytes, crlf: bool, marked: bool, data: st.DataObject
) -> None:
    content = content.replace(b"\n", b"\r\n") if crlf else content
    content = b"\xef\xbb\xbf" + content if marked else content
    file = FileView.of("main.tf", content)
    after = data.draw(st.sampled_from([*file.blocks, None]))
    added = splice(content, [block_after(file, after, 'output "added" { value = 1 }')])
    view = FileView.of("main.tf", added)
    assert view.error is None
    assert len(view.blocks) == len(file.blocks) + 1
    block = next(block for block in view.blocks if block.labels == ("added",))
    removed = splice(added, [block_removal(view, block)])
    # Where blocks stood without a gap, one stays.
    assert [line for line in removed.splitlines() if line] == [line for line in content.splitlines() if line]


@given(st.sampled_from(FILES), st.data())
def test_a_removed_block_takes_nothing_with_it_but_its_own_comment(
    content: bytes, data: st.DataObject
) -> None:
    file = FileView.of("main.tf", content)
    block = data.draw(st.sampled_from(file.blocks))
    edit = block_removal(file, block)
    after = FileView.of("main.tf", splice(content, [edit]))
    assert after.error is None
    assert [item.labels for item in after.blocks] == [
        item.labels for item in file.blocks if item is not block
    ]
    gone = file.text(edit.start, block.start)
    assert all(
        line.strip() == "" or line.lstrip().startswith(("#", "//", "/*", "*")) or "*/" in line
        for line in gone.splitlines()
    )


@given(st.binary(max_size=60), st.data())
def test_one_changed_byte_outside_the_edits_is_found(content: bytes, data: st.DataObject) -> None:
    content = content.decode(errors="replace").encode()
    start = data.draw(st.integers(0, len(content)))
    edit = Edit(file="f", start=start, end=start, text="new")
    after = splice(content, [edit])
    assert difference_outside(content, [edit], after) is None
    outside = [place for place in range(len(after)) if not start <= place < start + 3]
    if outside:
        place = data.draw(st.sampled_from(outside))
        spoiled = after[:place] + bytes([after[place] ^ 1]) + after[place + 1 :]
        assert difference_outside(content, [edit], spoiled) is not None
    assert difference_outside(content, [edit], after + b"x") is not None


def test_a_line_that_was_changed_by_hand_stops_the_change_with_its_place() -> None:
    base, new = text(["a", "b", "c"]), text(["a", "B", "c"])
    with pytest.raises(ChangedByHand) as stopped:
        carried_over("main.tf", base, new, text(["# mine", "a", "bb", "c"]))
    assert (stopped.value.file, stopped.value.wanted) == ("main.tf", "b")
    assert stopped.value.line in (2, 3)


def test_the_inverse_of_edits_between_restores() -> None:
    before, after = text(["a", "ü", "c"]), text(["a", "x", "y"])
    edits = edits_between("f", before, after)
    assert splice(after, inverse(before, edits)) == before
