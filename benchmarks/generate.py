"""How long a sentence takes to become a validated module from a cold terminal, all checks included.

`python benchmarks/generate.py [RUNS]` prints the median, the share that Python's start takes of it, and whether the target
is met. Nothing is reused between the runs but the cache of encoded schemas, which the first run fills.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SENTENCE = "an encrypted bucket with versioning and access logging to my-logs"
TARGET_SECONDS = 5.0


def _timed(*command: str) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def _generate() -> float:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "workspace").mkdir()
        workspace = str(Path(folder, "workspace"))
        return _timed(
            sys.executable, "-m", "aws_orchestrator", "generate", SENTENCE, "--workspace", workspace, "--json"
        )


def main() -> int:
    """Measure and print; always 0: a benchmark reports, it does not fail."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    first = _generate()
    times = [_generate() for _ in range(runs)]
    bare = [_timed(sys.executable, "-c", "pass") for _ in range(runs)]
    median, python = statistics.median(times), statistics.median(bare)
    print(f"first run (fills the cache)   {first:6.2f} s")
    print(f"cold terminal, median of {runs:<2}    {median:6.2f} s  ({min(times):.2f} to {max(times):.2f})")
    print(f"a bare Python process         {python:6.2f} s  (ratio {median / python:.0f})")
    print(f"target under {TARGET_SECONDS:.0f} s: {'met' if median < TARGET_SECONDS else 'NOT met'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
