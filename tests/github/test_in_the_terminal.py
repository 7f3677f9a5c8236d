"""The command as a person runs it, with real Terraform, a real process of the server and a real repository behind."""

from pathlib import Path

import pytest

from doubles.github_rest import TOKEN, GitHub
from doubles.servers import command_of
from support.terminal import Ended, run

MAIN = b"""variable "name" {
  type = string
}

resource "aws_s3_bucket" "main" {
  bucket = var.name # odd   spacing
}
"""
PUSH = ("--answer", "commit=push_to_github", "--answer", "commit.repository=acme/infra")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def command(workspace: Path, hub: GitHub, kind: str, *words: str) -> Ended:
    given = {
        "AWS_ORCHESTRATOR_GITHUB_MCP_COMMAND": command_of(kind),
        "GITHUB_PERSONAL_ACCESS_TOKEN": TOKEN,
        "GITHUB_HOST": hub.host,
    }
    home = workspace.parent / "home"
    return run(*words, "--workspace", str(workspace), "--json", home=home, **given)


def test_a_module_on_github_is_updated_and_every_other_byte_stays(
    workspace: Path, hub: GitHub, kind: str
) -> None:
    base = hub.repository.commit({"modules/site/main.tf": MAIN}, "The module")
    ended = command(
        workspace,
        hub,
        kind,
        "update",
        "acme/infra//modules/site@main",
        "add an output bucket_arn",
        *PUSH,
        "--answer",
        "commit.branch=feat/arn",
        "--answer",
        "commit.pull_request=yes",
    )
    assert ended.code == 0, ended.err
    commit = ended.report["commit"]
    assert (commit["repository"], commit["branch"]) == ("acme/infra", "feat/arn")
    assert commit["sha"] == hub.repository.head("feat/arn")
    assert commit["pullRequest"] == f"{hub.host}/acme/infra/pull/1"
    assert hub.repository.log("feat/arn")[1] == base
    files = hub.repository.files("feat/arn")
    assert files["modules/site/main.tf"] == MAIN
    assert b"aws_s3_bucket.main.arn" in files["modules/site/outputs.tf"]
    assert TOKEN not in ended.out + ended.err
    for path in workspace.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()


def test_a_push_that_cannot_be_made_is_said_before_the_run_begins(workspace: Path, hub: GitHub) -> None:
    home = workspace.parent / "home"
    words = ("generate", "an encrypted bucket", "--workspace", str(workspace), "--json")
    ended = run(*words, *PUSH, home=home)
    assert ended.code == 2
    assert "AWS_ORCHESTRATOR_GITHUB_MCP_COMMAND" in ended.report["message"]
    given = {"AWS_ORCHESTRATOR_GITHUB_MCP_COMMAND": command_of("double"), "GITHUB_HOST": hub.host}
    ended = run(*words, "--answer", "commit=push_to_github", home=home, **given)
    assert ended.code == 2
    assert "commit.repository=owner/name" in ended.report["message"]
    ended = run(*words, *PUSH, "--answer", "commit.branch=a..b", home=home, **given)
    assert ended.code == 2
    assert "commit.branch=a..b cannot be taken" in ended.report["message"]
    assert not (workspace / "terraform_modules").exists()
    ended = run("update", "acme/infra//modules/../x", "add versioning", "--json", home=home, **given)
    assert ended.code == 2
    assert "names no module on GitHub" in ended.report["message"]
    assert hub.calls == []
