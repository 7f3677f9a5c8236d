"""tf-planner: what a module should be, when no current skill says it."""

from collections.abc import Sequence

from aws_orchestrator.blueprint.skill import SkillSummary
from aws_orchestrator.errors import UsageError


def require_skill(service: str | None, request: str, skills: Sequence[SkillSummary]) -> str:
    """The service, when a skill plans it; UsageError that names the services that have one."""
    if service is not None:
        return service
    known = ", ".join(f"{skill.service} ({skill.title})" for skill in skills) or "no service yet"
    shortened = request if len(request) <= 80 else request[:77] + "…"
    raise UsageError(
        f"No skill fits “{shortened}”. Skills exist for: {known}. Name one of them, or add a skill below "
        ".aws-orchestrator/skills/."
    )
