"""Healing by Claude: the findings and only the files concerned, one round, and nothing may get weaker."""

from collections.abc import Sequence

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Finding
from aws_orchestrator.minds.claude.editing import edit, keeps_strength
from aws_orchestrator.minds.claude.parts import document
from aws_orchestrator.minds.claude.requests import Requests
from aws_orchestrator.rules.rule import RuleContext
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.settings import ClaudeSettings

_MOST_FINDINGS = 40


async def heal(
    requests: Requests,
    settings: ClaudeSettings,
    findings: Sequence[Finding],
    tools: Dispatcher,
    catalog: Catalog | None = None,
) -> None:
    """Let Claude correct the files in which findings are; a change that makes the module weaker is refused and noted."""
    before = dict(tools.files.files)
    concerned = [name for name in before if any(one.place and one.place.file == name for one in findings)]
    told = "\n".join(f"- [{one.check}] {one.line()}" for one in findings[:_MOST_FINDINGS])
    await edit(
        requests,
        settings,
        tools,
        "heal",
        concerned,
        "Correct what the findings document names, and nothing else; then finish.",
        keeps_strength(before, findings, RuleContext(catalog=catalog), tools),
        # Terraform's messages quote the files: they are as foreign as those.
        context=[document("Findings", told, "What Terraform and the quality rules found.")],
    )
