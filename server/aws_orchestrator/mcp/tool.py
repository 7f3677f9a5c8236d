"""A tool: what a model or a program may ask for by name, with typed arguments, answered as text and as data."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import GenerateJsonSchema

from aws_orchestrator.catalog import did_you_mean
from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.model import Frozen

LONGEST_TEXT = 10_000
"""Characters of one argument that is words; a longer one is refused before anything looks at it."""


class ToolAnswer(NamedTuple):
    """What a tool said: a text for models and people, the same as data for programs."""

    text: str
    data: Mapping[str, Any]
    failed: bool = False


Progress = Callable[[float, float, str], Awaitable[None]]
"""Hears how far a tool came: what is done, of how much, and in a phrase what it is at."""


async def unheard(done: float, total: float, message: str) -> None:
    """Progress that nobody listens to."""


class SharedArguments(BaseModel):
    """Arguments of a tool whose schema is not ours: unknown ones are ignored, as the official server does."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class OwnArguments(Frozen):
    """Arguments of a tool of ours: a misspelt one is refused rather than ignored."""


A = TypeVar("A", bound=BaseModel)


@dataclass(frozen=True)
class Tool(Generic[A]):
    """One tool."""

    name: str
    title: str
    description: str
    arguments: type[A]
    run: Callable[[A, Progress], Awaitable[ToolAnswer]]
    read_only: bool = True

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments, without the titles and empty defaults that pydantic adds."""
        schema = self.arguments.model_json_schema(schema_generator=_PlainSchema)
        schema.pop("title", None)
        schema.pop("description", None)
        for argument in schema.get("properties", {}).values():
            if argument.get("default", None) in ("", {}, []):
                del argument["default"]
        return schema


class ToolSet:
    """Tools by name; a call never raises for what the caller did wrong, it answers with a failure."""

    def __init__(self, tools: Iterable[Tool[Any]]) -> None:
        """The tools in the order in which they are listed."""
        self.tools = {tool.name: tool for tool in tools}

    async def call(self, name: str, arguments: Mapping[str, Any], progress: Progress = unheard) -> ToolAnswer:
        """The tool's answer; `failed` when there is no such tool, its arguments are wrong, or it cannot do it."""
        tool = self.tools.get(name)
        if tool is None:
            known = ", ".join(self.tools)
            return failure(
                f"There is no tool {name[:80]!r}; there are {known}.{did_you_mean(name[:80], self.tools)}"
            )
        try:
            given = tool.arguments.model_validate(dict(arguments))
        except ValidationError as error:
            return failure(_what_is_wrong(tool, error))
        try:
            return await tool.run(given, progress)
        except OrchestratorError as error:
            return failure(str(error))


def failure(message: str) -> ToolAnswer:
    """The answer of a tool that could not do what it was asked."""
    return ToolAnswer(message, {"error": message}, failed=True)


def _what_is_wrong(tool: Tool[Any], error: ValidationError) -> str:
    known = tool.input_schema.get("properties", {})
    problems = []
    for found in error.errors(include_url=False, include_context=False, include_input=False):
        name = ".".join(str(part) for part in found["loc"])[:120]
        if found["type"] == "extra_forbidden":
            hint = did_you_mean(name, known).strip().removesuffix("?")
            problems.append(
                f"there is no argument {name!r}" + (f" ({hint[:1].lower()}{hint[1:]}?)" if hint else "")
            )
        elif found["type"] == "missing":
            problems.append(f"the argument {name!r} is missing")
        else:
            said = found["msg"].removeprefix("Value error, ").rstrip(".")
            problems.append(f"{name}: {said}" if name else said)
    return f"{tool.name}: {'; '.join(problems[:5])}. Its arguments are {', '.join(known)}."


class _PlainSchema(GenerateJsonSchema):
    """A schema without the titles that only repeat names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False
