"""The one place where an agent's tools run and models are called: every limit is counted here, whoever the mind is."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from aws_orchestrator.errors import ToolFailed
from aws_orchestrator.runs.exchanges import Exchanges
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles

Tool = Callable[..., Awaitable[Any]]
_Answer = TypeVar("_Answer")


class WrongPath(ToolFailed):
    """A tool was asked to run in a folder that does not exist."""


class Dispatcher:
    """Runs tools by name and counts them.

    `write_file`, `write_files` and `read_file` work on the run's module files; further tools are registered by the
    workflow (`execute`, those of MCP servers). Every method raises AgentStopped after too many failures, and
    LimitReached or GracefulEnd when the run may not do more.
    """

    def __init__(self, usage: Usage, files: ModuleFiles, exchanges: Exchanges | None = None) -> None:
        """A dispatcher for one run; `exchanges` are its conversations with a model."""
        self.usage = usage
        self.files = files
        self.exchanges = exchanges or Exchanges()
        self.notes: list[str] = []
        """What a person should know of what a mind did or was refused, a sentence each."""
        self._tools: dict[str, Tool] = {}

    def register(self, name: str, tool: Tool) -> None:
        """Make a tool available under a name."""
        self._tools[name] = tool

    async def call(self, name: str, **arguments: Any) -> Any:
        """What a tool returns; ToolFailed when the agent may try again in another way."""
        self.usage.tool_call()
        tool = self._tools.get(name)
        if tool is None:
            known = ", ".join(sorted(self._tools)) or "none"
            raise ToolFailed(f"There is no tool {name}; there are: {known}.")
        try:
            return await tool(**arguments)
        except WrongPath as error:
            self.usage.wrong_path(str(error))
            raise

    async def call_model(self, call: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """What a model answers."""
        self.usage.model_call()
        return await call()

    async def write_file(self, path: str, content: bytes) -> None:
        """Write one module file; ToolFailed when the module has no such file."""
        self.usage.tool_call()
        self._write(lambda: self.files.write(path, content))

    async def write_files(self, files: Mapping[str, bytes]) -> None:
        """The batch of a compiler: all files at once, one write."""
        self.usage.tool_call()
        self._write(lambda: self.files.replace(files))

    async def read_file(self, path: str) -> bytes:
        """The content of one module file."""
        self.usage.tool_call()
        return self.files.read(path)

    async def edit_file(self, path: str, old: str, new: str) -> None:
        """Replace the one place where a module file says `old`; ToolFailed when there is none, or more than one."""
        self.usage.tool_call()
        self._write(lambda: self.files.edit(path, old, new))

    def _write(self, write: Callable[[], None]) -> None:
        self.usage.write()
        try:
            write()
        except ToolFailed as error:
            self.usage.failed_write(str(error))
            raise
