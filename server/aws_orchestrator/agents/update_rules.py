"""Bring a module up to the quality rules: their own fixes, as long as each removes its finding and adds none."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aws_orchestrator.agents.tf_validator import rule_context
from aws_orchestrator.agents.update_draft import Draft, Module
from aws_orchestrator.findings import Finding, Fix
from aws_orchestrator.fixes.mend import apart, applied
from aws_orchestrator.hcl.edit_lines import edits_between
from aws_orchestrator.rules import check_module

# A fix may uncover another finding (a guard makes an output unsafe); a module needs few rounds, never many.
_ROUNDS = 6


class Repairs(NamedTuple):
    """What was mended in the module before, with Terraform as the judge: its files then, and what was done to each."""

    files: Mapping[str, bytes]
    said: tuple[tuple[str, str], ...]
    """File and change."""
    refused: bool
    """Whether Terraform refused the module as it was, so that it was never applied as it is written."""
    left: bool
    """Whether errors or warnings are left that no fix mends."""


def follow_rules(module: Module, disabled: frozenset[str], repairs: Repairs | None = None) -> Draft:
    """Every fix that keeps its promise: those that were made, and those that the rules carry."""
    draft = Draft(module, "apply what the quality rules repair")
    files = dict(repairs.files if repairs else module.files)
    for file, change in repairs.said if repairs else ():
        draft.say(file, change)
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
        if name not in module.files:
            draft.created[name] = content
        elif content != module.files[name]:
            draft.edits[name] = list(edits_between(name, module.files[name], content))
    if findings:
        draft.intent += f" ({len(findings)} findings are left for a person)"
    return draft


def _repaired(
    files: dict[str, bytes], findings: tuple[Finding, ...], module: Module, disabled: frozenset[str]
) -> tuple[list[Fix], dict[str, bytes], tuple[Finding, ...]] | None:
    """The most fixes at once that together remove findings and add none; None when not even one does."""
    fixes = [finding.fix for finding in findings if finding.fix]
    for made in (apart(fixes), *([fix] for fix in fixes)):
        attempt = applied(files, [edit for fix in made for edit in fix.edits]) if made else None
        if attempt is not None:
            after = _check(attempt, module, disabled)
            if _counts(after) < _counts(findings):
                return made, attempt, after
    return None


def _check(files: dict[str, bytes], module: Module, disabled: frozenset[str]) -> tuple[Finding, ...]:
    return check_module(files, rule_context(module.catalog), disabled).findings


def _counts(findings: Iterable[Finding]) -> "Counter[tuple[str, str]]":
    return Counter((finding.code, finding.summary) for finding in findings)
