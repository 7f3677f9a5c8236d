"""`check` for people: a module in full, or a repository with what is wrong in it and a summary."""

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.cli.check_output import Checked, counted
from aws_orchestrator.cli.screen import Color, Screen
from aws_orchestrator.findings import Finding
from aws_orchestrator.runs.redaction import printable
from aws_orchestrator.workflows.check_repository import CheckedModule

_COLORS: dict[str, Color] = {"error": "red", "warning": "yellow", "information": "blue"}
_MARKS: dict[str, tuple[Color, str]] = {
    "passed": ("green", "✓"),
    "failed": ("red", "✗"),
    "skipped": ("dim", "–"),
}


def print_module(validation: Validation, output: Screen) -> None:
    """One module: every check with its result, note and findings."""
    for result in validation.results:
        color, mark = _MARKS[result.status]
        note = output.paint("dim", f"  {printable(result.note)}") if result.note else ""
        output.line(output.paint(color, mark), f" {result.check}", note)
        for finding in result.findings:
            _print_finding(finding, output)
    output.line(validation.claim)


def print_of_many(module: CheckedModule, output: Screen) -> None:
    """One module of many: a line, and its findings."""
    validation = module.validation
    if validation is None:
        output.line(output.paint("red", "✗"), f" {printable(module.path)}")
        output.line("    ", output.paint("red", "not checked"), f" {printable(module.problem)}")
        return
    failed = [check for check, status in validation.checks.items() if status == "failed"]
    color, mark = _MARKS["passed" if validation.valid else "failed"]
    what = output.paint("red", f"  {', '.join(failed)}") if failed else ""
    output.line(output.paint(color, mark), f" {printable(module.path)}", what)
    for finding in validation.findings:
        _print_finding(finding, output)


def print_summary(checked: Checked, seconds: float, output: Screen) -> None:
    """The end of a repository's check: how many, how long, with what, and what was left out."""
    for note in checked.notes:
        output.line(output.paint("yellow", "!"), f" {printable(note)}")
    counts = checked.counts
    parts = [f"{counts['valid']:,} valid"]
    parts += [f"{counts['invalid']:,} invalid"] if counts["invalid"] else []
    parts += [f"{counts['notChecked']:,} not checked"] if counts["notChecked"] else []
    found = [
        counted(counts[key], noun)
        for key, noun in (("errors", "error"), ("warnings", "warning"), ("information", "note"))
        if counts[key]
    ]
    color: Color = "green" if checked.valid else "red"
    output.line(
        output.paint(color, f"{counted(counts['modules'], 'module')}: {', '.join(parts)}"),
        f" ({', '.join(found) or 'no findings'}) in {seconds:.1f} s",
    )
    skipped = sum(
        result.status == "skipped" and result.check != "rules"
        for module in checked.modules
        if module.validation is not None
        for result in module.validation.results
    )
    if skipped:
        output.line(f"{counted(skipped, 'check')} could not be made in full; --format json has the reasons.")
    used = sorted(
        {_with_what(module.validation) for module in checked.modules if module.validation is not None}
    )
    if used:
        output.line(f"Checked with {'; '.join(used)}.")


def _with_what(validation: Validation) -> str:
    version = f", aws {validation.provider_version}" if validation.provider_version else ""
    return f"{validation.engine}{version} ({validation.depth})"


def _print_finding(finding: Finding, output: Screen) -> None:
    severity = finding.severity.value
    code = output.paint("dim", f" ({finding.code})") if finding.code else ""
    output.line("    ", output.paint(_COLORS[severity], severity), f" {printable(finding.line())}", code)
