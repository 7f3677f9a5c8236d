"""Pruning removes what ended runs kept, and nothing that somebody still needs."""

from pathlib import Path

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.runs.prune import prune_runs
from aws_orchestrator.workflows.session import start_run
from support.house import MODULE, add_skill, generate, make_house
from support.outside import FakeClock
from unit.update.test_update_workflow import update

NOW = "2030-01-01T01:00:00Z"


async def test_old_ended_runs_go_and_the_last_writer_and_the_interrupted_stay(tmp_path: Path) -> None:
    add_skill(tmp_path)
    house = make_house(tmp_path)
    made = [await generate(house, request) for request in ("a queue", "a queue with dead letters", "a queue")]
    start_run(house, "a queue, later", PreparedAnswers({})).release()
    pruned = prune_runs(house.store, NOW, keep=0)

    assert set(pruned.removed) == {made[0].report.run_id, made[1].report.run_id}
    assert pruned.freed_bytes > 1000
    assert [run.status for run in house.store.runs().runs] == ["interrupted", "done"]
    assert not list((house.store.folder / "staging").glob("*.pruned"))
    assert (await update(house, MODULE, "add dead letters")).exit_code == 0


async def test_the_newest_and_the_young_stay(tmp_path: Path) -> None:
    add_skill(tmp_path)
    house = make_house(tmp_path, clock=FakeClock(step=1))
    for _ in range(4):
        await generate(house)
    assert len(prune_runs(house.store, NOW, keep=3).removed) == 1
    assert prune_runs(house.store, NOW, keep=0, older_than_days=1).removed == ()
    # A clock that went backwards makes every run one of the future: none of them is old.
    assert prune_runs(house.store, "2001-01-01T00:00:00Z", keep=0, older_than_days=1).removed == ()
    assert len(prune_runs(house.store, "2031-01-01T00:00:00Z", keep=1, older_than_days=1).removed) == 2


async def test_a_run_whose_journal_nobody_can_read_is_left_for_a_person(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    _, folder = house.store.create("2030")
    (folder / "journal.jsonl").write_bytes(b'{"format_version":2}\n')

    assert prune_runs(house.store, NOW, keep=0).removed == ()
    with pytest.raises(UsageError):
        prune_runs(house.store, NOW, keep=-1)
