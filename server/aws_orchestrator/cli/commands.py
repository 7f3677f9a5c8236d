"""The parser of every command."""

import argparse

from aws_orchestrator import __version__
from aws_orchestrator.cli import catalog, check, generate, runs, serve

DESCRIPTION = "Complete, verified Terraform modules for AWS, from a sentence: planned, generated and really run by Terraform."


def parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    top = argparse.ArgumentParser(prog="aws-orchestrator", description=DESCRIPTION)
    top.add_argument("--version", action="version", version=f"aws-orchestrator {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (generate, check, runs, catalog, serve):
        command.add_parser(commands)
    return top
