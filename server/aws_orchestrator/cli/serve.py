"""`aws-orchestrator serve`: the language server over stdio."""

import argparse
from collections.abc import Sequence


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command, for `--help`; `cli.main` starts it without the other commands' parsers."""
    _add_arguments(commands.add_parser("serve", help="run the language server over stdio"))


def main(argv: Sequence[str]) -> int:
    """Serve until the client says exit."""
    parser = argparse.ArgumentParser(
        prog="aws-orchestrator serve", description="Run the language server over stdio."
    )
    _add_arguments(parser)
    parser.parse_args(argv)
    from aws_orchestrator.lsp.server import serve

    return serve()


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stdio", action="store_true", help="accepted because editors pass it; there is no other way"
    )
