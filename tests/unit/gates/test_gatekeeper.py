"""Who answers a gate: the journal, an answer given ahead, a person, or the safe choice."""

from pathlib import Path

import pytest

from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.mandatory import commit_gate, destructive_gate, next_steps_gate
from aws_orchestrator.protocol import GateAnswer
from aws_orchestrator.workflows.session import start_run
from support.house import make_house
from support.outside import ScriptedPerson


def keeper(folder: Path, person: ScriptedPerson, *answers: str, approve: tuple[str, ...] = ()) -> Gatekeeper:
    prepared = PreparedAnswers.parse(answers, approve)
    return Gatekeeper(start_run(make_house(folder), "x", prepared), person, prepared)


@pytest.mark.parametrize(
    "answer",
    [
        None,
        GateAnswer(choice="invented"),
        GateAnswer(choice="generate_another"),
        GateAnswer(choice="generate_another", fields={"request": "  "}),
    ],
)
async def test_a_dismissed_or_impossible_answer_is_the_safe_choice(
    tmp_path: Path, answer: GateAnswer | None
) -> None:
    gates = keeper(tmp_path, ScriptedPerson(next_steps=answer))
    decision = await gates.ask(next_steps_gate(gates.key("next_steps"), "run", "m"))

    assert (decision.choice, decision.by) == ("done", "safe_choice")


async def test_an_answer_given_ahead_spares_the_person(tmp_path: Path) -> None:
    person = ScriptedPerson()
    gates = keeper(tmp_path, person, "commit=keep_local")
    decision = await gates.ask(commit_gate(gates.key("commit"), "run", "m", (), ""))

    assert (decision.choice, decision.by, person.gates) == ("keep_local", "ahead", [])


@pytest.mark.parametrize(
    ("approved", "choice"),
    [
        (("m/a.tf", "m/b.tf"), "approve"),
        (("./m//a.tf", "m/b.tf", "m/c.tf"), "approve"),
        (("m/a.tf",), "reject"),
        (("m",), "reject"),
        ((), "reject"),
    ],
)
async def test_destruction_is_approved_ahead_only_when_every_object_is_named(
    tmp_path: Path, approved: tuple[str, ...], choice: str
) -> None:
    gates = keeper(tmp_path, ScriptedPerson(), approve=approved)
    gate = destructive_gate(gates.key("destructive", about="both"), "run", "?", "")

    assert (await gates.ask_destructive(gate, frozenset({"m/a.tf", "m/b.tf"}))).choice == choice


async def test_a_secret_that_somebody_types_into_a_field_is_not_kept(tmp_path: Path) -> None:
    answer = GateAnswer(choice="generate_another", fields={"request": "a bucket AKIAIOSFODNN7EXAMPLE"})
    gates = keeper(tmp_path, ScriptedPerson(next_steps=answer))
    decision = await gates.ask(next_steps_gate(gates.key("next_steps"), "run", "m"))

    assert decision.fields == {"request": "a bucket [redacted]"}
