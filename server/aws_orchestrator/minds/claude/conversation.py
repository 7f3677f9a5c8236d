"""A conversation with tools, until one of them has what was wanted: every turn is counted, recorded and bounded."""

from collections.abc import Callable, Sequence
from typing import Any

from aws_orchestrator.errors import LimitReached, MindUnavailable, ToolFailed
from aws_orchestrator.minds.claude.model_tools import COUNTED, ModelTool, shortened_answer
from aws_orchestrator.minds.claude.requests import Requests
from aws_orchestrator.runs.dispatcher import Dispatcher

_CACHED = {"type": "ephemeral"}
# How often an answer may be of no use before the conversation is given up: cut at its longest, or without a call.
_USELESS = 3


class Conversation:
    """One conversation about one piece of work."""

    def __init__(
        self,
        requests: Requests,
        tools: Dispatcher,
        purpose: str,
        model: str,
        output_tokens: int,
        instructions: str,
        offered: Sequence[ModelTool] = (),
    ) -> None:
        """`instructions` are ours alone: nothing that somebody else wrote may be part of them."""
        self._requests = requests
        self._tools = tools
        self._purpose = purpose
        self._offered = {tool.name: tool for tool in offered}
        # What stays the same comes first and is cached: tools, then instructions, then the first message.
        self._fixed: dict[str, Any] = {
            "model": model,
            "max_tokens": output_tokens,
            "system": [{"type": "text", "text": instructions, "cache_control": _CACHED}],
        }
        if offered:
            self._fixed["tools"] = [tool.definition for tool in offered]
        for tool in offered:
            if tool.name not in COUNTED:
                tools.register(tool.name, _with_arguments(tool))

    async def structured(self, parts: Sequence[dict[str, Any]], schema: dict[str, Any]) -> str:
        """The text of one answer in the form of a schema."""
        body = {
            **self._fixed,
            "messages": [{"role": "user", "content": list(parts)}],
            "output_config": {"format": {"type": "json_schema", "schema": schema}},
        }
        message = await self._requests.send(self._tools, self._purpose, body)
        self._expect_willing(message)
        if message["stop_reason"] == "max_tokens":
            raise MindUnavailable(f"Claude cannot be used: its answer for the {self._purpose} is too long.")
        return "".join(block.get("text", "") for block in message["content"] if block["type"] == "text")

    async def until(self, parts: Sequence[dict[str, Any]], done: Callable[[], bool], wanted: str) -> None:
        """Go on until `done`; LimitReached when no answer leads there. `wanted` names the tool that does."""
        messages: list[dict[str, Any]] = [{"role": "user", "content": list(parts)}]
        useless = 0
        while not done():
            body = {**self._fixed, "messages": _with_last_cached(messages)}
            message = await self._requests.send(self._tools, self._purpose, body)
            self._expect_willing(message)
            # The API takes no empty text back.
            back = [
                _sent_back(one) for one in message["content"] if one["type"] != "text" or one["text"].strip()
            ]
            if back:
                messages.append({"role": "assistant", "content": back})
            calls = [block for block in message["content"] if block["type"] == "tool_use"]
            if message["stop_reason"] == "pause_turn" and not calls:
                continue
            if not calls or message["stop_reason"] == "max_tokens":
                useless += 1
                if useless > _USELESS:
                    raise LimitReached(
                        f"FAILED: Claude gave no answer that could be used for the {self._purpose}"
                    )
            # Only what was last said can be cut off.
            cut = message["content"][-1] if message["stop_reason"] == "max_tokens" and calls else None
            answers = [await self._answer(block, block is cut) for block in calls]
            messages.append({"role": "user", "content": answers or [_text(f"Go on by calling {wanted}.")]})

    async def _answer(self, call: dict[str, Any], cut: bool) -> dict[str, Any]:
        """The result of one call; what is wrong with it is its answer, so that the next one can be right."""
        failed = False
        name = str(call.get("name", ""))
        try:
            if cut:
                raise ToolFailed(
                    "The answer was cut off at its longest, so this call was not made. Make it shorter."
                )
            if "malformed" in call:
                raise ToolFailed(f"The arguments are no JSON object: {call['malformed']}")
            text = await self._called(name, call.get("input") or {})
        except ToolFailed as error:
            text, failed = str(error), True
        return {
            "type": "tool_result",
            "tool_use_id": str(call.get("id", "")),
            "content": shortened_answer(text) or "Done.",
            **({"is_error": True} if failed else {}),
        }

    async def _called(self, name: str, arguments: dict[str, Any]) -> str:
        tool = self._offered.get(name)
        if tool is None:
            # Counted as a call: who only asks for what is not there must come to an end too.
            self._tools.usage.tool_call()
            raise ToolFailed(f"There is no tool {name[:80]!r}; there are {', '.join(self._offered)}.")
        if name in COUNTED:
            return await tool.run(arguments)
        answer: str = await self._tools.call(name, arguments=arguments)
        return answer

    def _expect_willing(self, message: dict[str, Any]) -> None:
        if message["stop_reason"] == "refusal":
            raise MindUnavailable(
                f"Claude refused to answer the request for the {self._purpose}; put it in other words."
            )
        if message["stop_reason"] == "model_context_window_exceeded":
            raise MindUnavailable(
                f"Claude cannot be used: the {self._purpose} became larger than the model's context; ask for less at once."
            )


def _with_arguments(tool: ModelTool) -> Callable[..., Any]:
    async def call(arguments: dict[str, Any]) -> str:
        return await tool.run(arguments)

    return call


def _sent_back(block: dict[str, Any]) -> dict[str, Any]:
    """A block of an answer as it is sent back."""
    return {key: value for key, value in block.items() if key != "malformed" and value is not None}


def _with_last_cached(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages, cached up to the end: the next turn reads all of this again."""
    last = messages[-1]
    content = [*last["content"][:-1], {**last["content"][-1], "cache_control": _CACHED}]
    return [*messages[:-1], {**last, "content": content}]


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}
