"""Findings as diagnostics: the place, the main file for those without one, and fixes tied to what was checked."""

from pathlib import Path
from typing import Any

from lsprotocol import types as lsp

from aws_orchestrator.findings import Edit, Finding, Fix, Severity, Tree, place_in
from aws_orchestrator.lsp.conversion import prepare

ROOT = Path("/w")
FILES = {"main.tf": b"a = 1\n", "examples/basic/main.tf": b"\xc3\xa9 = 2\n", "examples/basic/x.tf": b""}
TREE = Tree(key="k", files=FILES, module="examples/basic")


def finding(**more: object) -> Finding:
    return Finding.model_validate({"check": "rules", "severity": Severity.ERROR, "summary": "Wrong", **more})


def test_a_finding_without_a_place_stands_at_the_top_of_the_modules_main_file() -> None:
    prepared = prepare(ROOT / "examples" / "basic", ROOT, TREE, [finding()], "utf-16")
    (path,) = prepared.diagnostics
    assert path == ROOT / "examples" / "basic" / "main.tf"
    assert prepared.diagnostics[path][0].range == lsp.Range(lsp.Position(0, 0), lsp.Position(0, 1))


def test_without_a_main_file_the_first_one_stands_for_the_module() -> None:
    tree = Tree(key="k", files={"b.tf": b"", "a.tf": b"", "tests/0.tf": b""})
    (path,) = prepare(ROOT, ROOT, tree, [finding()], "utf-16").diagnostics
    assert path == ROOT / "a.tf"


def test_a_finding_in_the_module_above_is_shown_in_its_file() -> None:
    place = place_in("../../main.tf", FILES["main.tf"], 4, 5)
    prepared = prepare(ROOT / "examples" / "basic", ROOT, TREE, [finding(place=place)], "utf-16")
    (path,) = prepared.diagnostics
    assert path == ROOT / "main.tf"
    assert prepared.diagnostics[path][0].range == lsp.Range(lsp.Position(0, 4), lsp.Position(0, 5))


def test_a_finding_is_kept_here_and_named_by_the_diagnostic() -> None:
    content = FILES["examples/basic/main.tf"]
    fix = Fix(title="Do it", edits=(Edit(file="main.tf", start=5, end=6, text="3"),), preferred=True)
    given = finding(place=place_in("main.tf", content, 5, 6), fix=fix)
    prepared = prepare(ROOT / "examples" / "basic", ROOT, TREE, [given], "utf-16")
    ((_, (diagnostic,)),) = prepared.diagnostics.items()
    data: Any = diagnostic.data
    assert prepared.findings[data["finding"]] == given


def test_layout_is_a_warning_and_a_file_that_cannot_be_read_an_error() -> None:
    edit = Fix(title="Format", edits=(Edit(file="main.tf", start=0, end=0, text=""),))
    found = [finding(check="fmt", fix=edit), finding(check="fmt"), finding(severity=Severity.INFORMATION)]
    ((_, diagnostics),) = prepare(ROOT, ROOT, Tree(key="k", files=FILES), found, "utf-16").diagnostics.items()
    assert [one.severity for one in diagnostics] == [
        lsp.DiagnosticSeverity.Warning,
        lsp.DiagnosticSeverity.Error,
        lsp.DiagnosticSeverity.Information,
    ]
    assert [one.code for one in diagnostics] == ["fmt", "fmt", "rules"]
