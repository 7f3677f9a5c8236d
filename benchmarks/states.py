"""How large the state space of the gates is, and whether any path of it reaches an effect without its own approval.

`python benchmarks/states.py [--depth GATES] [--jobs N]` walks every path of every kind of surroundings (answers, dismissals,
nonsense, crashes, disconnections, cancellations, edits in between; hostile policy pages and minds) through the real
workflows, gates, journals and disk. So many gates of a path are answered in every way, those after them with their primary
choice; a decision that is met again in the same state is not walked again. What the program does is seen by an audit hook.
The exit code is 1 when something happened that nobody approved.
"""

import argparse
import os
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.state_space import SURROUNDINGS, Walk, walk  # the tests' own harness, which is no package

MOST = 100_000


def walked(depth: int, number: int) -> tuple[Walk, float]:
    """The walk of one kind of surroundings, and its seconds."""
    setattr(os, "fsync", lambda _descriptor: None)  # noqa: B010  # mypy: another parameter name
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        return walk(SURROUNDINGS[number], Path(folder), MOST, depth), time.perf_counter() - start


def main() -> int:
    """Walk and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--depth", type=int, default=2, metavar="GATES")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    arguments = parser.parse_args()
    paths = decisions = states = effects = violations = 0
    began = time.perf_counter()
    with ProcessPoolExecutor(arguments.jobs) as pool:
        walks = pool.map(partial(walked, arguments.depth), range(len(SURROUNDINGS)))
        for surroundings, (found, seconds) in zip(SURROUNDINGS, walks, strict=True):
            print(
                f"{surroundings.name:<46} {found.paths:>6} paths {found.decisions:>5} decisions {found.states:>5} ends"
                f" {found.effects:>6} approved effects {len(found.violations):>3} without approval {seconds:>6.1f} s",
                flush=True,
            )
            for violation in found.violations:
                print(f"  {violation.what} after {'; '.join(violation.path)}")
            paths, decisions = paths + found.paths, decisions + found.decisions
            states, effects = states + found.states, effects + found.effects
            violations += len(found.violations)
    print(
        f"{paths} paths, {decisions} decisions, {states} ends, {effects} approved effects, {violations} without approval, "
        f"{time.perf_counter() - began:.0f} s with {arguments.jobs} processes, {arguments.depth} gates deep"
    )
    return 1 if violations else 0


if __name__ == "__main__":
    raise SystemExit(main())
