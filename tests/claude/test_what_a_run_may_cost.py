"""A limit in money: what answers cost by a dated price list, seen while a run goes, and never guessed."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.errors import MindUnavailable, UsageError
from aws_orchestrator.limits import Limits, parse_bounds
from aws_orchestrator.minds.choice import choose_mind
from aws_orchestrator.outside import Engine
from aws_orchestrator.runs.model_prices import dollars_of, price_list, price_of
from aws_orchestrator.settings import ClaudeSettings, Settings, load_settings
from support import fanout
from support.house import generate, make_house
from support.messages_api import MessagesApi, answer, call, said
from support.outside import FakeEngine, ScriptedPerson
from support.terminal import run
from support.thinking import KEY, claude

Serve = Callable[..., Awaitable[MessagesApi]]
THERE = {"ANTHROPIC_API_KEY": KEY}
# 100 tokens in, 50 out, of the default planning model.
ONE_ANSWER = dollars_of(ClaudeSettings().planning_model, {"input_tokens": 100, "output_tokens": 50})


def submit(arguments: dict[str, Any]) -> Any:
    return answer(call("submit_plan", arguments))


def test_the_price_list_has_a_date_a_source_and_the_models_of_the_settings() -> None:
    prices = price_list()

    assert prices.read.startswith("20")
    assert prices.source.startswith("https://")
    for model in (ClaudeSettings().planning_model, ClaudeSettings().editing_model):
        assert price_of(model) is not None, model
    for price in prices.models.values():
        assert 0 < price.cache_read < price.input < price.cache_write < price.output


def test_every_kind_of_token_has_its_price_and_an_unknown_model_has_none() -> None:
    usage = {
        "input_tokens": 1_000_000,
        "output_tokens": 100_000,
        "cache_creation_input_tokens": 200_000,
        "cache_read_input_tokens": 2_000_000,
        "service_tier": "standard",
    }
    price = price_of("claude-opus-4-5")
    assert price is not None
    expected = price.input + price.output / 10 + price.cache_write / 5 + price.cache_read * 2
    assert dollars_of("claude-opus-4-5-20251101", usage) == pytest.approx(expected)
    assert dollars_of("claude-of-tomorrow", usage) is None


@pytest.mark.asyncio(loop_scope="module")
async def test_what_was_spent_of_the_money_is_seen_while_the_run_goes_and_in_its_report(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    api = await serve(said(fanout.REQUIREMENTS), submit(fanout.plan()))
    person = ScriptedPerson()
    settings = Settings(limits=Limits(money=0.5))
    house = make_house(workspace, engine=engine, mind=claude(api), person=person, settings=settings)
    report = (await generate(house, fanout.WISH)).report

    assert report.status == "done", report.message
    assert ONE_ANSWER is not None
    steps = [event.step for event in person.events if event.step]
    seen = [step.usage["money"].used for step in steps]
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert seen[-1] == pytest.approx(2 * ONE_ANSWER)
    assert {step.usage["money"].limit for step in steps} == {0.5}
    assert report.usage["money"] == {"used": pytest.approx(2 * ONE_ANSWER), "limit": 0.5}
    assert report.usage["model_tokens"]["used"] == 300
    assert report.model is not None
    assert report.model.dollars == pytest.approx(2 * ONE_ANSWER)
    assert price_list().read in report.model.prices


@pytest.mark.asyncio(loop_scope="module")
async def test_a_run_that_used_its_money_is_ended_gracefully_before_it_asks_again(
    serve: Serve, workspace: Path
) -> None:
    api = await serve(said(fanout.REQUIREMENTS), submit({}), submit(fanout.plan()))
    assert ONE_ANSWER is not None
    house = make_house(workspace, engine=FakeEngine(), mind=claude(api))
    house = house._replace(bounds={"money": 1.5 * ONE_ANSWER})
    outcome = await generate(house, fanout.WISH)

    assert len(api.requests) == 2
    assert (outcome.exit_code, outcome.report.status) == (1, "failed")
    assert "for models" in outcome.report.message
    assert "at list prices) and was ended" in outcome.report.message


@pytest.mark.asyncio(loop_scope="module")
async def test_a_model_without_a_known_price_gets_no_figure_and_is_not_asked_when_money_is_limited(
    serve: Serve, workspace: Path
) -> None:
    api = await serve(said({**fanout.REQUIREMENTS, "service": 1}))
    free = await generate(
        make_house(workspace, mind=claude(api, planning_model="claude-unheard-of")), fanout.WISH
    )
    assert free.report.model is not None
    assert free.report.model.dollars is None
    assert free.report.model.prices == "what claude-unheard-of costs is not known here"

    settings = Settings(limits=Limits(money=1))
    house = make_house(workspace, mind=claude(api, planning_model="claude-unheard-of"), settings=settings)
    outcome = await generate(house, fanout.WISH)
    assert len(api.requests) == 1
    assert (outcome.exit_code, outcome.report.status) == (1, "failed")
    assert "what claude-unheard-of costs is not known here" in outcome.report.message


@pytest.mark.parametrize(
    ("claude_settings", "who"),
    [
        ({"planning_model": "claude-unheard-of"}, "claude-unheard-of"),
        ({"provider": "bedrock", "region": "eu-central-1"}, "a model of Amazon Bedrock"),
        ({"provider": "vertex"}, "a model of Vertex AI"),
    ],
)
def test_a_limit_in_money_that_nobody_could_keep_is_said_at_the_start(
    claude_settings: dict[str, str], who: str
) -> None:
    settings = Settings(mind="claude", limits=Limits(money=1), claude=ClaudeSettings(**claude_settings))
    with pytest.raises(MindUnavailable, match=f"limit in money: what {who} costs is not known here"):
        choose_mind(settings, THERE)
    assert choose_mind(settings.model_copy(update={"limits": Limits()}), THERE).name == "claude"

    mind = choose_mind(settings.model_copy(update={"mind": "auto"}), THERE)
    assert mind.name == "builtin"
    assert who in mind.reason


def test_the_terminal_refuses_such_a_limit_before_anything_is_listed(tmp_path: Path) -> None:
    workspace = tmp_path / "work"
    workspace.mkdir()
    ended = run(
        "generate", "a queue", "--workspace", str(workspace), "--mind", "claude", "--limit", "money=0.50",
        home=tmp_path / "home", AWS_ORCHESTRATOR_CLAUDE_PLANNING_MODEL="claude-unheard-of", **THERE,
    )  # fmt: skip

    assert ended.code == 1
    assert ended.err.count("\n") == 1
    assert "what claude-unheard-of costs is not known here" in ended.err
    assert list(workspace.iterdir()) == []


def test_money_is_lowered_by_anyone_and_raised_by_a_person_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / ".aws-orchestrator" / "settings.yaml"
    page.parent.mkdir()
    page.write_text("limits: {money: 0.25}\n", encoding="utf-8")
    assert load_settings(None).limits.money is None
    assert load_settings(tmp_path).limits.money == 0.25

    limits = load_settings(tmp_path).limits
    assert parse_bounds(limits, ["money=0.10"]) == {"money": 0.1}
    with pytest.raises(UsageError, match=r"A flag only lowers a limit: money is 0\.25"):
        parse_bounds(limits, ["money=0.50"])
    for pair in ("money=cheap", "money=-1", "money=nan", "money=inf", "writes=1.5"):
        with pytest.raises(UsageError, match="is no limit"):
            parse_bounds(Limits(), [pair])
    with pytest.raises(UsageError, match="too low"):
        parse_bounds(Limits(), ["money=0"])

    assert load_settings(tmp_path, {"limits": {"money": 2}}).limits.money == 2
    monkeypatch.setenv("AWS_ORCHESTRATOR_LIMITS_MONEY", "3.5")
    assert load_settings(tmp_path).limits.money == 3.5


def test_a_wrong_limit_in_money_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ORCHESTRATOR_LIMITS_MONEY", "plenty")
    with pytest.raises(UsageError, match=r"limits\.money in the environment is wrong"):
        load_settings(None)
