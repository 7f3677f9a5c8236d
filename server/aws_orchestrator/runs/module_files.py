"""Module files: the in-memory file set of a run; nothing in it is on the disk until `sync_workspace`."""

from collections.abc import Callable, Mapping

from aws_orchestrator.errors import ToolFailed

_SIZE_LIMIT = 1024 * 1024
Guard = Callable[[Mapping[str, bytes]], None]
"""Raises ToolFailed when the set must not become these files."""


class ModuleFiles:
    """A jailed set of files: only declared paths, only below the module's folder."""

    def __init__(self, declared: frozenset[str]) -> None:
        """No files yet; `declared` are the only paths that may be written."""
        self.declared = declared
        self.guard: Guard | None = None
        """Asked before every change of a single file."""
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
        if self.guard is not None:
            self.guard({**self._files, path: content})
        self._files[path] = content

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the one place where a file says `old`; ToolFailed when there is none, or more than one."""
        content = self.read(path)
        found = content.count(old.encode()) if old else 0
        if found != 1:
            how = "more than once; give more of the lines around it" if found else "nowhere; copy it exactly"
            raise ToolFailed(f"{path} says the old text {how}.")
        self.write(path, content.replace(old.encode(), new.encode()))

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
