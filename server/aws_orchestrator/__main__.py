"""The command `aws-orchestrator`, also as `python -m aws_orchestrator`."""

import sys

from aws_orchestrator.cli.main import main

if __name__ == "__main__":
    sys.exit(main())

__all__ = ["main"]
