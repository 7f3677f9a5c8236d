"""The editor's settings: what was read last answers at once, and never says what was before a change."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_orchestrator.lsp.editor_settings import EditorSettings
from aws_orchestrator.settings import Settings, load_settings


def test_what_was_read_last_answers_until_the_editor_changes_something(tmp_path: Path) -> None:
    settings = EditorSettings()
    assert settings.last(tmp_path).hover is None
    file = tmp_path / ".aws-orchestrator" / "settings.yaml"
    file.parent.mkdir()
    file.write_text("hover: false\n")
    assert settings.last(tmp_path).hover is None
    assert settings.of(tmp_path).hover is False
    assert settings.last(tmp_path).hover is False
    assert settings.accept({"awsOrchestrator": {"hover": True}}, initial=False) == ""
    assert settings.last(tmp_path).hover is True


def test_a_file_that_is_wrong_leaves_the_defaults_to_who_does_not_wait(tmp_path: Path) -> None:
    (tmp_path / ".aws-orchestrator").mkdir()
    (tmp_path / ".aws-orchestrator" / "settings.yaml").write_text("hover: perhaps\n")
    assert EditorSettings().last(tmp_path).hover is None


def test_a_reading_that_began_before_a_change_is_not_remembered(tmp_path: Path) -> None:
    def read(folder: Path | None, sent: Mapping[str, Any]) -> Settings:
        found = load_settings(folder, sent)
        if not sent:
            # The check of a module reads beside the loop: meanwhile the person switches hover off.
            settings.accept({"hover": False}, initial=False)
        return found

    settings = EditorSettings(read)
    assert settings.of(tmp_path).hover is None
    assert settings.last(tmp_path).hover is False
