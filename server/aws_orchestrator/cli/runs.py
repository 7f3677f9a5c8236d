"""`aws-orchestrator runs list|show|resume|cancel`: what was run in a workspace, and going on with it."""

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from aws_orchestrator.cli import generate
from aws_orchestrator.cli.composition import SystemClock
from aws_orchestrator.errors import UsageError
from aws_orchestrator.protocol import FORMAT_VERSION
from aws_orchestrator.runs.cancel import cancel_run
from aws_orchestrator.runs.journal import read_entries
from aws_orchestrator.runs.store import RunStore


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its verbs."""
    parser = commands.add_parser("runs", help="list, show, resume or cancel runs")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="every run of the workspace, newest first")
    listing.set_defaults(run=list_runs)
    show = verbs.add_parser("show", help="one run: its steps, gates and report")
    show.add_argument("run_id", metavar="ID")
    show.set_defaults(run=show_run)
    cancel = verbs.add_parser("cancel", help="close an interrupted run without going on with it")
    cancel.add_argument("run_id", metavar="ID")
    cancel.set_defaults(run=cancel_one)
    for verb in (listing, show, cancel):
        verb.add_argument(
            "--workspace",
            type=Path,
            default=Path(),
            metavar="DIR",
            help="the workspace folder (default: this one)",
        )
        verb.add_argument("--json", action="store_true", help="print one JSON object")
    resume = verbs.add_parser("resume", help="go on with an interrupted run")
    resume.add_argument("run_id", metavar="ID")
    generate.add_run_arguments(resume)
    resume.set_defaults(run=resume_one)


def list_runs(arguments: argparse.Namespace) -> int:
    """Print the runs."""
    runs = _store(arguments).runs()
    if arguments.json:
        print(json.dumps(runs.model_dump(mode="json", by_alias=True), ensure_ascii=False))
        return 0
    table = Table("run", "status", "started", "module", "request", box=None)
    for summary in runs.runs:
        table.add_row(
            summary.run_id, summary.status, summary.started_at, summary.module or "", summary.request
        )
    Console().print(table if runs.runs else "No runs yet.")
    return 0


def show_run(arguments: argparse.Namespace) -> int:
    """Print one run with everything that its journal holds."""
    store = _store(arguments)
    folder = store.folder_of(arguments.run_id)
    summary = store.summary(folder)
    entries = read_entries(folder / "journal.jsonl")
    if arguments.json:
        document = {
            "formatVersion": FORMAT_VERSION,
            **summary.model_dump(mode="json", by_alias=True),
            "entries": [{"sequence": e.sequence, "kind": e.kind, "at": e.at, **e.data} for e in entries],
        }
        print(json.dumps(document, ensure_ascii=False))
        return 0
    console = Console(highlight=False)
    console.print(f"{summary.run_id}  {summary.status}  {summary.module or ''}", markup=False)
    console.print(f"“{summary.request}”", markup=False)
    for entry in entries:
        what = entry.data.get("title") or entry.data.get("key") or entry.data.get("message") or ""
        console.print(f"  {entry.sequence:>3} {entry.at} {entry.kind} {what}", markup=False, soft_wrap=True)
    if summary.message:
        console.print(summary.message, markup=False, soft_wrap=True)
    return 0


def resume_one(arguments: argparse.Namespace) -> int:
    """Go on with a run; report and exit codes as `generate`."""
    return generate.execute(arguments, generate.begin_resumed(arguments.run_id))


def cancel_one(arguments: argparse.Namespace) -> int:
    """Close an interrupted run."""
    store = _store(arguments)
    cancel_run(store, SystemClock(), arguments.run_id)
    if arguments.json:
        summary = store.summary(store.folder_of(arguments.run_id))
        print(json.dumps({"formatVersion": FORMAT_VERSION, **summary.model_dump(mode="json", by_alias=True)}))
    else:
        print(f"{arguments.run_id} is cancelled.")
    return 0


def _store(arguments: argparse.Namespace) -> RunStore:
    if not arguments.workspace.is_dir():
        raise UsageError(f"The workspace {arguments.workspace} is not a folder.")
    return RunStore(arguments.workspace.resolve())
