"""The mechanical repairs of findings, made in files."""

from collections.abc import Iterable, Mapping

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Edit, Finding
from aws_orchestrator.fixes.mend import preferred_fixes
from aws_orchestrator.hcl.splice import splice


def with_fixes(
    files: Mapping[str, bytes],
    findings: Iterable[Finding],
    catalog: Catalog | None,
    untouched: frozenset[str] = frozenset(),
) -> dict[str, bytes]:
    """The files with the one right fix of each finding that has one; of two that overlap the first is made.

    A fix that touches one of `untouched`, or a file that is not there, is left out.
    """
    made = dict(files)
    fixes = [
        fix
        for fix in preferred_fixes(files, findings, catalog)
        if not any(edit.file in untouched or edit.file not in files for edit in fix.edits)
    ]
    for path in sorted({edit.file for fix in fixes for edit in fix.edits}):
        edits = _apart(edit for fix in fixes for edit in fix.edits if edit.file == path)
        made[path] = splice(made[path], edits)
    return made


def _apart(edits: Iterable[Edit]) -> list[Edit]:
    """The edits without those that overlap an earlier one."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda item: (item.start, item.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept
