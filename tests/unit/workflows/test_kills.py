"""A run that is killed at any entry of its journal ends, once it is resumed, in what an unkilled one gives."""

import os
from pathlib import Path

import pytest

from support.killing import SAME, SCENARIOS, Killer, Scenario

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a kill is simulated in a forked process")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_killed_at_any_position_of_its_journal_it_comes_to_the_same_end(
    tmp_path: Path, scenario: Scenario
) -> None:
    killer = Killer(scenario, tmp_path)
    assert all(status == "done" for _, status in killer.expected.runs)

    # `benchmarks/kills.py` kills each of them at every position.
    positions = killer.sample if scenario.sampled else killer.positions
    kills = [killer.kill(position, before) for position, before in positions]
    assert [kill for kill in kills if kill.outcome != SAME] == []
    assert {kill.entry for kill in kills} >= {"run_started", "step_started", "gate_opened", "run_ended"}
