"""What a pull request says: what, why, the plan, findings, tests, cost notes, breaking changes, and the run behind it."""

from collections.abc import Sequence

from aws_orchestrator.agents.update_planner import ChangePlan
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.redaction import redact, shortened

_LONGEST = 60_000  # GitHub takes 65,536 characters
_MOST_FINDINGS = 30


class Story(Frozen):
    """What a run knows of its module, for whoever reviews it."""

    run_id: str
    module: str
    what: str
    request: str
    files: tuple[str, ...]
    plan: ChangePlan | None = None
    validation: Validation | None = None
    costs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def pull_request_body(story: Story, audit: str) -> str:
    """The description of the pull request, in Markdown, with the run's audit folded in; what looks like a key is redacted."""
    parts = [
        f"## What\n\n{shortened(story.what, 1000)}",
        f"## Why\n\nAsked for: “{shortened(story.request, 1000)}”",
        f"## Plan\n\n{_plan(story)}",
        f"## Breaking changes\n\n{_listed(story.plan.breaking if story.plan else (), 'None.')}",
        f"## Checks and tests\n\n{_checks(story.validation)}",
        f"## Findings\n\n{_findings(story.validation)}",
        f"## Cost notes\n\n{_listed(story.costs, 'None known.')}",
    ]
    if story.notes:
        parts.append(f"## Notes\n\n{_listed(story.notes, '')}")
    parts.append(
        f"---\nRun `{story.run_id}` of AWS Orchestrator; the commit holds exactly the bytes that were checked."
    )
    parts.insert(-1, f"<details><summary>The run's report</summary>\n\n{audit.strip()}\n\n</details>")
    text = redact("\n\n".join(parts))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n\n… shortened"


def _plan(story: Story) -> str:
    if story.plan is None:
        return _listed([f"`{story.module}/{name}`: new" for name in story.files], "No files.")
    plan = story.plan
    lines = [f"`{plan.target}/{file.path}`: {file.action}: {', '.join(file.changes)}" for file in plan.files]
    lines += [f"moved: `{start}` → `{end}`" for start, end in plan.moved.items()]
    lines += [f"destroys `{address}` at the next apply" for address in plan.destroyed]
    return f"Risk: **{plan.risk}**\n\n{_listed(lines, 'No files.')}"


def _checks(validation: Validation | None) -> str:
    return validation.claim if validation is not None else "Nothing is left to be checked."


def _findings(validation: Validation | None) -> str:
    found = [finding.line() for finding in validation.findings] if validation is not None else []
    more = [f"… {len(found) - _MOST_FINDINGS} more"] if len(found) > _MOST_FINDINGS else []
    return _listed([*found[:_MOST_FINDINGS], *more], "None.")


def _listed(lines: Sequence[str], nothing: str) -> str:
    return "\n".join(f"- {shortened(line, 500)}" for line in lines) or nothing
