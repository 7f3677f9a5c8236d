"""Fixes applied to a module, as a person would take them."""

from collections.abc import Callable, Mapping

from aws_orchestrator.findings import Finding
from aws_orchestrator.hcl.splice import splice

Files = Mapping[str, str]
Check = Callable[[str, Files], list[Finding]]
"""The findings of one rule on a module."""


def repaired(files: Files, findings: list[Finding]) -> dict[str, str]:
    """The module after the fix of the first finding that has one."""
    fix = next(finding.fix for finding in findings if finding.fix is not None)
    contents = {name: text.encode() for name, text in files.items()}
    for name in {edit.file for edit in fix.edits}:
        contents[name] = splice(contents[name], [edit for edit in fix.edits if edit.file == name])
    return {name: content.decode() for name, content in contents.items()}


def fully_repaired(check: Check, rule: str, files: Files) -> dict[str, str]:
    """The module after every fix of a rule, made one after the other as a person would."""
    result = dict(files)
    for _ in range(20):
        findings = [finding for finding in check(rule, result) if finding.fix is not None]
        if not findings:
            return result
        result = repaired(result, findings)
    raise AssertionError(f"the fixes of {rule} do not come to an end")
