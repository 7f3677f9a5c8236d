"""The settings that an editor sends: the server's among whatever else its section holds."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aws_orchestrator.errors import UsageError
from aws_orchestrator.lsp.client import plain
from aws_orchestrator.settings import Settings, load_settings

SECTION = "awsOrchestrator"


class EditorSettings:
    """Keeps the last settings of the editor that are right: those of `initialize`, under those that came later."""

    def __init__(self, read: Callable[[Path | None, Mapping[str, Any]], Settings] = load_settings) -> None:
        """Nothing was sent. `read` merges what the editor sent into the settings of a folder."""
        self._read = read
        self._initial: Mapping[str, Any] = {}
        self._later: Mapping[str, Any] = {}
        self._last: dict[Path | None, Settings] = {}

    def accept(self, sent: Any, initial: bool) -> str:
        """Take over what was sent; the sentence that says what is wrong, and then nothing is taken over.

        Unknown keys are another program's (the extension's own) and do not matter.
        """
        section = plain(plain(sent).get(SECTION, sent))
        values = {key: value for key, value in section.items() if _snake(key) in Settings.model_fields}
        try:
            load_settings(None, values)
        except UsageError as error:
            return f"{error} These settings are not used until that is mended."
        if initial:
            self._initial = values
        else:
            self._later = values
        # A new one: who is reading meanwhile, beside the loop, remembers into the one before.
        self._last = {}
        return ""

    def of(self, folder: Path | None) -> Settings:
        """The settings of a workspace folder, read now; UsageError names what is wrong in its file or the environment."""
        last = self._last
        last[folder] = self._read(folder, {**self._initial, **self._later})
        return last[folder]

    def last(self, folder: Path | None) -> Settings:
        """The settings of a workspace folder as they were last read: who hovers does not wait for the disk."""
        if folder not in self._last:
            try:
                return self.of(folder)
            except UsageError:
                self._last[folder] = Settings()  # the check of the folder tells what is wrong
        return self._last[folder]


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), key)
