"""Fixes made: which of them fit together, and the files with them."""

from collections.abc import Iterable, Mapping, Sequence

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes import MendedModule, fixes_of
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.hcl.splice import splice
from aws_orchestrator.hcl.syntax import first_error

HCL = (".tf", ".tfvars", ".tftest.hcl")


def preferred_fixes(
    files: Mapping[str, bytes], findings: Iterable[Finding], catalog: Catalog | None
) -> list[Fix]:
    """The one right fix of each finding that has one."""
    module = MendedModule.of(files, catalog)
    return [fix for finding in findings for fix in fixes_of(finding, module) if fix.preferred]


def apart(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes without those that touch what an earlier one touches, or say the same."""
    chosen: list[Fix] = []
    for fix in fixes:
        others = [edit for earlier in chosen for edit in earlier.edits]
        if not any(_touching(edit, other) for edit in fix.edits for other in others):
            chosen.append(fix)
    return chosen


def _touching(edit: Edit, other: Edit) -> bool:
    return edit.file == other.file and edit.start <= other.end and other.start <= edit.end


def applied(files: Mapping[str, bytes], edits: Iterable[Edit]) -> dict[str, bytes] | None:
    """The files with the edits made, as formatted as they were; None when edits overlap or spoil a file."""
    grouped: dict[str, list[Edit]] = {}
    for edit in edits:
        grouped.setdefault(edit.file, []).append(edit)
    result = dict(files)
    for name, group in grouped.items():
        after = _spliced(files.get(name), group)
        if after is None:
            return None
        if name.endswith(HCL):
            if first_error(after) is not None:
                return None
            before = files.get(name, b"")
            if format_source(before) == before:
                after = format_source(after)
        result[name] = after
    return result


def _spliced(content: bytes | None, edits: Sequence[Edit]) -> bytes | None:
    try:
        # A file that is not there yet is made by edits at its beginning.
        return splice(content or b"", edits)
    except ValueError:
        return None
