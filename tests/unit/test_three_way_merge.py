"""The three-way merge: both changes or neither, and never a byte of its own."""

import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some

from aws_orchestrator.agents.three_way import Overlap, merge, merge_keeping_all

line = some.sampled_from([b"a\n", b"b\n", b"}\n", b"\n", b"x = 1\n", b"y\r\n"])
text = some.lists(line, max_size=12).map(b"".join)
tail = some.sampled_from([b"", b"no newline at the end"])
whole = some.tuples(text, tail).map(b"".join)


@given(whole, whole)
def test_where_only_one_side_changed_its_text_is_the_result(base: bytes, changed: bytes) -> None:
    assert merge(base, changed, base) == changed
    assert merge(base, base, changed) == changed
    assert merge(base, changed, changed) == changed


@given(whole, whole, whole)
def test_the_sides_are_equal(base: bytes, ours: bytes, theirs: bytes) -> None:
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert one == other or (isinstance(one, Overlap) and isinstance(other, Overlap))


@given(whole, whole, whole)
def test_every_line_comes_from_one_of_the_three(base: bytes, ours: bytes, theirs: bytes) -> None:
    merged = merge(base, ours, theirs)
    if not isinstance(merged, Overlap):
        known = {line for side in (base, ours, theirs) for line in side.splitlines(keepends=True)}
        assert set(merged.splitlines(keepends=True)) <= known


numbered = some.lists(some.integers(0, 9), min_size=6, max_size=20).map(
    lambda numbers: [f"{at} {number}\n".encode() for at, number in enumerate(numbers)]
)


@given(numbered, some.data())
def test_changes_with_an_unchanged_line_between_them_are_both_there(
    base: list[bytes], data: some.DataObject
) -> None:
    at = data.draw(some.integers(0, len(base) - 3))
    other = data.draw(some.integers(at + 2, len(base) - 1))
    ours = [*base[:at], b"ours\n", *base[at + 1 :]]
    theirs = [*base[:other], b"theirs\n", b"two\n", *base[other + 1 :]]
    both = [*base[:at], b"ours\n", *base[at + 1 : other], b"theirs\n", b"two\n", *base[other + 1 :]]
    assert merge(b"".join(base), b"".join(ours), b"".join(theirs)) == b"".join(both)


def test_the_same_line_changed_differently_names_the_place() -> None:
    assert merge(b"a\nb\nc\n", b"a\nX\nc\n", b"a\nY\nc\n") == Overlap(2)
    assert merge(b"a\nb\nc\n", b"a\nX\nc\n", b"a\nb\nY\n") == Overlap(3), "lines that touch"


@settings(max_examples=25, deadline=None)
@given(numbered, some.data())
def test_git_merges_to_the_same_bytes(
    tmp_path_factory: object, base: list[bytes], data: some.DataObject
) -> None:
    sides = []
    for name in (b"ours", b"theirs"):
        at = data.draw(some.integers(0, len(base) - 1))
        sides.append(b"".join([*base[:at], name + b"\n", *base[at + 1 :]]))
    ours = merge(b"".join(base), *sides)
    folder = Path(tmp_path_factory.mktemp("merge"))  # type: ignore[attr-defined]
    for file, content in zip(("a", "o", "b"), (sides[0], b"".join(base), sides[1]), strict=True):
        (folder / file).write_bytes(content)
    ended = subprocess.run(
        ["git", "merge-file", "-p", "a", "o", "b"], cwd=folder, capture_output=True, check=False
    )
    assert isinstance(ours, Overlap) == (ended.returncode != 0)
    if not isinstance(ours, Overlap):
        assert ours == ended.stdout


@given(numbered, some.data())
def test_keeping_all_leaves_out_no_new_line_of_either_side(base: list[bytes], data: some.DataObject) -> None:
    sides = []
    for name in (b"ours", b"theirs"):
        lines = list(base)
        for count in range(data.draw(some.integers(1, 3))):
            at = data.draw(some.integers(0, len(lines) - 1))
            new = b"%s %d\n" % (name, count)
            if data.draw(some.booleans()):
                lines[at] = new
            else:
                lines.insert(at, new)
        sides.append(lines)
    merged = merge_keeping_all(b"".join(base), b"".join(sides[0]), b"".join(sides[1])).splitlines(
        keepends=True
    )
    for side in sides:
        assert {line for line in side if line not in base} <= set(merged)
