"""Findings as the editor's diagnostics and quick fixes, for the exact contents that were checked."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types as lsp

from aws_orchestrator.findings import Finding, Severity, Tree
from aws_orchestrator.lsp.positions import Positions

SOURCE = "aws-orchestrator"
_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFORMATION: lsp.DiagnosticSeverity.Information,
}


class Prepared(NamedTuple):
    """What one check of a module gives the editor."""

    diagnostics: Mapping[Path, Sequence[lsp.Diagnostic]]
    findings: Mapping[str, Finding]
    """By the id that the diagnostic carries as its data."""


def prepare(folder: Path, root: Path, tree: Tree, findings: Sequence[Finding], encoding: str) -> Prepared:
    """The diagnostics of a module's findings by file; a finding without a place stands at the top of the main file.

    `folder` is the module's and `root` the tree's, both resolved.
    """
    diagnostics: dict[Path, list[lsp.Diagnostic]] = {}
    known: dict[str, Finding] = {}
    positions: dict[Path, Positions] = {}

    def content(path: Path) -> bytes:
        return tree.files.get(path.relative_to(root).as_posix(), b"") if path.is_relative_to(root) else b""

    for finding in findings:
        place = finding.place
        path = _inside(folder, place.file if place else _main_file(tree))
        if path not in positions:
            positions[path] = Positions(content(path), encoding)
        data = {"finding": _id(folder, finding)}
        known[data["finding"]] = finding
        range_ = positions[path].place(place) if place else lsp.Range(lsp.Position(0, 0), lsp.Position(0, 1))
        diagnostics.setdefault(path, []).append(_diagnostic(finding, range_, data))
    return Prepared(diagnostics, known)


def _id(folder: Path, finding: Finding) -> str:
    """The name of a finding, the same in every check that finds it there again."""
    text = f"{folder}\0{finding.model_dump_json(exclude={'fix'})}"
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:20]


def _diagnostic(finding: Finding, range_: lsp.Range, data: dict[str, str]) -> lsp.Diagnostic:
    detail = f"\n{finding.detail}" if finding.detail and finding.detail != finding.summary else ""
    # A layout that `terraform fmt` would change is nothing that breaks: it must not look like an error.
    layout = finding.check == "fmt" and finding.fix is not None
    return lsp.Diagnostic(
        range=range_,
        message=finding.summary + detail,
        severity=lsp.DiagnosticSeverity.Warning if layout else _SEVERITIES[finding.severity],
        source=SOURCE,
        code=finding.code or finding.check,
        data=data,
    )


def _inside(folder: Path, file: str) -> Path:
    return Path(os.path.normpath(folder / file))


def _main_file(tree: Tree) -> str:
    prefix = "" if tree.module == "." else f"{tree.module}/"
    own = (path.removeprefix(prefix) for path in tree.files if path.startswith(prefix))
    names = sorted(name for name in own if "/" not in name and name.endswith((".tf", ".tf.json")))
    return "main.tf" if "main.tf" in names or not names else names[0]
