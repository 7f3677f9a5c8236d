"""`aws-orchestrator check DIR`: every check of a module of the disk; nothing is changed."""

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import library_of
from aws_orchestrator.cli.composition import terminal_engine
from aws_orchestrator.cli.interruption import run_interruptible
from aws_orchestrator.protocol import FORMAT_VERSION
from aws_orchestrator.settings import load_settings
from aws_orchestrator.workflows.check_module import check_tree
from aws_orchestrator.workflows.module_tree import load_tree, module_root
from aws_orchestrator.workflows.report import ValidationReport

_COLORS = {"error": "red", "warning": "yellow", "information": "blue"}
_MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "skipped": "[dim]–[/]"}


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("check", help="check a module: init, fmt, validate, quality rules, tests")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the module's folder")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object as the last line of the output"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check; 0 when nothing is wrong, 1 when something is, 2 when the folder is no module."""
    console = Console(stderr=arguments.json, highlight=False)
    root = module_root(arguments.folder)
    tree = load_tree(arguments.folder, root)
    settings = load_settings(root)
    engine = terminal_engine(root, settings)

    async def work() -> int:
        try:
            validation = await check_tree(
                engine, library_of(root), tree, disabled_rules=settings.disabled_rules
            )
        finally:
            await engine.close()
        _print(validation, console)
        if arguments.json:
            report = ValidationReport.of(validation).model_dump(mode="json", by_alias=True)
            print(
                json.dumps(
                    {"formatVersion": FORMAT_VERSION, "path": str(arguments.folder), **report},
                    ensure_ascii=False,
                )
            )
        return 0 if validation.valid else 1

    return run_interruptible(work(), lambda: console.print("Interrupted; nothing was changed."))


def _print(validation: Validation, console: Console) -> None:
    for result in validation.results:
        note = f"  [dim]{escape(result.note)}[/]" if result.note else ""
        console.print(f"{_MARKS[result.status]} {result.check}{note}", soft_wrap=True)
        for finding in result.findings:
            color = _COLORS[finding.severity.value]
            code = f" [dim]({finding.code})[/]" if finding.code else ""
            console.print(
                f"    [{color}]{finding.severity.value}[/] {escape(finding.line())}{code}", soft_wrap=True
            )
    console.print(escape(validation.claim), soft_wrap=True)
