"""The commands, each loaded only when it is asked for: `runs list` must not wait for what `generate` needs."""

import argparse
from collections.abc import Sequence
from importlib import import_module

from aws_orchestrator import __version__

DESCRIPTION = "Complete, verified Terraform modules for AWS, from a sentence: planned, generated and really run by Terraform."
# Each is a module of this package with `add_parser`, in the order of the help.
COMMANDS = ("generate", "update", "heal", "check", "runs", "replay", "catalog", "mcp", "serve")


def parser(words: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of the command that the words begin with; of every command when they begin with none."""
    top = argparse.ArgumentParser(prog="aws-orchestrator", description=DESCRIPTION)
    top.add_argument("--version", action="version", version=f"aws-orchestrator {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    asked = [word for word in words[:1] if word in COMMANDS]
    for name in asked or COMMANDS:
        import_module(f"aws_orchestrator.cli.{name}").add_parser(commands)
    return top
