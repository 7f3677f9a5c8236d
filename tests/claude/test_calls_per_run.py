"""How many calls forty wishes cost: none with a skill, three at most for a good planner, verify turns counted."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from support import fanout
from support.house import generate, make_house
from support.messages_api import MessagesApi, Step, answer, call, said
from support.thinking import claude

pytestmark = pytest.mark.asyncio(loop_scope="module")
Serve = Callable[..., Awaitable[MessagesApi]]

SKILLED = (
    "a bucket",
    "an s3 bucket named reports-2031",
    "an encrypted bucket",
    "a private bucket",
    "a bucket with versioning",
    "a bucket without versioning",
    "a bucket with access logging to my-logs",
    "an encrypted bucket with versioning and access logging to my-logs",
    "a bucket with CORS",
    "a bucket with a static website",
    "a bucket with lifecycle rules",
    "a bucket with ownership controls",
    "a bucket with object lock",
    "a bucket with intelligent tiering",
    "a bucket with transfer acceleration",
    "a bucket with an inventory",
    "a bucket with event notifications",
    "a bucket that is not public",
    "a versioned bucket that only speaks TLS",
    "a bucket with request payer",
)
UNSKILLED = tuple(
    f"{count} queues fanned out from one topic named {name}, with alarms on age of oldest message"
    for count in ("two", "three", "four", "five")
    for name in ("orders", "bills", "mails", "jobs", "clicks")
)


@pytest.mark.parametrize("wish", SKILLED)
async def test_a_wish_that_a_shipped_skill_covers_costs_nothing(
    serve: Serve, workspace: Path, wish: str
) -> None:
    api = await serve(answer(call("nobody", {})))
    outcome = await generate(make_house(workspace, mind=claude(api)), wish)

    assert outcome.report.status == "done", outcome.report.message
    assert (api.requests, outcome.report.model) == ([], None)


@pytest.mark.parametrize(("number", "wish"), list(enumerate(UNSKILLED)))
async def test_a_good_planner_needs_three_calls_at_most(
    serve: Serve, workspace: Path, number: int, wish: str
) -> None:
    script: list[Step] = [said(fanout.REQUIREMENTS)]
    if number % 2:
        # Half of them forget something once.
        forgot: dict[str, Any] = fanout.blueprint()
        fanout.resource(forgot, "aws_sqs_queue_policy.this")["arguments"].pop("policy")
        script.append(answer(call("submit_plan", fanout.plan(**forgot))))
    script.append(answer(call("submit_plan", fanout.plan()), cache_read_input_tokens=50))
    api = await serve(*script)
    outcome = await generate(make_house(workspace, mind=claude(api)), wish)

    assert outcome.report.status == "done", outcome.report.message
    assert outcome.report.model is not None
    assert outcome.report.model.calls == len(api.requests) == outcome.report.usage["model_calls"]["used"] <= 3
    assert outcome.report.model.input_tokens == 100 * len(api.requests)
    assert outcome.report.model.output_tokens == 50 * len(api.requests)
    assert outcome.report.model.cache_hit_rate > 0
