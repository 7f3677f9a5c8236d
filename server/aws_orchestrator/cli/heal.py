"""`aws-orchestrator heal DIR`: every fix that is the one right answer, tried first, then made by an update of the module."""

import argparse

from aws_orchestrator.agents.update_request import HEAL_REQUEST
from aws_orchestrator.cli.run_arguments import add_run_arguments
from aws_orchestrator.cli.update import run as run_update


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "heal",
        help="mend what Terraform and the quality rules find in a module, as far as that is mechanical",
    )
    parser.add_argument("module", metavar="DIR", help="the module's folder")
    add_run_arguments(parser)
    parser.set_defaults(run=run_update, request=HEAL_REQUEST)
