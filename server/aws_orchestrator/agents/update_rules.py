"""Bring a module up to the quality rules: their own fixes, as long as each removes its finding and adds none."""

from collections import Counter
from collections.abc import Iterable

from aws_orchestrator.agents.tf_validator import rule_context
from aws_orchestrator.agents.update_draft import Draft, Module
from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.hcl.edit_lines import edits_between
from aws_orchestrator.hcl.splice import splice
from aws_orchestrator.hcl.syntax import first_error
from aws_orchestrator.rules import check_module

# A fix may uncover another finding (a guard makes an output unsafe); a module needs few rounds, never many.
_ROUNDS = 6


def follow_rules(module: Module, disabled: frozenset[str]) -> Draft:
    """Every fix that the rules carry and that keeps its promise."""
    draft = Draft(module, "apply what the quality rules repair")
    files = dict(module.files)
    findings = _check(files, module, disabled)
    for _ in range(_ROUNDS):
        step = _repaired(files, findings, module, disabled)
        if step is None:
            break
        made, files, findings = step
        for fix in made:
            for edit in fix.edits:
                draft.say(edit.file, fix.title)
    for name, content in files.items():
        if content != module.files[name]:
            draft.edits[name] = list(edits_between(name, module.files[name], content))
    if findings:
        draft.intent += f" ({len(findings)} findings are left for a person)"
    return draft


def _repaired(
    files: dict[str, bytes], findings: tuple[Finding, ...], module: Module, disabled: frozenset[str]
) -> tuple[list[Fix], dict[str, bytes], tuple[Finding, ...]] | None:
    """The most fixes at once that together remove findings and add none; None when not even one does."""
    fixes = [finding.fix for finding in findings if finding.fix]
    for made in (_apart(fixes), *([fix] for fix in fixes)):
        attempt = _fixed(files, [edit for fix in made for edit in fix.edits]) if made else None
        if attempt is not None:
            after = _check(attempt, module, disabled)
            if _counts(after) < _counts(findings):
                return made, attempt, after
    return None


def _apart(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes without those that touch what an earlier one touches."""
    chosen: list[Fix] = []
    for fix in fixes:
        others = [edit for earlier in chosen for edit in earlier.edits]
        if not any(
            edit.file == other.file and edit.start <= other.end and other.start <= edit.end
            for edit in fix.edits
            for other in others
        ):
            chosen.append(fix)
    return chosen


def _check(files: dict[str, bytes], module: Module, disabled: frozenset[str]) -> tuple[Finding, ...]:
    return check_module(files, rule_context(module.catalog), disabled).findings


def _counts(findings: Iterable[Finding]) -> "Counter[tuple[str, str]]":
    return Counter((finding.code, finding.summary) for finding in findings)


def _fixed(files: dict[str, bytes], edits: Iterable[Edit]) -> dict[str, bytes] | None:
    """The files with the edits made; None when they overlap or what comes out does not parse."""
    grouped: dict[str, list[Edit]] = {}
    for edit in edits:
        grouped.setdefault(edit.file, []).append(edit)
    result = dict(files)
    for name, group in grouped.items():
        try:
            result[name] = splice(files[name], group)
        except (ValueError, KeyError):
            return None
        if first_error(result[name]) is not None:
            return None
    return result
