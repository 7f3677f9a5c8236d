"""Settings from the environment, the editor and the workspace's file, in this order of strength."""

from pathlib import Path

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.memories import read_policies
from aws_orchestrator.settings import load_settings


def write(workspace: Path, text: str | bytes) -> Path:
    path = workspace / ".aws-orchestrator" / "settings.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_environment_is_stronger_than_the_editor_and_the_editor_than_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        tmp_path,
        "modules_folder: file\ncheck_seconds: 1\ndisabled_rules: [a]\nlimits: {tool_calls: 5, modelCalls: 6}\n",
    )
    monkeypatch.setenv("AWS_ORCHESTRATOR_MODULES_FOLDER", "environment")
    monkeypatch.setenv("AWS_ORCHESTRATOR_LIMITS_TOOL_CALLS", "7")
    settings = load_settings(tmp_path, {"modulesFolder": "editor", "checkSeconds": 2, "disabledRules": None})

    assert settings.modules_folder == "environment"
    assert settings.check_seconds == 2
    assert settings.disabled_rules == {"a"}
    assert (settings.limits.tool_calls, settings.limits.model_calls) == (7, 6)


def test_a_workspaces_file_lowers_limits_and_never_raises_them(tmp_path: Path) -> None:
    write(tmp_path, "limits: {writes: 1000, tool_calls: 10}")
    limits = load_settings(tmp_path).limits

    assert (limits.writes, limits.tool_calls) == (20, 10)


@pytest.mark.parametrize(
    "folder",
    ["/etc", "../up", "a/../../b", "~", "C:x", " ", ".git/hooks", ".aws-orchestrator", "a\nb", "\\\\host"],
)
def test_modules_stay_in_a_folder_of_their_own_inside_the_workspace(tmp_path: Path, folder: str) -> None:
    with pytest.raises(
        UsageError, match="modules_folder in the editor's settings is wrong: it must be a folder of its own"
    ):
        load_settings(tmp_path, {"modulesFolder": folder})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- a", "must hold a mapping"),
        ("a: [", "is no valid YAML"),
        (b"\xff\xfe", "cannot be read as UTF-8"),
        ("surprise: 1", "The setting surprise in `.aws-orchestrator/settings.yaml` is wrong"),
        ("limits: {writes: many}", "The setting limits.writes"),
        ("[" * 30_000, "is no valid YAML"),
        ("x: " + "y" * 70_000, "larger than"),
        ("a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\ndisabled_rules: [*c,*c]", "is wrong"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    write(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        load_settings(tmp_path)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff", b"x" * 300_000, b"a\x00b"])
def test_a_policy_file_that_cannot_be_read_is_named_and_ignored(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ".aws-orchestrator" / "memories" / "hitl-policies.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    text, notes = read_policies(tmp_path)

    assert "Mandatory gates" in text
    assert len(notes) == 1
    assert "hitl-policies.md was ignored" in notes[0]


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "circle"])
def test_a_policy_file_that_is_no_file_of_the_workspace_is_ignored(tmp_path: Path, kind: str) -> None:
    import os

    workspace = tmp_path / "workspace"
    path = workspace / ".aws-orchestrator" / "memories" / "hitl-policies.md"
    path.parent.mkdir(parents=True)
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    if kind == "link":
        path.symlink_to(tmp_path / "secret")
    elif kind == "circle":
        path.symlink_to(path)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    text, notes = read_policies(workspace)

    assert "secret" not in text
    assert len(notes) == 1


def test_a_workspaces_file_does_not_choose_who_thinks_on_whose_account(tmp_path: Path) -> None:
    write(tmp_path, "mind: builtin")
    assert load_settings(tmp_path).mind == "builtin"
    for text in (
        "mind: claude",
        "claude: {base_url: 'https://evil.example'}",
        "claude: {planningModel: dear}",
    ):
        write(tmp_path, text)
        with pytest.raises(UsageError, match="is not read from a workspace's file"):
            load_settings(tmp_path)


def test_claude_is_set_in_the_editor_and_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ORCHESTRATOR_MIND", "claude")
    monkeypatch.setenv("AWS_ORCHESTRATOR_CLAUDE_EDITING_MODEL", "one")
    editor = {"claude": {"editingModel": "two", "planningModel": "three", "baseUrl": "http://127.0.0.1:9"}}
    settings = load_settings(tmp_path, editor)

    assert settings.mind == "claude"
    assert (settings.claude.editing_model, settings.claude.planning_model) == ("one", "three")
    with pytest.raises(
        UsageError, match=r"claude\.base_url in the editor's settings is wrong: it must begin with https"
    ):
        load_settings(tmp_path, {"claude": {"baseUrl": "http://gateway.example"}})


def test_a_program_is_never_named_by_a_workspaces_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "terraform_binary: ./evil")
    with pytest.raises(UsageError, match="terraform_binary may not stand in"):
        load_settings(tmp_path)
    write(tmp_path, "engine: cli")
    monkeypatch.setenv("AWS_ORCHESTRATOR_TERRAFORM_BINARY", "/opt/tofu")
    settings = load_settings(tmp_path)
    assert (settings.engine, settings.terraform_binary) == ("cli", "/opt/tofu")
