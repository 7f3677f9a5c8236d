"""tf-generator by Claude: what a blueprint cannot express is written into the compiled files, which must not get weaker."""

from aws_orchestrator.minds.claude.editing import edit, keeps_strength
from aws_orchestrator.minds.claude.parts import document
from aws_orchestrator.minds.claude.requests import Requests
from aws_orchestrator.minds.claude.slices import type_slice
from aws_orchestrator.minds.mind import GenerationTask
from aws_orchestrator.rules.rule import RuleContext
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.settings import ClaudeSettings


async def refine(
    requests: Requests, settings: ClaudeSettings, task: GenerationTask, tools: Dispatcher
) -> None:
    """Let Claude write the blueprint's refinements into the files; only declared ones, in memory."""
    before = dict(tools.files.files)
    types = dict.fromkeys(resource.type for resource in task.blueprint.resources)
    slices = "\n\n".join(type_slice(task.catalog, "resource", name) for name in types)
    await edit(
        requests,
        settings,
        tools,
        "refine",
        [name for name in before if name.endswith(".tf") and "/" not in name],
        "Write what the document “Refinements” asks for into the module, and nothing else; then finish.",
        keeps_strength(before, (), RuleContext(catalog=task.catalog), tools),
        context=[
            document("Schema slices", slices, f"Types of {task.catalog.provider} {task.catalog.version}."),
            # A blueprint may be a workspace's: its sentences are data too.
            document("Refinements", "\n".join(task.blueprint.refinements), "What the module still needs."),
        ],
        write=True,
    )
