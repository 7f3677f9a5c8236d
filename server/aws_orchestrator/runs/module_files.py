"""Module files: the in-memory file set of a run; nothing in it is on the disk until `sync_workspace`."""

from collections.abc import Mapping

from aws_orchestrator.errors import ToolFailed

_SIZE_LIMIT = 1024 * 1024


class ModuleFiles:
    """A jailed set of files: only declared paths, only below the module's folder."""

    def __init__(self, declared: frozenset[str]) -> None:
        """No files yet; `declared` are the only paths that may be written."""
        self.declared = declared
        self._files: dict[str, bytes] = {}

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files by path, sorted."""
        return dict(sorted(self._files.items()))

    def read(self, path: str) -> bytes:
        """The content of a file; ToolFailed when it does not exist."""
        if path not in self._files:
            raise ToolFailed(
                f"{path} does not exist; the module has {', '.join(sorted(self._files)) or 'no files yet'}."
            )
        return self._files[path]

    def write(self, path: str, content: bytes) -> None:
        """Write or rewrite one file; ToolFailed when the path is not declared or the content is no text."""
        if path not in self.declared:
            raise ToolFailed(
                f"{path} is not a file of this module; it declares {', '.join(sorted(self.declared))}."
            )
        if len(content) > _SIZE_LIMIT:
            raise ToolFailed(f"{path} would be larger than {_SIZE_LIMIT >> 10} KB.")
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            raise ToolFailed(f"{path} would not be UTF-8 text.") from None
        self._files[path] = content

    def replace(self, files: Mapping[str, bytes]) -> None:
        """Make the set exactly these files."""
        before = self._files
        self._files = {}
        try:
            for path, content in files.items():
                self.write(path, content)
        except ToolFailed:
            self._files = before
            raise
