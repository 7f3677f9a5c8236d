"""The command line: parses, calls one command, and turns errors into sentences and exit codes."""

import os
import sys
from collections.abc import Sequence

from aws_orchestrator.errors import OrchestratorError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 invalid or failed, 2 bad usage or input, 3 stopped at a gate."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == ["serve"]:
        # The editor waits for `initialize`: nothing is imported that the server does not need for that.
        from aws_orchestrator.cli.serve import main as serve

        return serve(words[1:])
    from aws_orchestrator.cli.commands import parser

    arguments = parser().parse_args(words)
    try:
        code: int = arguments.run(arguments)
    except OrchestratorError as error:
        print(f"aws-orchestrator: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output is gone (`| head`); Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code
