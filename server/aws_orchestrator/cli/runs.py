"""`aws-orchestrator runs list|show|resume|cancel|revert|prune`: what was run in a workspace, going on, and going back."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from aws_orchestrator.cli.run_arguments import add_run_arguments
from aws_orchestrator.cli.screen import Screen, screen
from aws_orchestrator.errors import UsageError
from aws_orchestrator.protocol import FORMAT_VERSION
from aws_orchestrator.runs.cancel import cancel_run
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.runs.journal import Entry, read_entries
from aws_orchestrator.runs.redaction import printable, shortened
from aws_orchestrator.runs.store import RunStore

_KEPT = 50


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its verbs."""
    parser = commands.add_parser("runs", help="list, show, resume, cancel, revert or prune runs")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="every run of the workspace, newest first")
    listing.set_defaults(run=list_runs)
    show = verbs.add_parser("show", help="one run: its steps, gates and report")
    show.add_argument("run_id", metavar="ID")
    show.add_argument("--markdown", action="store_true", help="print the audit of the run as Markdown")
    show.set_defaults(run=show_run)
    cancel = verbs.add_parser("cancel", help="close an interrupted run without going on with it")
    cancel.add_argument("run_id", metavar="ID")
    cancel.set_defaults(run=cancel_one)
    prune = verbs.add_parser("prune", help="remove what old runs kept")
    prune.add_argument(
        "--keep",
        type=int,
        default=_KEPT,
        metavar="N",
        help=f"how many of the newest runs stay (default: {_KEPT})",
    )
    prune.add_argument(
        "--older-than", type=int, default=None, metavar="DAYS", help="remove only what began before that"
    )
    prune.set_defaults(run=prune_old)
    for verb in (listing, show, cancel, prune):
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
    add_run_arguments(resume)
    resume.set_defaults(run=resume_one)
    revert = verbs.add_parser("revert", help="make the files that a run wrote what they were before")
    revert.add_argument("run_id", metavar="ID")
    add_run_arguments(revert)
    revert.set_defaults(run=revert_one)


def list_runs(arguments: argparse.Namespace) -> int:
    """Print the runs."""
    runs = _store(arguments).runs()
    if arguments.json:
        print(json.dumps(runs.model_dump(mode="json", by_alias=True), ensure_ascii=False))
        return 0
    output = screen(as_json=False)
    if not runs.runs:
        output.line("No runs yet.")
    for summary in runs.runs:
        what = summary.message if summary.status == "failed" and not summary.request else summary.request
        module = printable(summary.module or "")
        output.line(
            f"{summary.run_id}  {summary.status:<11}  {printable(summary.started_at)}  {module:<24}  {shortened(what, 80)}"
        )
    return 0


def show_run(arguments: argparse.Namespace) -> int:
    """Print one run with everything that its journal holds, or its audit."""
    store = _store(arguments)
    if arguments.markdown:
        if arguments.json:
            raise UsageError("Choose one: --json prints the journal, --markdown the audit.")
        # Listing must not wait for what the audit needs.
        from aws_orchestrator.runs.audit import audit_of

        print(audit_of(store, arguments.run_id), end="")
        return 0
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
    output = screen(as_json=False)
    output.line(f"{summary.run_id}  {summary.status}  {printable(summary.module or '')}")
    output.line(f"“{printable(summary.request)}”")
    for entry in entries:
        what = entry.data.get("title") or entry.data.get("key") or entry.data.get("message") or ""
        output.line(f"  {entry.sequence:>3} {printable(f'{entry.at} {entry.kind} {what}')}")
    _print_planning(entries, output)
    if summary.message:
        output.line(printable(summary.message))
    return 0


def _print_planning(entries: Sequence[Entry], output: Screen) -> None:
    """tf-planner's three results as the journal holds them, also those of a run that did not end."""
    # What they hold are types of the planner, which listing runs does not need.
    from aws_orchestrator.cli.planning_output import print_plan, print_requirements, print_security
    from aws_orchestrator.workflows.phases import (
        PLAN,
        PLANNER,
        REQUIREMENTS,
        SECURITY,
        Phase1,
        Phase2,
        Phase3,
    )

    for entry in entries:
        key, result = str(entry.data.get("key")), entry.data.get("result")
        title = key.partition(f"{PLANNER}: ")[2].partition("#")[0]
        if entry.kind != "step_done":
            continue
        try:
            if title == REQUIREMENTS:
                print_requirements(Phase1.model_validate(result).requirements, output)
            elif title == SECURITY:
                print_security(Phase2.model_validate(result).security, output, every=True)
            elif title == PLAN:
                print_plan(Phase3.model_validate(result).plan, output)
        except ValidationError:
            output.line(f"  {printable(key)} was written by another version and is not shown.")


def resume_one(arguments: argparse.Namespace) -> int:
    """Go on with a run; report and exit codes as `generate`."""
    # Listing and showing runs must not wait for what executing one needs.
    from aws_orchestrator.cli.generate import begin_resumed, execute

    return execute(arguments, begin_resumed(arguments.run_id))


def revert_one(arguments: argparse.Namespace) -> int:
    """Take back what a run wrote; report and exit codes as `generate`."""
    from aws_orchestrator.cli.generate import execute
    from aws_orchestrator.workflows.session import start_revert

    return execute(arguments, lambda house, answers: start_revert(house, arguments.run_id, answers))


def prune_old(arguments: argparse.Namespace) -> int:
    """Remove old runs."""
    from aws_orchestrator.runs.prune import prune_runs

    store = _store(arguments)
    pruned = prune_runs(store, SystemClock().now(), arguments.keep, arguments.older_than)
    if arguments.json:
        print(json.dumps(pruned.model_dump(mode="json", by_alias=True)))
    else:
        count = len(pruned.removed)
        print(f"{count} {'run' if count == 1 else 'runs'} removed, {pruned.freed_bytes / 1024:,.0f} KB.")
    return 0


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
