"""Asks gates: journals them, takes answers given ahead of time, and falls back to the safe choice."""

import re
from typing import Literal

from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.gates.mandatory import SAFE_CHOICE
from aws_orchestrator.model import Wire
from aws_orchestrator.outside import Person
from aws_orchestrator.protocol import Gate, GateAnswer, GateKind
from aws_orchestrator.runs.run import Run

AnsweredBy = Literal["person", "ahead", "safe_choice"]


class GateDecision(Wire):
    """What a gate was answered with, and by whom."""

    kind: GateKind
    choice: str
    fields: dict[str, str] = {}
    by: AnsweredBy


class Gatekeeper:
    """The gates of one run, in order."""

    def __init__(self, run: Run, person: Person, answers: PreparedAnswers) -> None:
        """No gate was asked yet."""
        self.decisions: list[GateDecision] = []
        self._run = run
        self._person = person
        self._answers = answers

    def key(self, kind: GateKind) -> str:
        """The id of the next gate of a kind; the same one when the run is resumed."""
        return self._run.next_key(f"gate {kind}")

    async def ask(self, gate: Gate) -> GateDecision:
        """The decision on a gate: the recorded one, the one given ahead, the person's, or the safe choice.

        The gate is journaled before it is asked and its answer before it is acted on.
        """
        recorded = self._run.recall(gate.gate_id)
        if recorded is not None:
            decision = GateDecision.model_validate(recorded["decision"])
        else:
            self._run.record("gate_opened", gate=gate.model_dump(mode="json"))
            decision = await self._decide(gate)
            self._run.record("gate_answered", key=gate.gate_id, decision=decision.model_dump(mode="json"))
        self.decisions.append(decision)
        return decision

    async def ask_destructive(self, gate: Gate, objects: frozenset[str]) -> GateDecision:
        """The decision on destroying the objects; approved without asking only when each was approved by name."""
        if self._run.recall(gate.gate_id) is None and objects <= self._answers.approved:
            self._run.record("gate_opened", gate=gate.model_dump(mode="json"))
            decision = GateDecision(kind=gate.kind, choice="approve", by="ahead")
            self._run.record("gate_answered", key=gate.gate_id, decision=decision.model_dump(mode="json"))
            self.decisions.append(decision)
            return decision
        return await self.ask(gate)

    async def _decide(self, gate: Gate) -> GateDecision:
        ahead = self._answers.take(gate.kind)
        if ahead is not None and _fits(gate, ahead):
            return GateDecision(kind=gate.kind, choice=ahead.choice, fields=_fields(gate, ahead), by="ahead")
        answer = await self._person.ask(gate)
        if answer is None or not _fits(gate, answer):
            return GateDecision(kind=gate.kind, choice=SAFE_CHOICE[gate.kind], by="safe_choice")
        return GateDecision(kind=gate.kind, choice=answer.choice, fields=_fields(gate, answer), by="person")


def _fields(gate: Gate, answer: GateAnswer) -> dict[str, str]:
    return {
        field.key: answer.fields.get(field.key, field.default)
        for field in gate.fields
        if not field.choices or answer.choice in field.choices
    }


def _fits(gate: Gate, answer: GateAnswer) -> bool:
    """True when the choice is one of the gate's and every field of that choice holds what the gate asks for."""
    if answer.choice not in {option.key for option in gate.options}:
        return False
    values = _fields(gate, answer)
    for field in gate.fields:
        if field.key not in values:
            continue
        value = values[field.key]
        if (field.required and not value.strip()) or (
            field.pattern and value and not re.fullmatch(field.pattern, value)
        ):
            return False
    return True
