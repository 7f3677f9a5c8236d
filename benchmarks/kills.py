"""Kills a run at every entry of its journal, resumes it, and prints what became of each kill.

`python benchmarks/kills.py` needs a system that forks (Linux, macOS). Each scenario runs once without a kill; then, for each
position of its journal, twice more: killed before that entry is written and after it. A kill counts as lost when the
resumed end differs in any file, in the number of commits, in the runs and their status, or in the gates and their
answers. The exit code is 1 when one is lost.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.killing import SAME, SCENARIOS, Killer  # the tests' own harness, which is no package


def main() -> int:
    """Kill and print the table."""
    # A killed process loses nothing that it gave to the system; only a machine that stops does.
    setattr(os, "fsync", lambda _descriptor: None)  # noqa: B010  # mypy: another parameter name
    lost = 0
    began = time.perf_counter()
    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory() as folder:
            killer = Killer(scenario, Path(folder))
            kills = [
                killer.kill(position, before)
                for position in range(1, len(killer.kinds) + 1)
                for before in (True, False)
            ]
        same = Counter(kill.entry for kill in kills if kill.outcome == SAME)
        print(f"{scenario.name}: {len(killer.kinds)} positions, {len(kills)} kills")
        for kind, count in Counter(killer.kinds).items():
            print(
                f"  {kind:<14} {count:>3} positions  {2 * count:>3} kills  {2 * count - same[kind]:>3} lost"
            )
        for kill in kills:
            if kill.outcome != SAME:
                lost += 1
                print(
                    f"  LOST at {kill.position} ({'before' if kill.before else 'after'} {kill.entry}): {kill.outcome}"
                )
    print(f"{lost} lost, in {time.perf_counter() - began:.0f} s")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
