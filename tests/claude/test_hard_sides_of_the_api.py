"""Every way in which the Messages API, or a gateway before it, can fail: what is asked again, when, and what is said."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from aws_orchestrator.errors import LimitReached, MindUnavailable
from aws_orchestrator.limits import Limits
from aws_orchestrator.minds.claude.conversation import Conversation
from aws_orchestrator.minds.claude.credentials import Credentials
from aws_orchestrator.minds.claude.model_tools import typed_tool
from aws_orchestrator.minds.claude.requests import Requests
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.exchanges import Exchanges
from aws_orchestrator.runs.limits import GracefulEnd, Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.settings import ClaudeSettings
from support.messages_api import MessagesApi, answer, call, fault, refused, text

pytestmark = pytest.mark.asyncio(loop_scope="module")
Serve = Callable[..., Awaitable[MessagesApi]]
KEY = "sk-ant-a-key-that-nobody-may-see-0123456789"


class Said(Frozen):
    word: str


class Talk:
    """A conversation that is over when `say` was called with the right word."""

    def __init__(self, api: MessagesApi, limits: Limits | None = None, **settings: Any) -> None:
        chosen = ClaudeSettings(**{"silent_seconds": 8, "trouble_seconds": 30, **settings})
        self.usage = Usage(limits or Limits())
        self.dispatcher = Dispatcher(self.usage, ModuleFiles(frozenset()), Exchanges())
        self.requests = Requests(Credentials(chosen, api.url, KEY), first_pause=0.05)
        self.heard: list[str] = []

    async def say(self, said: Said) -> str:
        self.heard.append(said.word)
        return f"heard {said.word}"

    async def hold(self) -> None:
        tool = typed_tool("say", "Say a word.", Said, self.say)
        conversation = Conversation(
            self.requests, self.dispatcher, "test", "claude-x", 1000, "Say the word.", [tool]
        )
        try:
            await conversation.until(
                [{"type": "text", "text": "Hello"}], lambda: "right" in self.heard, "say"
            )
        finally:
            await self.requests.close()


RIGHT = answer(call("say", {"word": "right"}))


async def test_a_whole_answer_is_taken_and_the_key_is_sent_and_kept_nowhere_else(serve: Serve) -> None:
    api = await serve(RIGHT)
    talk = Talk(api)
    await talk.hold()

    assert talk.heard == ["right"]
    assert api.headers[0]["authorization"] == f"Bearer {KEY}"
    assert api.headers[0]["x-api-key"] == KEY
    assert api.requests[0]["stream"] is True
    assert talk.usage["model_calls"] == 1
    assert KEY not in repr(vars(talk.requests))


@pytest.mark.parametrize("status", [429, 500, 529])
async def test_what_may_pass_is_tried_again_and_every_try_counts(serve: Serve, status: int) -> None:
    api = await serve(refused(status), RIGHT)
    talk = Talk(api)
    await talk.hold()

    assert talk.heard == ["right"]
    assert len(api.requests) == talk.usage["model_calls"] == 2


async def test_nothing_is_asked_sooner_than_the_api_says(serve: Serve) -> None:
    api = await serve(refused(429, retry_after=1.6), RIGHT)
    await Talk(api).hold()

    assert api.arrived[1] - api.arrived[0] >= 1.6


async def test_who_must_wait_longer_than_a_run_may_take_is_told_so_at_once(serve: Serve) -> None:
    api = await serve(refused(429, "slow down", retry_after=600))
    with pytest.raises(MindUnavailable, match=r"429: slow down.*left alone for 600 seconds"):
        await Talk(api).hold()

    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("status", "advice"),
    [(400, ""), (401, "Check the key"), (403, "no right"), (404, "model's id"), (413, "too large")],
)
async def test_what_cannot_pass_ends_at_once_with_one_sentence(
    serve: Serve, status: int, advice: str
) -> None:
    api = await serve(refused(status, f"wrong, and by the way {KEY}"))
    with pytest.raises(MindUnavailable) as ended:
        await Talk(api).hold()

    assert len(api.requests) == 1
    assert f"it answered {status}: wrong" in str(ended.value)
    assert advice in str(ended.value)
    assert KEY not in str(ended.value)
    assert "\n" not in str(ended.value)


@pytest.mark.parametrize("name", ["silent", "stalled", "cut", "error_event", "garbage", "closed"])
async def test_an_answer_that_is_not_whole_is_asked_for_again(serve: Serve, name: str) -> None:
    api = await serve(fault(name), RIGHT)
    talk = Talk(api, silent_seconds=1.5)
    await talk.hold()

    assert talk.heard == ["right"]
    assert len(api.requests) >= 2


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("silent", r"it was silent for 0\.7 seconds"),
        ("stalled", r"it was silent for 0\.7 seconds"),
        ("cut", "its answer was cut off"),
        ("error_event", "it answered overloaded_error: Overloaded"),
        ("garbage", "its answer cannot be read"),
        ("closed", "the connection failed"),
    ],
)
async def test_a_dead_gateway_is_given_up_and_what_it_did_is_said(
    serve: Serve, name: str, sentence: str
) -> None:
    api = await serve(fault(name))
    with pytest.raises(MindUnavailable, match=sentence):
        await Talk(api, silent_seconds=0.7).hold()

    assert 2 <= len(api.requests) <= 3


async def test_the_trouble_of_a_gateway_is_bounded_in_all(serve: Serve) -> None:
    api = await serve(fault("stalled"))
    began = asyncio.get_running_loop().time()
    with pytest.raises(MindUnavailable):
        await Talk(api, silent_seconds=60, trouble_seconds=1.5).hold()

    assert asyncio.get_running_loop().time() - began < 30


async def test_an_answer_that_stalls_late_is_asked_for_again_too(serve: Serve) -> None:
    api = await serve(fault("slow_then_stalled"), RIGHT)
    talk = Talk(api, silent_seconds=1.2, trouble_seconds=2.4)
    await talk.hold()

    assert talk.heard == ["right"]


async def test_signs_of_life_alone_are_no_answer(serve: Serve) -> None:
    api = await serve(fault("pings"))
    with pytest.raises(MindUnavailable):
        await Talk(api, trouble_seconds=1).hold()

    assert len(api.requests) == 1


async def test_the_bounds_that_hold_unless_a_person_sets_others() -> None:
    settings = ClaudeSettings()
    assert settings.silent_seconds == 45
    assert settings.silent_seconds < settings.trouble_seconds < 120


async def test_a_gateway_that_shows_a_web_page_is_no_messages_api(serve: Serve) -> None:
    api = await serve(fault("web_page"))
    with pytest.raises(MindUnavailable, match="a web page instead of the Messages API") as ended:
        await Talk(api).hold()

    assert len(api.requests) == 1
    assert "<html" not in str(ended.value)


async def test_a_gateway_that_does_not_stream_is_understood_and_one_that_answers_something_else_is_not(
    serve: Serve,
) -> None:
    talk = Talk(await serve({**RIGHT, **fault("plain_json")}))
    await talk.hold()
    assert talk.heard == ["right"]

    with pytest.raises(MindUnavailable, match="no message of the Messages API"):
        await Talk(await serve(fault("no_message"))).hold()


async def test_nobody_at_the_address_is_said(serve: Serve) -> None:
    api = await serve(RIGHT)
    port = int(api.url.rpartition(":")[2])
    api.url = f"http://127.0.0.1:{port + 1 if port < 65_000 else port - 1}"
    with pytest.raises(MindUnavailable, match="the connection failed"):
        await Talk(api).hold()


async def test_a_call_that_was_cut_off_is_not_made_and_a_shorter_one_is(serve: Serve) -> None:
    cut = answer(call("say", '{"word": "righ'), stop_reason="max_tokens")
    api = await serve(cut, RIGHT)
    talk = Talk(api)
    await talk.hold()

    assert talk.heard == ["right"]
    result = api.requests[1]["messages"][-1]["content"][0]
    assert (result["type"], result["is_error"]) == ("tool_result", True)
    assert "cut off" in result["content"]


async def test_an_answer_that_is_always_cut_off_ends(serve: Serve) -> None:
    with pytest.raises(LimitReached, match="no answer that could be used"):
        await Talk(await serve(answer(text("and so on"), stop_reason="max_tokens"))).hold()


async def test_a_refusal_and_a_full_context_end_with_a_sentence(serve: Serve) -> None:
    with pytest.raises(MindUnavailable, match="Claude refused"):
        await Talk(await serve(answer(text("I cannot"), stop_reason="refusal"))).hold()
    with pytest.raises(MindUnavailable, match="larger than the model's context"):
        await Talk(await serve(answer(text("…"), stop_reason="model_context_window_exceeded"))).hold()
    with pytest.raises(MindUnavailable, match="400: prompt is too long"):
        await Talk(await serve(refused(400, "prompt is too long: 250000 tokens > 200000 maximum"))).hold()


async def test_a_pause_is_gone_on_from(serve: Serve) -> None:
    api = await serve(answer(text("One moment"), stop_reason="pause_turn"), RIGHT)
    talk = Talk(api)
    await talk.hold()

    assert talk.heard == ["right"]
    assert [message["role"] for message in api.requests[1]["messages"]] == ["user", "assistant"]


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (call("say", "{not json"), "no JSON object"),
        (call("say", "[1, 2]"), "no JSON object"),
        (call("say", {"word": 3}), "word: Input should be a valid string"),
        (call("say", {"wrod": "x"}), "there is no such field"),
        (call("rm_rf", {}), "There is no tool 'rm_rf'; there are say"),
    ],
)
async def test_a_wrong_call_is_answered_with_what_is_wrong(
    serve: Serve, block: dict[str, Any], told: str
) -> None:
    api = await serve(answer(block), RIGHT)
    talk = Talk(api)
    await talk.hold()

    result = api.requests[1]["messages"][-1]["content"][0]
    assert result["is_error"]
    assert told in result["content"]
    assert api.requests[1]["messages"][-2]["content"][0]["type"] == "tool_use"
    assert talk.usage["tool_calls"] >= 1


async def test_parallel_calls_are_answered_together_and_in_order(serve: Serve) -> None:
    many = answer(
        call("say", {"word": "one"}, "a"), call("nobody", {}, "b"), call("say", {"word": "two"}, "c")
    )
    api = await serve(many, RIGHT)
    talk = Talk(api)
    await talk.hold()

    assert talk.heard == ["one", "two", "right"]
    results = api.requests[1]["messages"][-1]["content"]
    assert [(item["tool_use_id"], item.get("is_error", False)) for item in results] == [
        ("a", False),
        ("b", True),
        ("c", False),
    ]


async def test_an_answer_without_a_call_is_asked_to_make_one_and_not_forever(serve: Serve) -> None:
    api = await serve(answer(text("What a nice word")), RIGHT)
    talk = Talk(api)
    await talk.hold()
    assert api.requests[1]["messages"][-1]["content"][0]["text"] == "Go on by calling say."

    with pytest.raises(LimitReached):
        await Talk(await serve(answer(text("chatting")))).hold()


async def test_a_cancelled_run_closes_the_connection_while_the_answer_streams(serve: Serve) -> None:
    api = await serve(fault("stalled"))
    task = asyncio.ensure_future(Talk(api, silent_seconds=30, trouble_seconds=60).hold())
    await api.asked.wait()
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(200):
        if api.broken_off:
            break
        await asyncio.sleep(0.01)

    assert api.broken_off == 1


async def test_the_limit_of_calls_holds_for_tries_too(serve: Serve) -> None:
    api = await serve(refused(529), refused(529), RIGHT)
    with pytest.raises(GracefulEnd, match="2 model calls"):
        await Talk(api, Limits(model_calls=2)).hold()
    assert len(api.requests) == 2


async def test_the_limit_of_tool_calls_ends_a_conversation_that_only_asks(serve: Serve) -> None:
    api = await serve(answer(call("say", {"word": "wrong"})))
    with pytest.raises(GracefulEnd, match="5 tool calls"):
        await Talk(api, Limits(tool_calls=5)).hold()
    with pytest.raises(GracefulEnd, match="6 tool calls"):
        await Talk(await serve(answer(call("nobody", {}))), Limits(tool_calls=6)).hold()


async def test_the_limit_of_tokens_ends_a_conversation(serve: Serve) -> None:
    api = await serve(answer(call("say", {"word": "wrong"}), input_tokens=900))
    talk = Talk(api)
    talk.dispatcher.exchanges = Exchanges(usage=Usage(Limits(model_tokens=2000)))
    with pytest.raises(GracefulEnd, match="2,000 tokens"):
        await talk.hold()
    assert len(api.requests) == 3


async def test_what_stays_the_same_is_cached_and_the_rate_is_known(serve: Serve) -> None:
    api = await serve(
        answer(call("say", {"word": "wrong"}), cache_creation_input_tokens=900),
        answer(call("say", {"word": "right"}), cache_read_input_tokens=900),
    )
    talk = Talk(api)
    await talk.hold()

    assert api.requests[0]["system"][-1]["cache_control"] == {"type": "ephemeral"}
    assert api.requests[0]["system"] == api.requests[1]["system"]
    assert api.requests[0]["tools"] == api.requests[1]["tools"]
    assert api.requests[1]["messages"][-1]["content"][-1]["cache_control"] == {"type": "ephemeral"}
    use = talk.dispatcher.exchanges.use()
    assert use is not None
    assert (use.calls, use.cache_read_tokens, use.cache_hit_rate) == (2, 900, 0.45)
