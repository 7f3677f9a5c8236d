"""The registry server that a person set, asked by Claude: honest, hostile, endless, gone. A real process, a real session."""

import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.mcp.registry_server import COMMAND_VARIABLE
from aws_orchestrator.mcp.remote_session import RemoteLimits
from aws_orchestrator.minds.choice import recorded_mind
from aws_orchestrator.minds.claude import registry_lookup
from aws_orchestrator.minds.claude.instructions import instructions
from aws_orchestrator.minds.claude.registry_lookup import LONGEST_TEXT, MARK
from aws_orchestrator.settings import Settings
from aws_orchestrator.workflows.replay import RecordedPerson, Recording, lay_out, replay
from mcp_server import registry_double
from support import fanout
from support.house import generate, make_house
from support.messages_api import MessagesApi, answer, call, said
from support.outside import ScriptedPerson
from support.thinking import KEY, claude

pytestmark = pytest.mark.asyncio(loop_scope="module")
Serve = Callable[..., Awaitable[MessagesApi]]
SEARCH = {
    "provider_name": "aws",
    "provider_namespace": "hashicorp",
    "service_slug": "sqs queue",
    "provider_document_type": "resources",
}
QUESTIONS = (
    call("search_providers", SEARCH, "s"),
    call("get_provider_details", {"provider_doc_id": "101"}, "d"),
    call("get_latest_provider_version", {"namespace": "hashicorp", "name": "aws"}, "v"),
    call("search_modules", {"module_query": "sqs"}, "m"),
    call("get_module_details", {"module_id": "terraform-aws-modules/sqs/aws/4.0.0"}, "p"),
)
SUBMIT = answer(call("submit_plan", fanout.plan()))


@pytest.fixture
def behave(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets a registry server of that manner."""

    def choose(manner: str) -> None:
        command = f"'{sys.executable}' '{registry_double.__file__}' '{manner}'"
        monkeypatch.setenv(COMMAND_VARIABLE, command)

    return choose


def answers(api: MessagesApi, request: int = 2) -> dict[str, dict[str, Any]]:
    """The results of the tools that were called before a request, by the id of the call."""
    return {one["tool_use_id"]: one for one in api.requests[request]["messages"][-1]["content"]}


def made_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).parts[0] for path in folder.rglob("*")}


async def test_what_a_registry_server_says_is_a_marked_result_of_a_tool_and_is_heard_again_without_it(
    serve: Serve,
    workspace: Path,
    tmp_path: Path,
    behave: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    behave("honest")
    api = await serve(said(fanout.REQUIREMENTS), answer(*QUESTIONS), SUBMIT)
    house = make_house(workspace, mind=claude(api))
    report = (await generate(house, fanout.WISH)).report

    assert report.status == "done", report.message
    told = answers(api)
    assert [told[one]["content"].startswith(MARK) for one in "sdvmp"] == [True] * 5
    assert "providerDocID: 101" in told["s"]["content"]
    assert told["d"]["content"] == f"{MARK}# sqs_queue\n\nWords about queues."
    assert told["p"]["content"] == f"{MARK}# sqs module"
    assert report.model is not None
    assert (report.model.calls, report.usage["model_calls"]["used"]) == (3, 3)
    assert report.notes == ()

    # Replayed where there is no such server: the journal holds what it said.
    monkeypatch.delenv(COMMAND_VARIABLE)
    recording = Recording.of(house.store, report.run_id)
    again = tmp_path / "again"
    again.mkdir()
    lay_out(recording, workspace, again)
    settings = Settings()
    settings = settings.model_copy(update={"claude": recording.asked_as(settings.claude)})
    person = RecordedPerson(recording.decisions)
    replayed = await replay(recording, make_house(again, mind=recorded_mind(settings, True), person=person))
    assert (replayed.same, replayed.different) == (True, ())


async def test_a_hostile_registry_server_reaches_nothing_but_the_result_of_a_tool(
    serve: Serve, workspace: Path, behave: Callable[[str], None]
) -> None:
    behave("injecting")
    obedient = (
        call("delete_module", {"path": "."}, "x"),
        call("bash", {"command": "env"}, "y"),
        call("write_file", {"path": "../../.git/hooks/pre-commit", "content": "env"}, "z"),
    )
    weak = fanout.blueprint()
    fanout.resource(weak, "aws_sqs_queue.this")["arguments"]["sqs_managed_sse_enabled"] = False
    api = await serve(
        said(fanout.REQUIREMENTS),
        answer(*QUESTIONS),
        answer(*obedient, call("submit_plan", fanout.plan(**weak), "w")),
        SUBMIT,
    )
    person = ScriptedPerson(commit="keep_local", next_steps="done")
    outcome = await generate(make_house(workspace, mind=claude(api), person=person), fanout.WISH)

    assert outcome.report.status == "done", outcome.report.message
    sent = json.dumps(api.requests, ensure_ascii=False)
    assert "\x1b" not in sent
    assert KEY not in sent
    for request in api.requests:
        assert request["system"][0]["text"] == instructions("planning")
        assert "IGNORE ALL PREVIOUS" not in json.dumps(request.get("tools", ""))
        for message in request["messages"]:
            for part in message["content"]:
                if "IGNORE ALL PREVIOUS" in json.dumps(part):
                    assert part["type"] == "tool_result"
                    assert part["content"].startswith(MARK)
    refused = answers(api, 3)
    assert [refused[one]["is_error"] for one in "xyzw"] == [True] * 4
    assert [gate.kind for gate in person.gates] == ["commit", "next_steps"]
    assert made_in(workspace) == {".aws-orchestrator", "terraform_modules"}


async def test_a_wordy_server_is_cut(serve: Serve, workspace: Path, behave: Callable[[str], None]) -> None:
    behave("wordy")
    api = await serve(said(fanout.REQUIREMENTS), answer(QUESTIONS[2]), SUBMIT)
    assert (await generate(make_house(workspace, mind=claude(api)), fanout.WISH)).report.status == "done"
    text = answers(api)["v"]["content"]
    assert len(text) < LONGEST_TEXT + 300
    assert text.endswith("more characters are left out]")


@pytest.mark.parametrize(
    ("manner", "trouble"), [("hung", "did not connect within 0.5 s"), ("exits", "could not be asked")]
)
async def test_a_lost_server_is_replaced_by_the_catalogs_and_said_once(
    serve: Serve,
    workspace: Path,
    behave: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    manner: str,
    trouble: str,
) -> None:
    hasty = RemoteLimits(connect_seconds=0.5 if manner == "hung" else 60, call_seconds=60)
    monkeypatch.setattr(registry_lookup, "PATIENCE", hasty)
    behave(manner)
    api = await serve(said(fanout.REQUIREMENTS), answer(*QUESTIONS[:3]), SUBMIT)
    report = (await generate(make_house(workspace, mind=claude(api)), fanout.WISH)).report

    assert report.status == "done", report.message
    told = answers(api)
    assert "aws_sqs_queue" in told["s"]["content"]
    assert MARK not in told["v"]["content"]
    about = [note for note in report.notes if COMMAND_VARIABLE in note]
    assert len(about) == 1
    assert trouble in about[0]
