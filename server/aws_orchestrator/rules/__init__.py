"""The quality rules: every file of this folder that defines `RULE` is one, found without a list."""

import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module

from aws_orchestrator.findings import CheckResult, Finding, Severity
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.rules.rule import Rule, RuleContext

__all__ = ["Rule", "RuleContext", "all_rules", "check_module", "check_view"]

_ORDER = tuple(Severity)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by id."""
    modules = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    rules = [module.RULE for module in modules if isinstance(getattr(module, "RULE", None), Rule)]
    return tuple(sorted(rules, key=lambda rule: rule.id))


def check_module(
    files: Mapping[str, bytes], context: RuleContext, disabled: frozenset[str] = frozenset()
) -> CheckResult:
    """What the rules say about a module: its own `.tf` files, its README, its examples; see `check_view`."""
    return check_view(ModuleView.of(files), replace(context, files=files), disabled)


def check_view(
    module: ModuleView, context: RuleContext, disabled: frozenset[str] = frozenset()
) -> CheckResult:
    """What the rules say about a parsed module, in source order.

    The result is failed when there is an error; warnings leave it passed. The note names what was not
    checked.
    """
    findings: list[Finding] = []
    silent: list[str] = []
    unlearned: list[str] = []
    too_deep: list[str] = []
    for rule in all_rules():
        if rule.id in disabled:
            continue
        if rule.needs_catalog and context.catalog is None:
            silent.append(rule.id)
            continue
        if rule.needs_knowledge and context.knowledge is None:
            unlearned.append(rule.id)
            continue
        try:
            findings.extend(rule.check(module, context))
        except RecursionError:
            too_deep.append(rule.id)
    broken = {file.file for file in module.files.values() if file.error is not None}
    findings = [_without_unsafe_fix(finding, broken) for finding in findings]
    findings.sort(key=_position)
    failed = any(finding.severity is Severity.ERROR for finding in findings)
    return CheckResult(
        check="rules",
        status="failed" if failed else "passed",
        findings=tuple(findings),
        note=_note(
            silent, unlearned, too_deep, sorted(broken), sorted(disabled & {rule.id for rule in all_rules()})
        ),
    )


def _without_unsafe_fix(finding: Finding, broken: set[str]) -> Finding:
    # In a file with a syntax error the tree is a guess: nothing may be edited by it.
    if finding.fix is None or not any(edit.file in broken for edit in finding.fix.edits):
        return finding
    return finding.model_copy(update={"fix": None})


def _position(finding: Finding) -> tuple[str, int, int, str, str]:
    place = finding.place
    where = (place.file, place.start) if place else ("", 0)
    return *where, _ORDER.index(finding.severity), finding.code, finding.summary


def _note(
    silent: list[str], unlearned: list[str], too_deep: list[str], broken: list[str], disabled: list[str]
) -> str:
    parts = []
    if silent:
        parts.append(f"No catalog of the provider: {', '.join(silent)} not checked.")
    if unlearned:
        parts.append(
            f"Nothing is known of what the provider's code checks: {', '.join(unlearned)} not checked."
        )
    if too_deep:
        parts.append(f"An expression is nested too deeply to be read: {', '.join(too_deep)} not finished.")
    if broken:
        parts.append(f"{', '.join(broken)} has syntax errors: only what could be read was checked.")
    if disabled:
        parts.append(f"Switched off: {', '.join(disabled)}.")
    return " ".join(parts)
