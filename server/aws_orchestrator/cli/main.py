"""The command line: parses, calls one command, and turns errors into sentences and exit codes."""

import os
import sys
from collections.abc import Sequence

from aws_orchestrator.errors import OrchestratorError, UsageError

_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0 done, 1 invalid or failed, 2 bad usage or input, 3 stopped at a gate."""
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        if words[:1] == ["serve"]:
            # The editor waits for `initialize`: nothing is imported that the server does not need for that.
            from aws_orchestrator.cli.serve import main as serve

            return serve(words[1:])
        return _run(words)
    except KeyboardInterrupt:
        # Before a command has taken over the signals, or after it gave them back: nothing is going on then.
        print("Interrupted.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output is gone (`| head`); Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _run(words: Sequence[str]) -> int:
    from aws_orchestrator.cli.commands import parser

    try:
        arguments = parser(words).parse_args(words)
    except SystemExit as ended:
        if ended.code == UsageError.exit_code and "--json" in words:
            _print_failure("The command line is wrong; the standard error says how.")
        raise
    try:
        code: int = arguments.run(arguments)
    except OrchestratorError as error:
        print(f"aws-orchestrator: {error}", file=sys.stderr)
        if getattr(arguments, "json", False):
            _print_failure(str(error))
        return error.exit_code
    return code


def _print_failure(message: str) -> None:
    """The object of `--json` when there is nothing to report but a sentence."""
    import json

    from aws_orchestrator.protocol import FORMAT_VERSION

    failure: dict[str, object] = {
        "formatVersion": FORMAT_VERSION,
        "runId": None,
        "status": "failed",
        "message": message,
        "module": None,
        "validation": None,
        "gates": [],
        "timings": {},
    }
    print(json.dumps(failure, ensure_ascii=False), flush=True)
