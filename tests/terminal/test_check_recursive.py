"""`check --recursive` on repositories: what is found, what is left out, and how it ends."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from aws_orchestrator.cli.main import main

_VERSIONS = """\
terraform {
  required_version = ">= 1.3.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40.0"
    }
  }
}
"""
_GOOD = {
    "versions.tf": _VERSIONS,
    "main.tf": 'resource "aws_sns_topic" "this" {\n  kms_master_key_id = "x"\n}\n',
}
_BAD = {"versions.tf": _VERSIONS, "main.tf": 'resource "aws_sns_topic" "this" {\n  nmae = "x"\n}\n'}


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def module(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    """A module's files in a folder."""
    return {f"{folder}/{name}": content for name, content in files.items()}


def git(root: Path, *words: str) -> None:
    """Run git as somebody without settings of their own."""
    subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True)


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the object of `--format json`, and what people read."""
    code = main(["check", *words, "--format", "json"])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, json.loads(captured.out.splitlines()[-1]), captured.err


def test_every_module_of_a_repository_is_checked_and_no_process_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "--quiet")
    caller = 'module "topic" {\n  source = "../good"\n}\n'
    example = 'provider "aws" {\n  region = "eu-west-1"\n}\n\nmodule "x" {\n  source = "../.."\n}\n'
    write(
        tmp_path,
        {
            ".gitignore": "scratch/\n",
            **module("modules/good", _GOOD),
            **module("modules/bad", _BAD),
            **module("modules/caller", {"versions.tf": _VERSIONS, "main.tf": caller}),
            **module("modules/good/examples/basic", {"main.tf": example}),
            **module("scratch/ignored", _BAD),
            **module("modules/good/.terraform/modules/x", _BAD),
            "modules/huge/main.tf": b"# " + b"x" * (5 << 20) + b"\n",
            "modules/latin/main.tf": 'locals {\n  name = "é"\n}\n'.encode("latin-1"),
            "README.md": "no module",
        },
    )
    (tmp_path / "modules" / "good" / "round").symlink_to(tmp_path / "modules")
    before = {process.pid for process in psutil.Process().children(recursive=True)}

    code, report, said = checked(
        capsys, "--recursive", str(tmp_path), "--rule-off", "merge-tagging", "--jobs", "2"
    )

    found = {entry["path"]: entry for entry in report["modules"]}
    assert list(found) == [
        f"modules/{name}" for name in ("bad", "caller", "good", "good/examples/basic", "huge", "latin")
    ]
    assert (code, report["status"]) == (1, "invalid")
    assert {path for path, entry in found.items() if entry["status"] == "valid"} == {
        "modules/good",
        "modules/caller",
        "modules/good/examples/basic",
    }
    # An example may name a region.
    assert found["modules/good/examples/basic"]["findings"] == []
    [mistake] = [one for one in found["modules/bad"]["findings"] if one["check"] == "validate"]
    assert (mistake["file"], mistake["line"]) == ("main.tf", 2)
    assert "nmae" in mistake["detail"]
    assert found["modules/huge"]["status"] == "notChecked"
    assert "larger than 5 MB" in found["modules/huge"]["message"]
    [latin] = [one for one in found["modules/latin"]["findings"] if one["check"] == "validate"]
    assert (latin["summary"], latin["file"], latin["line"]) == ("File is not UTF-8", "main.tf", 2)
    assert all(entry["checks"]["tests"] == "skipped" for entry in found.values() if "checks" in entry)
    assert not any(
        one["code"] == "merge-tagging" for entry in found.values() for one in entry.get("findings", ())
    )
    assert report["summary"] | {"errors": 0, "warnings": 0, "information": 0} == {
        "modules": 6, "valid": 3, "invalid": 2, "notChecked": 1, "errors": 0, "warnings": 0, "information": 0
    }  # fmt: skip
    assert "6 modules: 3 valid, 2 invalid, 1 not checked" in said
    assert {process.pid for process in psutil.Process().children(recursive=True)} <= before


def test_tests_run_where_they_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    test = (
        'mock_provider "aws" {}\n\nrun "it_is_named" {\n  assert {\n'
        '    condition     = aws_sns_topic.this.kms_master_key_id == "y"\n    error_message = "Wrong key."\n  }\n}\n'
    )
    write(tmp_path, module("a", {**_GOOD, "tests/a.tftest.hcl": test}))
    code, report, _ = checked(capsys, "--recursive", "--tests", str(tmp_path))
    [entry] = report["modules"]
    assert (code, entry["checks"]["tests"]) == (1, "failed")
    assert any("Wrong key." in finding["detail"] for finding in entry["findings"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--recursive", "empty"), "holds .tf files; name a folder with modules in it"),
        (("--recursive", "missing"), "is not a folder"),
        (("--recursive", "file"), "is not a folder"),
        (("--recursive", "loop"), "cannot be read"),
        (("--recursive", "x" * 300), "cannot be read"),
        (("--recursive", "module", "--rule-off", "no-any-typ"), 'Did you mean "no-any-type"?'),
        (("module", "--rule-off", "zzzzzz"), "There are: conditional-resources,"),
        (("module", "--tests"), "go with --recursive"),
        (("module", "--json", "--format", "sarif"), "choose one"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    write(tmp_path, {"file": "", **module("module", _GOOD)})
    assert main(["check", *words]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1


def test_a_hook_of_git_checks_the_same_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A hook's environment names git's folder relative to another one."""
    git(tmp_path, "init", "--quiet")
    write(
        tmp_path,
        {".gitignore": "ignored/\n", **module("modules/a", _GOOD), **module("modules/ignored/b", _BAD)},
    )
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    code, report, _ = checked(capsys, "--recursive", str(tmp_path / "modules"))
    assert [entry["path"] for entry in report["modules"]] == ["modules/a"]
    assert code == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read every folder")
def test_an_unreadable_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {**module("a", _GOOD), **module("b", _GOOD)})
    (tmp_path / "b").chmod(0)
    try:
        _, report, _ = checked(capsys, "--recursive", str(tmp_path))
    finally:
        (tmp_path / "b").chmod(0o700)
    assert [entry["path"] for entry in report["modules"]] == ["a"]
    assert "b cannot be read" in report["notes"][0]


def test_an_example_is_held_to_the_errors_of_the_rules_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "AKIA" + "A" * 16
    example = f'provider "aws" {{\n  region     = "eu-west-1"\n  access_key = "{key}"\n}}\n'
    write(tmp_path, module("queue/examples/basic", {"versions.tf": _VERSIONS, "main.tf": example}))

    code, report, _ = checked(capsys, "--recursive", str(tmp_path))

    assert code == 1
    (found,) = report["modules"]
    rules = [finding for finding in found["findings"] if finding["check"] == "rules"]
    assert rules
    assert {finding["severity"] for finding in rules} == {"error"}
    assert found["checks"]["rules"] == "failed"
