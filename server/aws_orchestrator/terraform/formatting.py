"""What formatting would change, as findings with the fix."""

from collections.abc import Mapping

from aws_orchestrator.findings import CheckResult, Edit, Finding, Fix, Severity, Tree, place_in

FORMATTED = (".tf", ".tfvars", ".tftest.hcl", ".tfmock.hcl")
# Terraform reads these only when a command names them, so validate never sees their syntax errors.
_ONLY_FMT_READS = (".tfvars", ".tfmock.hcl")


def formattable(tree: Tree) -> dict[str, bytes]:
    """The files of the tree's module, and of the folders below it, that `terraform fmt` formats."""
    below = "" if tree.module == "." else f"{tree.module}/"
    return {
        path: content
        for path, content in tree.files.items()
        if path.startswith(below) and path.endswith(FORMATTED) and ".terraform" not in path.split("/")
    }


def fmt_result(
    before: Mapping[str, bytes], after: Mapping[str, bytes], broken: Mapping[str, int]
) -> CheckResult:
    """The result of `fmt` from the files, their formatted bytes, and the files that do not parse (with a line)."""
    findings = [
        _unformatted(path, before[path], after[path])
        for path in sorted(before)
        if before[path] != after[path]
    ]
    findings += [
        _unreadable(path, before[path], line)
        for path, line in sorted(broken.items())
        if path.endswith(_ONLY_FMT_READS)
    ]
    # Syntax errors of the other files are validate's to report: twice the same error helps nobody.
    left = sorted(path for path in broken if not path.endswith(_ONLY_FMT_READS))
    note = f"Not checked, because they do not parse: {', '.join(left)}." if left else ""
    status = "failed" if findings else "skipped" if left else "passed"
    return CheckResult(check="fmt", status=status, findings=tuple(findings), note=note)


def smallest_edit(path: str, before: bytes, after: bytes) -> Edit:
    """One edit, of whole lines, that makes the new bytes of the old ones."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    shortest = min(len(old), len(new))
    head = next((n for n in range(shortest) if old[n] != new[n]), shortest)
    tail = next((n for n in range(shortest - head) if old[-1 - n] != new[-1 - n]), shortest - head)
    start = sum(map(len, old[:head]))
    end = len(before) - sum(map(len, old[len(old) - tail :]))
    text = b"".join(new[head : len(new) - tail])
    return Edit(file=path, start=start, end=end, text=text.decode())


def _unformatted(path: str, before: bytes, after: bytes) -> Finding:
    edit = smallest_edit(path, before, after)
    line_end = before.find(b"\n", edit.start)
    place = place_in(path, before, edit.start, len(before) if line_end < 0 else line_end)
    return Finding(
        check="fmt",
        severity=Severity.ERROR,
        summary="File is not formatted",
        detail="terraform fmt would change it, from this line on.",
        place=place,
        fix=Fix(title=f"Format {path}", edits=(edit,), preferred=True),
    )


def _unreadable(path: str, content: bytes, line: int) -> Finding:
    lines = content.splitlines(keepends=True)
    start = sum(map(len, lines[: line - 1]))
    end = start + len(lines[line - 1].rstrip(b"\r\n")) if line <= len(lines) else start
    return Finding(
        check="fmt",
        severity=Severity.ERROR,
        summary="File cannot be formatted",
        detail="It has a syntax error at this line.",
        place=place_in(path, content, start, end),
    )
