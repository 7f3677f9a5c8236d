"""`aws-orchestrator update` as a real process, with Terraform itself."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MAIN = b"""variable "name" { type = string }

resource "aws_s3_bucket" "main" {
  bucket = var.name # odd   spacing
}
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    folder = tmp_path / "modules" / "bucket"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_bytes(MAIN)
    return folder


def update(workspace: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the object of `--json`."""
    command = [
        sys.executable,
        "-m",
        "aws_orchestrator",
        "update",
        *words,
        "--workspace",
        str(workspace),
        "--json",
    ]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
    return ended.returncode, json.loads(ended.stdout.splitlines()[-1])


def test_an_output_is_added_and_nothing_else_changes(tmp_path: Path, module: Path) -> None:
    code, report = update(tmp_path, str(module), "add an output bucket_arn")
    assert code == 0, report["message"]
    assert report["status"] == "done"
    assert report["plan"]["target"] == "modules/bucket"
    assert (report["plan"]["risk"], report["plan"]["breaking"]) == ("low", [])
    assert [(gate["kind"], gate["choice"]) for gate in report["gates"]] == [
        ("commit", "keep_local"),
        ("next_steps", "done"),
    ]
    assert report["validation"]["status"] == "valid"
    assert (module / "main.tf").read_bytes() == MAIN
    assert b"aws_s3_bucket.main.arn" in (module / "outputs.tf").read_bytes()


def test_what_destroys_data_stops_with_exit_code_3_and_says_how_to_go_on(
    tmp_path: Path, module: Path
) -> None:
    code, report = update(tmp_path, "modules/bucket", "delete the module")
    assert code == 3
    assert "--approve-destructive modules/bucket" in report["message"]
    assert (module / "main.tf").read_bytes() == MAIN


def test_what_cannot_be_done_is_bad_input(tmp_path: Path, module: Path) -> None:
    code, report = update(tmp_path, str(module), "paint it blue")
    assert code == 2
    assert "built-in mind can do" in report["message"]
    code, report = update(tmp_path, str(tmp_path / "nowhere"), "add an output bucket_arn")
    assert code == 2


def test_heal_mends_what_is_mechanical_and_a_value_that_was_never_applied_destroys_nothing(
    tmp_path: Path, module: Path
) -> None:
    (module / "main.tf").write_bytes(MAIN.replace(b"bucket = var", b"bukcet = var"))
    command = [
        sys.executable,
        "-m",
        "aws_orchestrator",
        "heal",
        str(module),
        "--workspace",
        str(tmp_path),
        "--json",
    ]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
    report = json.loads(ended.stdout.splitlines()[-1])
    assert (ended.returncode, report["status"]) == (0, "done"), report["message"]
    after = (module / "main.tf").read_bytes()
    assert b"  bucket = var.name # odd   spacing\n" in after
    assert b"var.s3_bucket_tags" in after
    assert report["plan"]["destroyed"] == []
    said = [change for file in report["plan"]["files"] for change in file["changes"]]
    assert 'Change "bukcet" to "bucket"' in said
