"""A journal holds whole entries only, and says in a sentence when it cannot be read."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.errors import UsageError
from aws_orchestrator.runs.cancel import cancel_run
from aws_orchestrator.runs.contents import kept_content
from aws_orchestrator.runs.journal import (
    CannotRecord,
    Journal,
    JournalError,
    NewerFormat,
    read_ends,
    read_entries,
)
from aws_orchestrator.runs.store import RunStore
from support.outside import FakeClock


def made(folder: Path, *kinds: str) -> Path:
    path = folder / "journal.jsonl"
    journal = Journal.create(path, folder / "staging", "run_started", "now", request="ä\u2028\n")
    for number, kind in enumerate(kinds):
        journal.append(kind, "later", number=number)
    journal.close()
    return path


def test_entries_come_back_in_order_with_what_they_held(tmp_path: Path) -> None:
    path = made(tmp_path, "a", "b")

    assert [(e.sequence, e.kind, e.data) for e in read_entries(path)] == [
        (1, "run_started", {"request": "ä\u2028\n"}),
        (2, "a", {"number": 0}),
        (3, "b", {"number": 1}),
    ]
    assert not list((tmp_path / "staging").iterdir())


@settings(deadline=None, max_examples=40)
@given(cut=st.integers(min_value=1, max_value=400))
def test_wherever_a_crash_cuts_it_off_the_journal_goes_on_after_its_last_whole_entry(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = made(tmp_path_factory.mktemp("journal"), "a", "b", "c")
    whole = path.read_bytes()
    head = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    path.write_bytes(whole[: max(head, len(whole) - cut)])
    before = read_entries(path)
    journal = Journal.open(path)
    journal.append("after", "now")
    journal.close()

    assert [e.kind for e in read_entries(path)] == [*(e.kind for e in before), "after"]
    assert [e.kind for e in before] == ["run_started", "a", "b", "c"][: len(before)]
    assert read_ends(path).last.kind == "after"


def test_the_ends_of_a_long_journal_are_found_without_reading_its_middle(tmp_path: Path) -> None:
    path = made(tmp_path)
    journal = Journal.open(path)
    for size in (10, 300_000, 10):
        journal.append("long", "now", text="x" * size)
    assert read_ends(path).last.data == {"text": "x" * 10}
    journal.append("longest", "now", text="x" * 100_000)
    journal.close()
    assert read_ends(path).last.kind == "longest"
    assert read_ends(path).first.kind == "run_started"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense\n",
        b"[]\n",
        b"{}\n",
        b'{"format_version":"x"}\n',
        b'{"format_version":1}\n{"kind":"a","sequence":7}\n',
        b'{"format_version":1}\n{"kind":7,"sequence":1}\n',
        b'{"format_version":1}\n' + b"[" * 100_000 + b"\n",
        b'{"format_version":1}\n{"kind":"run_started","sequence":1,"at":"x"}\n{"kind":"run_ended","sequence":2,"status":"<b>"}\n',
    ],
)
def test_a_damaged_journal_is_listed_as_failed_with_a_sentence_and_can_be_closed(
    tmp_path: Path, content: bytes
) -> None:
    store = RunStore(tmp_path)
    run_id, folder = store.create("2030")
    (folder / "journal.jsonl").write_bytes(content)
    (summary,) = store.runs().runs

    assert summary.status == "failed"
    assert "runs cancel" in summary.message
    if b"run_ended" not in content:
        cancel_run(store, FakeClock(), run_id)
        assert store.runs().runs[0].status == "cancelled"


def test_a_journal_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run_id, folder = store.create("2030")
    path = folder / "journal.jsonl"
    path.write_bytes(b'{"format_version":2}\n')

    assert "Update AWS Orchestrator" in store.runs().runs[0].message
    with pytest.raises(NewerFormat):
        cancel_run(store, FakeClock(), run_id)
    assert path.read_bytes() == b'{"format_version":2}\n'


def test_no_link_is_followed_to_a_journal_or_a_content(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run_id, folder = store.create("2030")
    outside = made(tmp_path)
    (folder / "journal.jsonl").symlink_to(outside)

    assert store.runs().runs == ()
    with pytest.raises(UsageError):
        store.folder_of(run_id)
    with pytest.raises(JournalError):
        Journal.open(folder / "journal.jsonl")
    with pytest.raises(JournalError):
        kept_content(folder / "objects", "../../../secret")


def test_what_the_disk_does_not_take_is_not_in_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path, "a")
    before = path.read_bytes()
    journal = Journal.open(path)
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:5]))
    with pytest.raises(CannotRecord, match="No space left on device"):
        journal.append("b", "now")
    journal.close()

    assert path.read_bytes() == before


def test_a_thousand_runs_are_listed_from_their_ends_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(tmp_path)
    for number in range(1_000):
        _, folder = store.create(f"2030{number:04}")
        lines: list[dict[str, object]] = [
            {"format_version": 1},
            {
                "sequence": 1,
                "kind": "run_started",
                "at": "2030",
                "workflow": "new_module",
                "request": f"{number}",
            },
            {"sequence": 2, "kind": "reported", "at": "2030", "report": "x" * 20_000},
            {
                "sequence": 3,
                "kind": "run_ended",
                "at": "2030",
                "status": "done",
                "module": "m",
                "message": "",
            },
        ]
        (folder / "journal.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"
        )
    opened: list[object] = []
    monkeypatch.setattr("aws_orchestrator.runs.store.read_entries", opened.append)
    runs = store.runs().runs

    assert len(runs) == 1_000
    assert runs[0].request == "999"
    assert opened == []
