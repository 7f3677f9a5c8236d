"""Terraform's JSON diagnostics as findings."""

import json
import posixpath
from collections.abc import Iterable, Iterator
from typing import Any

from aws_orchestrator.errors import EngineError
from aws_orchestrator.findings import Check, Finding, Place, Severity
from aws_orchestrator.terraform.supervisor import Output


def validate_diagnostics(output: Output) -> list[dict[str, Any]]:
    """The diagnostics in the answer of `validate -json`."""
    try:
        return list(json.loads(output.stdout)["diagnostics"])
    except (ValueError, KeyError, TypeError) as error:
        raise unreadable("validate", output) from error


def events(output: Output) -> list[dict[str, Any]]:
    """The events in the answer of a command that prints one JSON object a line (`init -json`, `test -json`)."""
    found = []
    for line in output.stdout.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue  # Terraform mixes plain text in where a command stops early
        if isinstance(event, dict):
            found.append(event)
    return found


def event_diagnostics(found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The diagnostics among events."""
    for event in found:
        if event.get("type") == "diagnostic" and isinstance(event.get("diagnostic"), dict):
            yield event["diagnostic"]


def unreadable(command: str, output: Output) -> EngineError:
    """The error for an answer of Terraform that is not what it promises."""
    said = (output.stderr.strip() or output.stdout.strip())[:300]
    return EngineError(
        f"Terraform's answer to {command} cannot be read (exit code {output.code}{f', it said: {said}' if said else ''})."
        " Try again, or use the cli engine."
    )


def finding_of(diagnostic: dict[str, Any], check: Check, module: str) -> Finding:
    """One diagnostic as a finding; its file is relative to the tree's root, the place in bytes."""
    return Finding(
        check=check,
        severity=Severity.WARNING if diagnostic.get("severity") == "warning" else Severity.ERROR,
        summary=str(diagnostic.get("summary", "")),
        detail=str(diagnostic.get("detail", "")),
        place=_place(diagnostic.get("range"), module),
    )


def _place(found: dict[str, Any] | None, module: str) -> Place | None:
    if not found:
        return None
    name = str(found["filename"]).replace("\\", "/")
    start, end = found["start"]["byte"], found["end"]["byte"]
    return Place(
        file=posixpath.normpath(posixpath.join(module, name)),
        start=start,
        end=max(start, end),
        line=found["start"]["line"],
    )
