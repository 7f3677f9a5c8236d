"""The one place where an agent's tools run: every limit is counted here, whoever the mind is."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aws_orchestrator.errors import ToolFailed
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles

Tool = Callable[..., Awaitable[Any]]


class WrongPath(ToolFailed):
    """A tool was asked to run in a folder that does not exist."""


class Dispatcher:
    """Runs tools by name and counts them.

    `write_file`, `write_files` and `read_file` work on the run's module files; further tools are registered by the
    workflow (`execute`, `sync_workspace`, those of MCP servers).
    """

    def __init__(self, usage: Usage, files: ModuleFiles) -> None:
        """A dispatcher for one run."""
        self.usage = usage
        self.files = files
        self._tools: dict[str, Tool] = {}

    def register(self, name: str, tool: Tool) -> None:
        """Make a tool available under a name."""
        self._tools[name] = tool

    async def call(self, name: str, **arguments: Any) -> Any:
        """Run a tool.

        Raises ToolFailed (the agent may try again), AgentStopped after too many failures, LimitReached and GracefulEnd
        when the run may not do more.
        """
        self.usage.use_tool_call()
        tool = self._tools.get(name)
        if tool is None:
            raise ToolFailed(f"There is no tool {name}; there are {', '.join(sorted(self._tools))}.")
        try:
            return await tool(**arguments)
        except WrongPath as error:
            self.usage.wrong_path(str(error))
            raise

    async def write_file(self, path: str, content: bytes) -> None:
        """One write of a mind."""
        self.usage.use_tool_call()
        self._write(lambda: self.files.write(path, content))

    async def write_files(self, files: Mapping[str, bytes]) -> None:
        """The batch of a compiler: all files at once, one write."""
        self.usage.use_tool_call()
        self._write(lambda: self.files.replace(files))

    async def read_file(self, path: str) -> bytes:
        """The content of one module file."""
        self.usage.use_tool_call()
        return self.files.read(path)

    def _write(self, write: Callable[[], None]) -> None:
        self.usage.use_write()
        try:
            write()
        except ToolFailed as error:
            self.usage.failed_write(str(error))
            raise
