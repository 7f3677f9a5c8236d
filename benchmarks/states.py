"""How large the state space of the gates is, and whether any path of it reaches an effect without its own approval.

`python benchmarks/states.py [MOST]` walks every path of every kind of surroundings (answers, dismissals, nonsense, crashes,
disconnections, cancellations, edits in between; hostile policy pages and minds), at most MOST of each, through the real
workflows, gates, journals and disk. What the program does is seen by an audit hook. The exit code is 1 when something
happened that nobody approved.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.state_space import SURROUNDINGS, walk  # the tests' own harness, which is no package


def main() -> int:
    """Walk and print."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    setattr(os, "fsync", lambda _descriptor: None)  # noqa: B010  # mypy: another parameter name
    paths = states = effects = violations = 0
    began = time.perf_counter()
    for surroundings in SURROUNDINGS:
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            walked = walk(surroundings, Path(folder), most)
        seconds = time.perf_counter() - start
        print(
            f"{surroundings.name:<46} {walked.paths:>6} paths {walked.states:>5} states {walked.effects:>6} approved effects"
            f" {len(walked.violations):>3} without approval {seconds:>6.1f} s",
            flush=True,
        )
        for violation in walked.violations:
            print(f"  {violation.what} after {'; '.join(violation.path)}")
        paths, states, effects = paths + walked.paths, states + walked.states, effects + walked.effects
        violations += len(walked.violations)
    seconds = time.perf_counter() - began
    print(
        f"{paths} paths, {states} states, {effects} approved effects, {violations} without approval, {seconds:.0f} s"
    )
    return 1 if violations else 0


if __name__ == "__main__":
    raise SystemExit(main())
