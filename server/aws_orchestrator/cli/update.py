"""`aws-orchestrator update MODULE REQUEST`: the update-module workflow in the terminal."""

import argparse
from pathlib import Path

from aws_orchestrator.agents.github_read import is_remote
from aws_orchestrator.cli.generate import execute
from aws_orchestrator.cli.run_arguments import add_run_arguments
from aws_orchestrator.errors import UsageError
from aws_orchestrator.runs.store import STATE_FOLDER
from aws_orchestrator.workflows.session import start_remote_update, start_update


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "update", help="change an existing module by surgical edits, from a sentence"
    )
    parser.add_argument(
        "module",
        metavar="MODULE",
        help="the module's folder, or owner/repo//modules/s3@main for one on GitHub",
    )
    parser.add_argument(
        "request", help="what to change, as in “add versioning” or “rename aws_s3_bucket.this to logs”"
    )
    add_run_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Update; the exit code of the last run."""
    if is_remote(arguments.module) and not Path(arguments.module).exists():
        name = arguments.module
        return execute(
            arguments, lambda house, answers: start_remote_update(house, name, arguments.request, answers)
        )
    folder = _folder(Path(arguments.module), arguments.workspace)
    arguments.workspace = _workspace(folder, arguments.workspace)
    return execute(arguments, lambda house, answers: start_update(house, folder, arguments.request, answers))


def _folder(folder: Path, workspace: Path) -> Path:
    """The module's folder, named from here or from the workspace."""
    for candidate in (folder, workspace / folder):
        if candidate.is_dir():
            return candidate.resolve()
    what = "a file" if folder.exists() else "not there"
    raise UsageError(f"{folder} is {what}; name the folder of a module.")


def _workspace(folder: Path, workspace: Path) -> Path:
    """The workspace that was named; without one, this folder or what the module's own surroundings say."""
    if workspace != Path() or folder.is_relative_to(Path().resolve()):
        return workspace
    for parent in (folder, *folder.parents):
        if (parent / STATE_FOLDER).is_dir() or (parent / ".git").exists():
            return parent
    return folder
