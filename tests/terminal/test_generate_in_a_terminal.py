"""`generate` and `check` as real processes: the main job, with real Terraform."""

import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pytest

from aws_orchestrator.catalog import shipped_library
from support.house import MODULE, add_skill, module_files
from support.terminal import COMMAND, PATIENCE, Ended, environment, run

SENTENCE = "encrypted bucket with versioning and access logging to my-logs"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory, home: Path) -> tuple[Path, Ended]:
    """A workspace in which the main job was done."""
    workspace = tmp_path_factory.mktemp("bucket")
    return workspace, run("generate", SENTENCE, "--workspace", str(workspace), "--json", home=home)


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = tmp_path_factory.mktemp("queue")
    add_skill(workspace)
    return workspace


def test_a_sentence_becomes_a_module_that_terraform_formatted_validated_and_applied(
    bucket: tuple[Path, Ended],
) -> None:
    workspace, ended = bucket
    assert ended.code == 0, ended.err
    report = ended.report

    assert report["formatVersion"] == 1
    assert report["status"] == "done"
    assert report["module"]["service"] == "s3"
    assert report["module"]["path"] == "terraform_modules/s3"
    assert sorted(report["module"]["files"]) == sorted(module_files(workspace, "terraform_modules/s3"))
    validation = report["validation"]
    assert (validation["status"], validation["engine"], validation["providerVersion"]) == (
        "valid",
        "bundled",
        shipped_library().versions("hashicorp/aws")[-1],
    )
    assert validation["checks"] == dict.fromkeys(("init", "fmt", "validate", "rules", "tests"), "passed")
    assert validation["findings"] == []
    assert [(gate["kind"], gate["choice"]) for gate in report["gates"]] == [
        ("commit", "keep_local"),
        ("next_steps", "done"),
    ]
    assert all(isinstance(seconds, float) for seconds in report["timings"].values())
    assert report["timings"]
    assert "aws_s3_bucket_logging" in (workspace / "terraform_modules/s3/main.tf").read_text(encoding="utf-8")
    assert "tf-validator" in ended.err


def test_nothing_is_written_but_modules_and_our_own_folder(bucket: tuple[Path, Ended], home: Path) -> None:
    workspace, _ = bucket
    assert {path.name for path in workspace.iterdir()} == {"terraform_modules", ".aws-orchestrator"}
    ours = {path.name for path in (workspace / ".aws-orchestrator").iterdir()}
    assert ours - {"skills"} == {"memories", "runs"}
    assert [path.name for path in (workspace / ".aws-orchestrator" / "memories").iterdir()] == [
        "module-index.md"
    ]
    # The home is the temporary folder of this test, too: scratch copies and Terraform's own home are gone.
    assert list(home.iterdir()) == []


def test_check_finds_the_generated_module_valid_and_a_mistake_in_it_with_its_place(
    bucket: tuple[Path, Ended], home: Path
) -> None:
    module = bucket[0] / "terraform_modules/s3"
    good = run("check", str(module), "--json", home=home)
    assert good.code == 0, good.out + good.err
    assert good.report["checks"] == dict.fromkeys(("init", "fmt", "validate", "rules", "tests"), "passed")

    copy = bucket[0] / "copy"
    copy.mkdir()
    for name, content in module_files(bucket[0], "terraform_modules/s3").items():
        if "/" not in name:
            (copy / name).write_bytes(content.replace(b"force_destroy = var", b"force_destory = var"))
    bad = run("check", str(copy), "--json", home=home)
    assert bad.code == 1
    found = [finding for finding in bad.report["findings"] if finding["check"] == "validate"]
    assert (found[0]["file"], found[0]["severity"]) == ("main.tf", "error")
    assert b"force_destory" in (copy / "main.tf").read_bytes()[found[0]["start"] : found[0]["end"]]


def test_a_person_at_the_terminal_answers_a_gate_and_ends_the_input_for_the_safe_choice(
    queue: Path, home: Path
) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "generate", "a queue", "--workspace", str(queue)],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment(home, TERM="xterm"),
        start_new_session=True,
    )
    os.close(follower)
    said = _converse(leader, process, [("1-1:", b"7\n"), ("Type the number", b"1\n"), ("1-3:", b"\x04")])

    assert process.returncode == 0, said
    assert "Commit Gate" in said
    assert "gate commit: keep_local (you)" in said
    assert "gate next_steps: done (nobody answered: the safe choice)" in said
    assert "Traceback" not in said


def test_an_edit_is_kept_until_the_file_is_approved_by_name_and_a_foreign_file_stays(
    queue: Path, home: Path
) -> None:
    main, foreign = queue / MODULE / "main.tf", queue / MODULE / "notes.md"
    main.parent.mkdir(parents=True, exist_ok=True)
    main.write_text("# mine\n", encoding="utf-8")
    foreign.write_text("mine", encoding="utf-8")
    arguments = ("generate", "a queue with dead letters", "--workspace", str(queue), "--json")
    stopped = run(*arguments, home=home)
    assert stopped.code == 3
    assert main.read_text(encoding="utf-8") == "# mine\n"
    assert stopped.report["status"] == "cancelled"
    assert stopped.report["gates"][-1]["kind"] == "destructive"

    approved = run(*arguments, "--approve-destructive", f"{MODULE}/main.tf", home=home)
    assert approved.code == 0, approved.err
    assert "aws_sqs_queue" in main.read_text(encoding="utf-8")
    assert foreign.read_text(encoding="utf-8") == "mine"


def _converse(leader: int, process: "subprocess.Popen[bytes]", script: list[tuple[str, bytes]]) -> str:
    """What the process says while each prompt is answered when it comes."""
    said, heard, end = "", 0, time.monotonic() + PATIENCE
    while time.monotonic() < end:
        ready, _, _ = select.select([leader], [], [], 0.2)
        if ready:
            try:
                chunk = os.read(leader, 65_536)
            except OSError:  # the other side is closed
                break
            if not chunk:
                break
            said += chunk.decode("utf-8", "replace")
        if script and script[0][0] in said[heard:]:
            heard = said.index(script[0][0], heard) + len(script[0][0])
            os.write(leader, script.pop(0)[1])
    process.wait(timeout=PATIENCE)
    os.close(leader)
    return said
