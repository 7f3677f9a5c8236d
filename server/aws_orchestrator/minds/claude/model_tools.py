"""A tool that a model may call: typed arguments, counted by the run's dispatcher, answered with text."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from aws_orchestrator.catalog import did_you_mean
from aws_orchestrator.errors import ToolFailed
from aws_orchestrator.mcp.tool import Tool, ToolSet
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.dispatcher import Dispatcher

_LONGEST_ANSWER = 60_000


class ModelTool(NamedTuple):
    """One tool."""

    name: str
    description: str
    schema: dict[str, Any]
    run: Callable[[dict[str, Any]], Awaitable[str]]
    """Takes the arguments as the model wrote them; ToolFailed is an answer that lets it try again."""

    @property
    def definition(self) -> dict[str, Any]:
        """The tool as a request names it."""
        return {"name": self.name, "description": self.description, "input_schema": self.schema}


def typed_tool(
    name: str,
    description: str,
    arguments: type[Frozen],
    run: Callable[[Any], Awaitable[str]],
) -> ModelTool:
    """A tool with arguments of that model; wrong ones are refused with the place and what is wrong."""

    async def checked(given: dict[str, Any]) -> str:
        try:
            asked = arguments.model_validate(given)
        except ValidationError as error:
            raise ToolFailed(sentences(error, arguments)) from error
        return await run(asked)

    schema = arguments.model_json_schema()
    schema.pop("title", None)
    schema.pop("description", None)
    return ModelTool(name, description, schema, checked)


def shared_tools(tools: Iterable[Tool[Any]]) -> list[ModelTool]:
    """Tools of the MCP server, as a model's."""
    tool_set = ToolSet(tools)

    def made(tool: Tool[Any]) -> ModelTool:
        async def run(given: dict[str, Any]) -> str:
            answer = await tool_set.call(tool.name, given)
            if answer.failed:
                raise ToolFailed(answer.text)
            return answer.text

        return ModelTool(tool.name, tool.description, tool.input_schema, run)

    return [made(tool) for tool in tool_set.tools.values()]


def file_tools(tools: Dispatcher, write: bool) -> list[ModelTool]:
    """`read_file`, `edit_file` and, with `write`, `write_file` on the run's module files in memory."""

    async def read(asked: ReadFile) -> str:
        return (await tools.read_file(asked.path)).decode()

    async def edit(asked: EditFile) -> str:
        await tools.edit_file(asked.path, asked.old, asked.new)
        return f"{asked.path} is changed."

    async def write_whole(asked: WriteFile) -> str:
        await tools.write_file(asked.path, asked.content.encode())
        return f"{asked.path} is written."

    made = [
        typed_tool("read_file", "The content of one file of the module.", ReadFile, read),
        typed_tool(
            "edit_file",
            "Replace one place of a file. `old` is copied exactly and is in the file once; everything else stays.",
            EditFile,
            edit,
        ),
    ]
    if write:
        description = (
            "Write one of the files that the module declares. Prefer edit_file where the file is there."
        )
        made.append(typed_tool("write_file", description, WriteFile, write_whole))
    return made


class ReadFile(Frozen):
    """Arguments of `read_file`."""

    path: str


class EditFile(Frozen):
    """Arguments of `edit_file`."""

    path: str
    old: str
    new: str


class WriteFile(Frozen):
    """Arguments of `write_file`."""

    path: str
    content: str


COUNTED = frozenset({"read_file", "edit_file", "write_file"})
"""Tools whose calls the dispatcher counts by itself."""


def sentences(error: ValidationError, model: type[BaseModel]) -> str:
    """What is wrong with arguments, each with its path."""
    found = []
    for item in error.errors(include_url=False, include_context=False, include_input=False)[:10]:
        path = ".".join(str(part) for part in item["loc"]) or "the arguments"
        if item["type"] == "extra_forbidden":
            known = model.model_fields if len(item["loc"]) == 1 else ()
            found.append(f"{path}: there is no such field.{did_you_mean(str(item['loc'][-1]), known)}")
        else:
            found.append(f"{path}: {item['msg'].removeprefix('Value error, ')}")
    return "; ".join(found)


def shortened_answer(text: str) -> str:
    """The answer, cut where it would fill a conversation."""
    if len(text) <= _LONGEST_ANSWER:
        return text
    return f"{text[:_LONGEST_ANSWER]}\n[{len(text) - _LONGEST_ANSWER} more characters are left out; ask for less]"
