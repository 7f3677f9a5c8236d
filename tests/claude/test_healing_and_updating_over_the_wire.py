"""Heals, refinements and updates over the wire, with the real SDK and real Terraform."""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.outside import Engine
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import finish, start_update
from support import fanout
from support.house import add_skill, generate, make_house, module_files, run_folder
from support.messages_api import MessagesApi, answer, call, said
from support.outside import MISTAKE
from support.thinking import automatic, claude

pytestmark = pytest.mark.asyncio(loop_scope="module")
Serve = Callable[..., Awaitable[MessagesApi]]
MODULE = f"terraform_modules/{fanout.SERVICE}"
FINISH = answer(call("finish", {"summary": "Done."}))
REFINE = ("Messages of the topic are kept for an archive policy of 30 days.",)


def edit(path: str, old: str, new: str) -> Any:
    return answer(call("edit_file", {"path": path, "old": old, "new": new}))


def told(api: MessagesApi, request: int) -> str:
    return str(api.requests[request]["messages"][-1]["content"][-1]["content"])


def a_skill_with_a_refinement(workspace: Path) -> None:
    add_skill(workspace, refinements=["The queue keeps messages for a day."])


async def test_what_a_blueprint_cannot_express_is_written_into_declared_files_in_memory(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    a_skill_with_a_refinement(workspace)
    api = await serve(
        answer(
            call("read_file", {"path": "main.tf"}, "a"),
            call("read_file", {"path": "../../../etc/passwd"}, "b"),
            call("write_file", {"path": "extra.tf", "content": "# mine"}, "c"),
        ),
        edit("main.tf", "sqs_managed_sse_enabled = true", "sqs_managed_sse_enabled = false"),
        edit(
            "main.tf",
            "  sqs_managed_sse_enabled = true\n",
            "  sqs_managed_sse_enabled = true\n  message_retention_seconds = 86400\n",
        ),
        FINISH,
    )
    house = make_house(workspace, engine=engine, mind=claude(api))
    outcome = await generate(house, "a queue")

    results = api.requests[1]["messages"][-1]["content"]
    assert [bool(item.get("is_error")) for item in results] == [False, True, True]
    assert "extra.tf is not a file of this module" in results[2]["content"]
    assert "switches off sqs_managed_sse_enabled" in told(api, 2)
    assert outcome.report.status == "done", outcome.report.message
    assert (
        b"  sqs_managed_sse_enabled   = true\n  message_retention_seconds = 86400"
        in module_files(workspace)["main.tf"]
    )
    assert any("A change was refused because it switches off" in note for note in outcome.report.notes)
    assert outcome.report.usage["failed_writes"]["used"] == 2
    assert sorted(os.listdir(workspace)) == [".aws-orchestrator", "terraform_modules"]


async def test_three_writes_that_fail_end_the_generator(serve: Serve, workspace: Path) -> None:
    a_skill_with_a_refinement(workspace)
    api = await serve(answer(call("write_file", {"path": "extra.tf", "content": "#"})))
    outcome = await generate(make_house(workspace, mind=claude(api)), "a queue")

    assert (outcome.exit_code, outcome.report.status) == (1, "failed")
    assert "FAILED: 3 writes failed" in outcome.report.message
    assert not (workspace / "terraform_modules").exists()


async def test_the_built_in_mind_says_what_it_cannot_write(workspace: Path) -> None:
    a_skill_with_a_refinement(workspace)
    outcome = await generate(make_house(workspace), "a queue")

    assert outcome.report.status == "done"
    assert any("The queue keeps messages for a day." in note for note in outcome.report.notes)


def spoiled_plan() -> dict[str, Any]:
    """A skill that is right for its schema and whose test fails: nothing but a thought can mend it."""
    return {
        "resources": [
            {
                "address": "aws_sqs_queue.this",
                "arguments": {"name": '"${local.name}x"', "sqs_managed_sse_enabled": True},
            }
        ],
        "features": [],
        "files": [{"name": name, "purpose": "Needed"} for name in _PLAIN],
    }


_PLAIN = (
    "main.tf",
    "variables.tf",
    "outputs.tf",
    "versions.tf",
    "locals.tf",
    "README.md",
    "examples/basic/main.tf",
    "examples/basic/versions.tf",
    "tests/module.tftest.hcl",
)
ASSERTION = "aws_sqs_queue.this[0].name == var.name"


async def test_a_heal_corrects_the_module_and_not_its_test(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    add_skill(workspace, **spoiled_plan())
    api = await serve(
        edit("tests/module.tftest.hcl", ASSERTION, "true"),
        edit("main.tf", '"${local.name}x"', "local.name"),
        FINISH,
    )
    outcome = await generate(make_house(workspace, engine=engine, mind=claude(api)), "a queue")

    assert outcome.report.status == "done", outcome.report.message
    assert "drops an assertion of the test works" in told(api, 1)
    assert any("drops an assertion" in note for note in outcome.report.notes)
    first = api.requests[0]["messages"][0]["content"]
    titles = [part["title"] for part in first if part["type"] == "document"]
    assert titles == ["Findings", "tests/module.tftest.hcl"]
    assert outcome.report.model is not None
    assert outcome.report.model.by_purpose == {"heal": 3}


async def test_a_heal_that_mends_nothing_is_not_accepted_and_that_is_said(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    add_skill(workspace, **spoiled_plan())
    api = await serve(edit("main.tf", '"${local.name}x"', '"${local.name}y"'), FINISH)
    house = make_house(workspace, engine=engine, mind=claude(api))
    outcome = await generate(house, "a queue")

    assert (outcome.exit_code, outcome.report.status) == (1, "failed")
    assert any(
        note.startswith("The heal was not accepted: 1 findings before it, 1 after it.")
        for note in outcome.report.notes
    )
    assert b'"${local.name}x"' in (run_folder(house, outcome) / "invalid" / "main.tf").read_bytes()
    assert not (workspace / "terraform_modules").exists()


FOREIGN = {
    "main.tf": b"""# Ours since 2019.   Keep the odd spacing.
resource "aws_sqs_queue" "jobs" {
  name                    =   var.name   # odd
  sqs_managed_sse_enabled = true
}
""",
    "variables.tf": b'variable "name" {\n  type        = string\n  description = "Name."\n}\n',
    "versions.tf": b"""terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40.0"
    }
  }
}
""",
}
WISH = "let a message be received at most five times before it goes to a second queue"
DEAD_LETTERS = """
resource "aws_sqs_queue" "dead" {
  name                    = "${var.name}-dead"
  sqs_managed_sse_enabled = true
}
"""
REDRIVE = """
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })
}
"""


async def update(house: Any, folder: Path, request: str, **approved: Any) -> Outcome:
    prepared = PreparedAnswers({}, approved.get("approve", ()))
    return await finish(house, start_update(house, folder, request, prepared), prepared)


@pytest.fixture
def theirs(workspace: Path) -> Path:
    folder = workspace / "modules" / "jobs"
    folder.mkdir(parents=True)
    for name, content in FOREIGN.items():
        (folder / name).write_bytes(content)
    return folder


async def test_an_update_in_words_that_only_claude_understands_is_made_by_edits_alone(
    serve: Serve, workspace: Path, theirs: Path, engine: Engine
) -> None:
    queue = "  sqs_managed_sse_enabled = true\n}\n"
    api = await serve(
        answer(
            call("edit_file", {"path": "main.tf", "old": "sqs_managed_sse_enabled  = true", "new": ""}, "a"),
            call("write_file", {"path": "main.tf", "content": "# mine now"}, "b"),
            call(
                "edit_file",
                {"path": "main.tf", "old": queue, "new": queue.replace("}\n", "  redrive = 5\n}\n")},
                "c",
            ),
            call("submit_change", {"intent": "dead letters", "files": []}, "d"),
        ),
        edit("main.tf", "  redrive = 5\n}\n", REDRIVE.lstrip("\n") + DEAD_LETTERS),
        answer(
            call(
                "submit_change",
                {
                    "intent": "dead letters",
                    "files": [{"path": "main.tf", "what": "a queue for dead letters"}],
                },
            )
        ),
    )
    outcome = await update(make_house(workspace, engine=engine, mind=claude(api)), theirs, WISH)

    assert outcome.report.status == "done", outcome.report.message
    results = api.requests[1]["messages"][-1]["content"]
    assert [bool(item.get("is_error")) for item in results] == [True, True, False, True]
    assert "main.tf is there; change it with edit_file" in results[1]["content"]
    assert '"redrive"' in results[3]["content"]
    after = (theirs / "main.tf").read_bytes()
    assert after.startswith(FOREIGN["main.tf"].partition(b"  sqs_managed")[0])
    assert b"maxReceiveCount = 5" in after
    assert (theirs / "variables.tf").read_bytes() == FOREIGN["variables.tf"]
    assert outcome.report.plan is not None
    assert [change.changes for change in outcome.report.plan.files] == [("a queue for dead letters",)]
    assert (outcome.report.mind, outcome.report.model and outcome.report.model.calls) == ("claude", 3)


async def test_what_words_alone_can_tell_costs_no_call(
    serve: Serve, workspace: Path, theirs: Path, engine: Engine
) -> None:
    api = await serve(FINISH)
    outcome = await update(
        make_house(workspace, engine=engine, mind=claude(api)),
        theirs,
        "add an output url = aws_sqs_queue.jobs.url",
    )

    assert outcome.report.status == "done", outcome.report.message
    assert api.requests == []


async def test_an_update_that_destroys_asks_a_person_whoever_thought_of_it(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    folder = workspace / "modules" / "table"
    folder.mkdir(parents=True)
    table = b"""resource "aws_dynamodb_table" "this" {
  name         = "t"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}
"""
    (folder / "main.tf").write_bytes(table)
    api = await serve(
        edit("main.tf", table.decode(), ""),
        answer(call("submit_change", {"intent": "no table", "files": []})),
    )
    outcome = await update(
        make_house(workspace, engine=engine, mind=claude(api)), folder, "we do not need our data any more"
    )

    assert outcome.exit_code == 3
    assert "Stopped before destroying aws_dynamodb_table.this" in outcome.report.message
    assert (folder / "main.tf").read_bytes() == table


async def test_an_update_falls_back_with_auto_and_a_secret_in_the_file_is_not_sent(
    serve: Serve, workspace: Path, theirs: Path
) -> None:
    secret = "AKIA" + "ABCDEFGHIJKLMNOP"
    (theirs / "legacy.tf").write_text(
        f'locals {{\n  old_key  = "{secret}"\n  password = "hunter2hunter2"\n}}\n', encoding="utf-8"
    )
    api = await serve({"failure": {"reason": "no", "status": 403}})
    outcome = await update(make_house(workspace, mind=automatic(api)), theirs, WISH)

    assert outcome.exit_code == 2
    assert "is not something that the built-in mind can do" in outcome.report.message
    assert outcome.report.mind == "builtin"
    assert "403" in outcome.report.mind_reason
    sent = json.dumps(api.requests)
    assert "[redacted]" in sent
    assert secret not in sent
    assert "hunter2" not in sent


async def test_a_plan_with_a_refinement_is_planned_compiled_and_refined(
    serve: Serve, workspace: Path, engine: Engine
) -> None:
    api = await serve(
        said(fanout.REQUIREMENTS),
        answer(call("submit_plan", fanout.plan(refinements=["The topic has a display name."]))),
        edit(
            "main.tf",
            "  kms_master_key_id = var.kms_key_id\n",
            '  kms_master_key_id = var.kms_key_id\n  display_name      = "Orders"\n',
        ),
        FINISH,
    )
    outcome = await generate(make_house(workspace, engine=engine, mind=claude(api)), fanout.WISH)

    assert outcome.report.status == "done", outcome.report.message
    assert b'display_name      = "Orders"' in module_files(workspace, MODULE)["main.tf"]
    assert outcome.report.model is not None
    assert outcome.report.model.by_purpose == {"requirements": 1, "plan": 1, "refine": 2}


async def test_a_heal_run_does_not_take_what_makes_the_module_weaker(
    serve: Serve, workspace: Path, theirs: Path
) -> None:
    wrong = (
        FOREIGN["main.tf"]
        + MISTAKE
        + b'\noutput "url" {\n  value       = aws_sqs_queue.jobs.url\n  description = "URL."\n}\n'
    )
    (theirs / "main.tf").write_bytes(wrong)
    api = await serve(
        edit("main.tf", MISTAKE.decode(), ""),
        edit(
            "main.tf",
            '\noutput "url" {\n  value       = aws_sqs_queue.jobs.url\n  description = "URL."\n}\n',
            "",
        ),
        answer(call("submit_change", {"intent": "no output, no problem", "files": []})),
    )
    house = make_house(workspace, mind=claude(api))
    outcome = await update(house, theirs, "fix all findings of the module")

    assert any("refused because it deletes output.url" in note for note in outcome.report.notes), (
        outcome.report.message
    )
    assert b'output "url"' in (theirs / "main.tf").read_bytes()
