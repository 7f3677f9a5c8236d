"""Every limit, driven through the one dispatcher: N is allowed, N + 1 is not."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from aws_orchestrator.errors import LimitReached, ToolFailed, UsageError
from aws_orchestrator.limits import Limits, parse_bounds
from aws_orchestrator.runs.dispatcher import Dispatcher, WrongPath
from aws_orchestrator.runs.limits import AgentStopped, GracefulEnd, Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.settings import Settings
from support.house import FILES, MODULE, add_skill, generate, make_house, resume, run_folder
from support.outside import ScriptedMind, ScriptedPerson


@pytest.fixture
def tools() -> Dispatcher:
    return Dispatcher(Usage(Limits()), ModuleFiles(frozenset({"main.tf"})))


async def nothing() -> str:
    return "done"


async def nowhere(folder: str) -> None:
    raise WrongPath(folder)


async def times(count: int, work: Callable[[], Awaitable[object]]) -> None:
    for _ in range(count):
        await work()


async def test_the_third_failed_write_stops_the_generator(tools: Dispatcher) -> None:
    for _ in range(2):
        with pytest.raises(
            ToolFailed, match=r"invented\.tf is not a file of this module; it declares main\.tf"
        ):
            await tools.write_file("invented.tf", b"")
    with pytest.raises(AgentStopped, match="FAILED: 3 writes failed, the last one because"):
        await tools.write_file("invented.tf", b"")


async def test_the_third_wrong_path_stops_the_validator(tools: Dispatcher) -> None:
    tools.register("execute", nowhere)
    for _ in range(2):
        with pytest.raises(WrongPath):
            await tools.call("execute", folder="moduls")
    with pytest.raises(AgentStopped, match=r"INVALID: directory not found \(moduls\)"):
        await tools.call("execute", folder="moduls")


async def test_the_twenty_first_write_stops_the_run(tools: Dispatcher) -> None:
    await times(20, lambda: tools.write_file("main.tf", b""))
    with pytest.raises(LimitReached, match="used its 20 writes"):
        await tools.write_file("main.tf", b"")
    assert tools.usage["writes"] == 20
    assert tools.usage["failed_writes"] == 0, "rewriting a file that the run wrote is no failure"


async def test_the_sixty_first_tool_call_ends_the_run_gracefully(tools: Dispatcher) -> None:
    tools.register("look", nothing)
    await times(60, lambda: tools.call("look"))
    with pytest.raises(GracefulEnd, match="60 tool calls"):
        await tools.call("look")
    with pytest.raises(GracefulEnd):
        await tools.read_file("main.tf")


async def test_the_forty_first_model_call_ends_the_run_gracefully(tools: Dispatcher) -> None:
    await times(40, lambda: tools.call_model(nothing))
    with pytest.raises(GracefulEnd, match="40 model calls"):
        await tools.call_model(nothing)


async def test_a_batch_of_a_compiler_is_one_write_and_all_or_nothing(tools: Dispatcher) -> None:
    await tools.write_files({"main.tf": b"1"})
    with pytest.raises(ToolFailed):
        await tools.write_files({"main.tf": b"2", "invented.tf": b""})
    assert tools.usage["writes"] == 2
    assert tools.files.files == {"main.tf": b"1"}


async def test_the_healer_has_a_reserve_of_its_own(tools: Dispatcher) -> None:
    await times(20, lambda: tools.write_file("main.tf", b""))
    tools.usage.healing = True
    await times(20, lambda: tools.write_file("main.tf", b"healed"))
    with pytest.raises(LimitReached):
        await tools.write_file("main.tf", b"")


async def test_a_tool_that_does_not_exist_is_named_with_those_that_do(tools: Dispatcher) -> None:
    tools.register("look", nothing)
    with pytest.raises(ToolFailed, match="There is no tool lock; there are: look"):
        await tools.call("lock")


@pytest.mark.parametrize("content", [b"\xff", b"x" * (1024 * 1024 + 1)])
async def test_only_text_of_a_readable_size_can_be_a_module_file(tools: Dispatcher, content: bytes) -> None:
    with pytest.raises(ToolFailed):
        await tools.write_file("main.tf", content)


async def test_a_run_that_is_ended_gracefully_keeps_and_reports_what_was_finished(tmp_path: Path) -> None:
    add_skill(tmp_path)
    settings = Settings.model_validate({"limits": {"tool_calls": 4}})
    house = make_house(tmp_path, mind=ScriptedMind(), settings=settings)
    outcome = await generate(house)

    assert outcome.exit_code == 1
    assert "4 tool calls" in outcome.report.message
    kept = run_folder(house, outcome) / "unfinished"
    assert str(kept) in outcome.report.message
    assert len([path for path in kept.rglob("*") if path.is_file()]) == 4
    assert not (tmp_path / MODULE).exists()


async def test_a_skill_that_declares_more_files_than_may_be_written_is_refused_at_the_start(
    tmp_path: Path,
) -> None:
    add_skill(tmp_path)
    settings = Settings.model_validate({"limits": {"writes": len(FILES) - 1}})
    outcome = await generate(make_house(tmp_path, settings=settings))

    assert outcome.exit_code == 2
    assert f"declares {len(FILES)} files" in outcome.report.message


async def test_a_mind_that_invents_files_is_stopped(tmp_path: Path) -> None:
    async def invent(tools: Dispatcher) -> None:
        for _ in range(9):
            try:
                await tools.write_file("../../etc/passwd", b"")
            except AgentStopped:
                raise
            except ToolFailed:
                continue

    add_skill(tmp_path)
    outcome = await generate(make_house(tmp_path, mind=ScriptedMind(acts=invent)))

    assert outcome.exit_code == 1
    assert outcome.report.message.startswith("FAILED: 3 writes failed")
    assert outcome.report.usage["failed_writes"] == {"used": 3, "limit": 3}


async def test_a_resumed_run_has_used_what_it_used(tmp_path: Path) -> None:
    class Interrupted(Exception):
        pass

    async def interrupt(tools: Dispatcher) -> None:
        raise Interrupted

    add_skill(tmp_path)
    house = make_house(tmp_path, mind=ScriptedMind(acts=interrupt, model_calls=30))
    with pytest.raises(Interrupted):
        await generate(house)
    run_id = house.store.runs().runs[0].run_id
    outcome = await resume(make_house(tmp_path, mind=ScriptedMind(model_calls=30)), run_id)

    assert outcome.exit_code == 1
    assert "40 model calls" in outcome.report.message
    assert outcome.report.usage["model_calls"] == {"used": 40, "limit": 40}


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        ("writes=21", "A flag only lowers a limit: writes is 20"),
        ("writes=0", "The limit writes is too low"),
        ("writes", "`writes` is no limit"),
        ("write=3", "NAME is one of failed_writes"),
        ("writes=-1", "is no limit"),
    ],
)
def test_a_flag_that_does_not_lower_a_limit_is_refused(pair: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=re.escape(sentence)):
        parse_bounds(Limits(), [pair])


async def test_a_limit_that_was_lowered_for_a_run_holds_for_it_and_after_its_interruption(
    tmp_path: Path,
) -> None:
    class Interrupted(Exception):
        pass

    async def interrupt(tools: Dispatcher) -> None:
        raise Interrupted

    add_skill(tmp_path)
    house = make_house(tmp_path, mind=ScriptedMind(acts=interrupt))
    house = house._replace(bounds=parse_bounds(house.settings.limits, ["tool_calls=4"]))
    with pytest.raises(Interrupted):
        await generate(house)
    outcome = await resume(make_house(tmp_path, mind=ScriptedMind()), house.store.runs().runs[0].run_id)

    assert outcome.report.usage["tool_calls"] == {"used": 4, "limit": 4}
    assert "4 tool calls" in outcome.report.message


async def test_who_watches_a_run_sees_what_it_has_used_of_each_limit(tmp_path: Path) -> None:
    add_skill(tmp_path)
    person = ScriptedPerson()
    await generate(make_house(tmp_path, person=person, mind=ScriptedMind()))
    steps = [event.step for event in person.events if event.step]

    writes = [step.usage["writes"].used for step in steps]
    assert writes[0] == 0
    assert writes == sorted(writes)
    assert writes[-1] == len(FILES)
    assert {step.usage["writes"].limit for step in steps} == {20}
