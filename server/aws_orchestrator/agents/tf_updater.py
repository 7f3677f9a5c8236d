"""tf-updater: carries a change plan out by byte ranges, and proves that nothing else was touched."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from aws_orchestrator.agents.update_planner import Proposal
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import LimitReached, OrchestratorError, ToolFailed
from aws_orchestrator.findings import CheckResult, Edit, Finding, Severity
from aws_orchestrator.fixes.mend import preferred_fixes
from aws_orchestrator.hcl.edit_check import difference_outside
from aws_orchestrator.hcl.splice import splice
from aws_orchestrator.hcl.syntax import first_error
from aws_orchestrator.runs.dispatcher import Dispatcher

_KEPT = " (was there before the update)"
_STYLE = " (the module's own style)"
# What a module that somebody else wrote does in its own way, an addition does in the same way.
CONVENTIONS = frozenset({"no-bundling", "conditional-resources", "merge-tagging"})


class NotSurgical(OrchestratorError):
    """An edit changed bytes outside its ranges; nothing was written."""


async def apply_edits(before: Mapping[str, bytes], proposal: Proposal, tools: Dispatcher) -> None:
    """Write the changed files with the dispatcher's tools; NotSurgical when a byte outside the plan's ranges differs."""
    files = dict(proposal.created)
    for name, edits in proposal.edits.items():
        files[name] = edited(name, before[name], edits)
    await _write(files, tools)


def edited(name: str, before: bytes, edits: Sequence[Edit]) -> bytes:
    """The file with its edits made; NotSurgical as `require_untouched`."""
    after = splice(before, edits)
    require_untouched(name, before, edits, after)
    return after


def require_untouched(name: str, before: bytes, edits: Sequence[Edit], after: bytes) -> None:
    """NotSurgical when a byte outside the edited ranges is not what it was, or when undoing the edits does not restore it."""
    wrong = difference_outside(before, edits, after)
    if wrong is not None:
        line = before.count(b"\n", 0, wrong) + 1
        raise NotSurgical(
            f"An edit of {name} would have changed line {line}, which the plan does not touch; "
            "nothing was written. Please report this."
        )


async def heal(
    findings: Iterable[Finding], tools: Dispatcher, around: Mapping[str, bytes], catalog: Catalog | None
) -> int:
    """Make the one right fix of each finding, in the changed files alone; how many there were.

    `around` are the files of the module that do not change.
    """
    files = dict(tools.files.files)
    made = 0
    taken: dict[str, list[Edit]] = {}
    for fix in preferred_fixes({**around, **files}, findings, catalog):
        edits = fix.edits
        if any(_in_the_way(edit, taken.get(edit.file, []), files) for edit in edits):
            continue
        for edit in edits:
            taken.setdefault(edit.file, []).append(edit)
        made += 1
    for name, edits_of in taken.items():
        after = splice(files[name], edits_of)
        if name.endswith((".tf", ".tftest.hcl")) and first_error(after) is not None:
            raise LimitReached(f"FAILED: the fixes of {name} do not fit together")
        files[name] = after
    await _write(files, tools)
    return made


def _in_the_way(edit: Edit, taken: Sequence[Edit], files: Mapping[str, bytes]) -> bool:
    return edit.file not in files or any(
        edit.start <= other.end and other.start <= edit.end for other in taken
    )


async def _write(files: Mapping[str, bytes], tools: Dispatcher) -> None:
    try:
        await tools.write_files(files)
    except ToolFailed as error:
        raise LimitReached(f"FAILED: {error}") from error


def only_new(before: Validation, after: Validation, moved: Mapping[str, str]) -> Validation:
    """The validation in which what was wrong before the update is information: an update answers for what it brought.

    So is what follows a convention of the module that the quality rules do not share. `moved` are the addresses that
    the update renames.
    """
    style = {finding.code for finding in before.findings} & CONVENTIONS
    old = Counter(_identity(finding, moved) for finding in before.findings)
    results = []
    for result in after.results:
        findings = []
        for finding in result.findings:
            known = _identity(finding, {})
            if old[known] > 0:
                old[known] -= 1
                findings.append(_excused(finding, _KEPT))
            elif finding.code in style:
                findings.append(_excused(finding, _STYLE))
            else:
                findings.append(finding)
        results.append(_judged(result, tuple(findings)))
    return after.model_copy(update={"results": tuple(results)})


def _excused(finding: Finding, why: str) -> Finding:
    update = {"severity": Severity.INFORMATION, "summary": f"{finding.summary}{why}", "fix": None}
    return finding.model_copy(update=update)


def _judged(result: CheckResult, findings: tuple[Finding, ...]) -> CheckResult:
    if findings == result.findings:
        return result
    new = [finding for finding in findings if not finding.summary.endswith((_KEPT, _STYLE))]
    status = result.status
    if (
        status == "failed"
        and not any(finding.severity is Severity.ERROR for finding in new)
        and not (result.check == "fmt" and new)
    ):
        status = "passed"
    return result.model_copy(update={"findings": findings, "status": status})


def _identity(finding: Finding, moved: Mapping[str, str]) -> tuple[str, str, str, str]:
    # Not the line: that is what an update moves. Nor, for a rule, the file: a block may go to another one.
    summary = finding.summary
    for start, end in moved.items():
        summary = re.sub(rf"(?<![\w.]){re.escape(start)}(?![\w-])", end, summary)
    place = finding.place.file if finding.place and finding.check != "rules" else ""
    return finding.check, finding.code, summary, place
