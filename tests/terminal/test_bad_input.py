"""What is wrong before anything runs: one sentence, exit code 2, and with --json an object all the same."""

import json
import os
from pathlib import Path

import pytest

from aws_orchestrator.cli.main import main


def tried(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, dict[str, object]]:
    """The exit code, the sentence, and the object of `--json`."""
    try:
        code = main([*words, "--json"])
    except SystemExit as ended:
        code = int(ended.code or 0)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.err, json.loads(captured.out.splitlines()[-1])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("",), "The request is empty"),
        (("x" * 200_001,), "say what to generate in fewer than"),
        (("a volcano", "--answer", "commit=push"), "The gate commit has no choice `push`; it has keep_local"),
        (("a volcano", "--answer", "destructive=approve"), "--approve-destructive PATH_OR_ADDRESS"),
        (("a volcano", "--workspace", "missing"), "does not exist"),
        (("a volcano", "--workspace", "file"), "is a file"),
        (("a volcano", "--workspace", "loop"), "cannot be read"),
        (("a volcano", "--workspace", "x" * 300), "cannot be read"),
        (("a volcano", "--nonsense"), "unrecognized arguments: --nonsense"),
        ((), "the following arguments are required: request"),
    ],
)
def test_bad_input_of_generate_is_refused_and_nothing_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    code, said, report = tried(capsys, "generate", *words)

    assert code == 2
    assert sentence in said
    assert (report["runId"], report["status"]) == (None, "failed")
    assert {path.name for path in tmp_path.iterdir()} == {"file", "loop"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("check", "missing"), "is not a folder"),
        (("check", "."), "holds no .tf files"),
        (("runs", "show", "20300101-abc"), "There is no run 20300101-abc"),
        (("runs", "resume", "../x"), "There is no run ../x"),
        (("runs", "cancel", "x"), "There is no run x"),
        (("runs", "list", "--workspace", "missing"), "is not a folder"),
    ],
)
def test_bad_input_of_the_other_commands_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said, report = tried(capsys, *words)

    assert code == 2
    assert sentence in said
    assert report["status"] == "failed"


def test_a_request_that_names_no_service_is_refused_and_its_run_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said, report = tried(capsys, "generate", "a volcano")
    assert code == 2
    assert "“a volcano”" in said
    assert str(report["message"]) in said

    assert main(["runs", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["formatVersion"] == 1
    assert [(run["runId"], run["status"]) for run in listed["runs"]] == [(report["runId"], "failed")]
    assert main(["runs", "show", str(report["runId"]), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [entry["kind"] for entry in shown["entries"]][:2] == ["run_started", "step_started"]
    assert main(["runs", "list"]) == 0
    assert "a volcano" in capsys.readouterr().out


def test_what_a_hostile_journal_holds_does_not_reach_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / ".aws-orchestrator" / "runs" / "20300101000000-abcdef"
    folder.mkdir(parents=True)
    evil = "\x1b]0;title\x07[link=x]\u202e"
    lines = [
        {"format_version": 1},
        {"sequence": 1, "kind": "run_started", "at": evil, "workflow": evil, "request": evil},
        {"sequence": 2, "kind": "module_chosen", "at": evil, "module": evil},
    ]
    (folder / "journal.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8"
    )

    for words in (["runs", "list"], ["runs", "show", folder.name]):
        assert main(words) == 0
        shown = capsys.readouterr().out
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
        assert "[link=x]" in shown
    code, said, _ = tried(capsys, "runs", "resume", folder.name)
    assert code == 1
    assert "runs cancel" in said


@pytest.mark.skipif(
    not hasattr(os, "fork") or os.geteuid() != 0, reason="only root can become somebody who may not write"
)
def test_a_workspace_that_may_not_be_written_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    child = os.fork()
    if child == 0:
        os.setgid(65_534)
        os.setuid(65_534)
        os._exit(main(["generate", "a volcano", "--workspace", "/usr/share"]))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    assert (
        "The workspace /usr/share cannot be written; choose a folder that you may write."
        in capfd.readouterr().err
    )
