"""A workspace with a small skill, and the house of it with doubles of everything slow or human."""

import json
from pathlib import Path
from typing import Any

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.minds.mind import Mind
from aws_orchestrator.outside import Clock, Engine, Person
from aws_orchestrator.runs.run import Run
from aws_orchestrator.settings import Settings
from aws_orchestrator.workflows.disk import DiskWorkspace
from aws_orchestrator.workflows.house import House, open_house
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import answers_of, finish, resume_run, start_run
from support.outside import FakeClock, FakeEngine, ScriptedPerson

MODULE = "terraform_modules/queue"
# What the plain queue has; `policies.tf` comes with its dead letters.
FILES = (
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

QUEUE: dict[str, Any] = {
    "service": "queue",
    "title": "A queue",
    "summary": "A queue and, on demand, another one for what cannot be delivered.",
    "keywords": ["queue", "post box"],
    "provider": {"source": "hashicorp/aws", "version": ">= 5.40.0"},
    "name_tag": "local.name",
    "files": [{"name": name, "purpose": "Needed"} for name in (*FILES, "policies.tf")],
    "inputs": [{"variable": "name", "patterns": [r"\bnamed\s+(?P<value>[a-z][a-z0-9-]+)"]}],
    "features": [
        {
            "name": "dead_letters",
            "title": "Dead letters",
            "description": "A second queue.",
            "keywords": ["dead letters"],
        }
    ],
    "variables": [
        {"name": "name", "type": "string", "description": "The name of the queue.", "nullable": False},
    ],
    "locals": [{"name": "name", "value": "var.name"}],
    "resources": [
        {
            "address": "aws_sqs_queue.this",
            "arguments": {"name": "local.name", "sqs_managed_sse_enabled": True},
        },
        {
            "address": "aws_sqs_queue.dead_letters",
            "feature": "dead_letters",
            "file": "policies.tf",
            "arguments": {"name": '"${local.name}-dead"', "sqs_managed_sse_enabled": True},
        },
    ],
    "outputs": [{"name": "arn", "value": "aws_sqs_queue.this.arn", "description": "ARN of the queue."}],
    "scenarios": [
        {
            "name": "works",
            "assertions": [
                {"condition": "aws_sqs_queue.this.name == var.name", "error_message": "Another name."}
            ],
        }
    ],
    "example": {"name": '"example"'},
}


def add_skill(workspace: Path, service: str = "queue", **changes: Any) -> Path:
    """Put the small skill, or a variation of it, into a workspace; its blueprint's path."""
    folder = workspace / ".aws-orchestrator" / "skills" / f"{service}-module-generator"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "blueprint.yaml"
    # JSON is YAML, and quick to read.
    path.write_text(json.dumps({**QUEUE, "service": service, **changes}), encoding="utf-8")
    return path


def make_house(
    workspace: Path,
    *,
    engine: Engine | None = None,
    mind: Mind | None = None,
    person: Person | None = None,
    clock: Clock | None = None,
    settings: Settings | None = None,
) -> House:
    """The house of a workspace folder; doubles where nothing is given."""
    house = open_house(
        DiskWorkspace(workspace),
        engine or FakeEngine(),
        mind or BuiltinMind(),
        person or ScriptedPerson(),
        clock or FakeClock(),
        settings or Settings(),
    )
    if (workspace / ".aws-orchestrator" / "catalogs").exists():
        return house
    # Read once for all tests.
    return house._replace(catalogs=shipped_library())


async def generate(
    house: House, request: str = "a queue", *answers: str, approve: tuple[str, ...] = ()
) -> Outcome:
    """The outcome of a new run."""
    prepared = PreparedAnswers.parse(answers, approve)
    return await finish(house, start_run(house, request, prepared), prepared)


async def resume(house: House, run_id: str, *answers: str) -> Outcome:
    """The outcome of a resumed run."""
    run = resume_run(house, run_id)
    return await finish(house, run, answers_of(run, PreparedAnswers.parse(answers)))


def module_files(workspace: Path, module: str = MODULE) -> dict[str, bytes]:
    """The files of a module on disk."""
    folder = workspace / module
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run_folder(house: House, run: "Run | Outcome") -> Path:
    """Where a run's journal is."""
    run_id = run.report.run_id if isinstance(run, Outcome) else run.run_id
    return house.store.folder / run_id
