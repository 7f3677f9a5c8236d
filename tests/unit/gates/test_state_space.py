"""No path of answers, crashes, edits and hostile surroundings reaches an effect without its own approval.

The walk takes the first decisions of every kind of surroundings in every way; `benchmarks/states.py` walks all of them.
"""

import os
from pathlib import Path
from typing import cast

import pytest

from aws_orchestrator.gates.mandatory import CHOICES, SAFE_CHOICE
from aws_orchestrator.workflows import sync, update_module
from support.state_space import SURROUNDINGS, Surroundings, walk

_PATHS, _PATHS_OF_A_VARIATION = 11, 4
_BY_NAME = {one.name: one for one in SURROUNDINGS}


@pytest.fixture(autouse=True)
def no_fsync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)


@pytest.mark.parametrize("surroundings", SURROUNDINGS, ids=lambda one: one.name)
def test_nothing_happens_without_its_own_approval(tmp_path: Path, surroundings: Surroundings) -> None:
    most = _PATHS_OF_A_VARIATION if "," in surroundings.name else _PATHS
    walked = walk(surroundings, tmp_path, most)

    assert walked.violations == ()
    assert walked.states > (1 if surroundings.there else 0)


async def _nobody_asks(*_: object) -> None:
    return None


@pytest.mark.parametrize(
    ("place", "owner", "name"),
    [
        ("over a person's edit", sync, "_ask_to_overwrite"),
        ("reversal of an edited module", sync, "_ask_to_overwrite"),
        ("removal of a stateful resource", update_module.UpdateModule, "_ask_to_destroy"),
        ("deletion of a module", update_module.UpdateModule, "_ask_to_destroy"),
    ],
)
def test_the_walk_sees_a_gate_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, owner: object, name: str
) -> None:
    monkeypatch.setattr(owner, name, _nobody_asks)
    assert walk(_BY_NAME[place], tmp_path, most=2).violations


def test_the_walk_sees_a_dismissal_that_is_taken_for_an_approval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(cast("dict[str, str]", SAFE_CHOICE), "destructive", "approve")
    assert walk(_BY_NAME["over a person's edit"], tmp_path, most=8).violations


def test_every_gate_has_a_safe_choice_that_changes_nothing() -> None:
    assert set(SAFE_CHOICE) == set(CHOICES)
    assert {kind: SAFE_CHOICE[kind] for kind in ("commit", "next_steps", "destructive", "policy")} == {
        "commit": "keep_local",
        "next_steps": "done",
        "destructive": "reject",
        "policy": "decline",
    }
