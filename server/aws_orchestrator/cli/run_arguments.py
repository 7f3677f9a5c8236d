"""What every command that executes a run takes."""

import argparse
from pathlib import Path


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of every command that executes a run."""
    parser.add_argument(
        "--workspace",
        type=Path,
        default=Path(),
        metavar="DIR",
        help="the workspace folder (default: this one)",
    )
    parser.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="GATE=CHOICE",
        help="answer a gate ahead of time, or GATE.FIELD=VALUE (repeatable)",
    )
    parser.add_argument(
        "--approve-destructive",
        action="append",
        default=[],
        metavar="PATH_OR_ADDRESS",
        help="approve overwriting or deleting exactly this (repeatable)",
    )
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=N",
        help="let this run do less than the settings allow, as in writes=5 (repeatable)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object as the last line of the output"
    )
    parser.add_argument(
        "--mind",
        choices=("auto", "builtin", "claude"),
        help="who thinks; auto is Claude when there are credentials (default: the setting `mind`, which is auto)",
    )
