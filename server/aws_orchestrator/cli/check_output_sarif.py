"""`check` as SARIF 2.1.0, for code scanning: rules with their reasons, places as bytes and columns, and the fixes."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from aws_orchestrator import __version__
from aws_orchestrator.cli.check_output import Checked
from aws_orchestrator.findings import CHECKS, Check, Edit, Finding, Severity
from aws_orchestrator.rules import all_rules
from aws_orchestrator.workflows.check_repository import CheckedModule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}
_CHECKS: dict[Check, str] = {
    "init": "terraform init finds the providers and modules that the module asks for.",
    "fmt": "terraform fmt would not change a file.",
    "validate": "terraform validate accepts the module.",
    "rules": "The quality rules hold.",
    "tests": "The module's tests pass against mocked providers.",
}


def sarif_json(checked: Checked) -> str:
    """The log, with paths relative to the repository's root."""
    rules = _rules()
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "AWS Orchestrator",
                "semanticVersion": __version__,
                "rules": rules,
            }
        },
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(checked)],
        "results": list(_results(checked, numbers)),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1)


def _results(checked: Checked, numbers: dict[str, int]) -> Iterator[dict[str, Any]]:
    # A module that others call is checked with each of them: what is wrong in it is told once.
    told: set[str] = set()
    for module, finding in checked.findings:
        result = _result(module, finding, numbers)
        same = json.dumps([result["ruleId"], result["message"], result["locations"]])
        if same not in told:
            told.add(same)
            yield result


def _rules() -> list[dict[str, Any]]:
    checks = [
        {
            "id": f"terraform-{check}",
            "name": f"Terraform{check.capitalize()}",
            "shortDescription": {"text": _CHECKS[check]},
            "defaultConfiguration": {"level": "error"},
        }
        for check in CHECKS
        if check != "rules"
    ]
    quality = [
        {
            "id": rule.id,
            "name": "".join(word.capitalize() for word in rule.id.split("-")),
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.why},
            "help": {"text": f"{rule.why} Fix: {rule.fixes or 'by hand'}."},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            "properties": {"tags": ["terraform", "quality"]},
        }
        for rule in all_rules()
    ]
    return [*checks, *quality]


def _invocation(checked: Checked) -> dict[str, Any]:
    problems = [f"{module.path}: {module.problem}" for module in checked.modules if module.validation is None]
    said = [("error", problem) for problem in problems] + [("warning", note) for note in checked.notes]
    return {
        "executionSuccessful": not problems,
        "exitCode": checked.exit_code,
        "toolExecutionNotifications": [{"level": level, "message": {"text": text}} for level, text in said],
    }


def _result(module: CheckedModule, finding: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    rule = finding.code if finding.code in numbers else f"terraform-{finding.check}"
    file = module.repository_path(finding.place.file) if finding.place is not None else module.path
    detail = " ".join(finding.detail.split())
    text = f"{finding.summary}: {detail}" if detail and detail != finding.summary else finding.summary
    # Neither lines nor bytes: the same finding keeps its fingerprint when something is written above it.
    identity = "\0".join((rule, file, finding.summary))
    result: dict[str, Any] = {
        "ruleId": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(module, finding, file)}],
        "partialFingerprints": {"finding/v1": hashlib.sha256(identity.encode()).hexdigest()[:32]},
    }
    if rule in numbers:
        result["ruleIndex"] = numbers[rule]
    if finding.fix is not None and all(edit.file in module.sources for edit in finding.fix.edits):
        result["fixes"] = [
            {
                "description": {"text": finding.fix.title},
                "artifactChanges": [
                    _change(module, name, [edit for edit in finding.fix.edits if edit.file == name])
                    for name in dict.fromkeys(edit.file for edit in finding.fix.edits)
                ],
            }
        ]
    return result


def _location(module: CheckedModule, finding: Finding, file: str) -> dict[str, Any]:
    place = finding.place
    location: dict[str, Any] = {"artifactLocation": _artifact(file)}
    content = module.sources.get(place.file) if place is not None else None
    if place is not None and content is not None:
        location["region"] = _region(content, place.start, place.end)
    elif place is not None:
        location["region"] = {"startLine": place.line}
    return location


def _change(module: CheckedModule, name: str, edits: list[Edit]) -> dict[str, Any]:
    content = module.sources[name]
    return {
        "artifactLocation": _artifact(module.repository_path(name)),
        "replacements": [
            {
                "deletedRegion": _region(content, edit.start, edit.end),
                "insertedContent": {"text": edit.text},
            }
            for edit in edits
        ],
    }


def _artifact(file: str) -> dict[str, Any]:
    return {"uri": _uri(file), "uriBaseId": _ROOT}


def _uri(path: str) -> str:
    # A first part with a colon would be read as a scheme.
    quoted = quote(path, safe="/~@!$&'()*+,;=")
    return f"{quoted}/" if path == "." else quoted


def _region(content: bytes, start: int, end: int) -> dict[str, int]:
    """A byte range as SARIF has it: lines and columns from 1, the end column after the last character."""
    start_line, start_column = _position(content, start)
    end_line, end_column = _position(content, max(start, end))
    return {
        "startLine": start_line,
        "startColumn": start_column,
        "endLine": end_line,
        "endColumn": end_column,
        "byteOffset": start,
        "byteLength": max(0, end - start),
    }


def _position(content: bytes, offset: int) -> tuple[int, int]:
    line_start = content.rfind(b"\n", 0, offset) + 1
    text = content[line_start:offset].decode(errors="replace")
    return content.count(b"\n", 0, offset) + 1, len(text.encode("utf-16-le")) // 2 + 1
