"""Asks gates: journals them, takes answers given ahead of time, and falls back to the safe choice."""

import hashlib
import re
from collections.abc import Mapping
from typing import Literal

from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.gates.mandatory import SAFE_CHOICE
from aws_orchestrator.gates.policies import Policies, Subject
from aws_orchestrator.model import Wire
from aws_orchestrator.outside import Person
from aws_orchestrator.protocol import Gate, GateAnswer, GateKind
from aws_orchestrator.runs.login import login_name
from aws_orchestrator.runs.redaction import redact
from aws_orchestrator.runs.run import Run

AnsweredBy = Literal["person", "ahead", "policy", "default", "safe_choice"]
OPTIONAL: Mapping[GateKind, Subject] = {"ambiguous": "ambiguous", "cost": "cost"}


class GateDecision(Wire):
    """What a gate was answered with, and by whom."""

    kind: GateKind
    choice: str
    fields: dict[str, str] = {}
    by: AnsweredBy


class Gatekeeper:
    """The gates of one run, in order."""

    def __init__(
        self, run: Run, person: Person, answers: PreparedAnswers, policies: Policies | None = None
    ) -> None:
        """The gates that a resumed run was asked before are decided; `policies` are for the optional gates."""
        self.policies = policies or Policies()
        self._run = run
        self._person = person
        self._answers = answers
        for decision in self.decisions:
            if decision.by == "ahead":
                # It was used up before the interruption: the run that follows must not find it again.
                answers.take(decision.kind)

    @property
    def decisions(self) -> tuple[GateDecision, ...]:
        """Every gate of the run with its answer, in order; those of resumed steps too."""
        return tuple(
            self._run.read_back(str(data.get("key")), data, "decision", GateDecision)
            for data in self._run.recorded("gate_answered")
        )

    def key(self, kind: GateKind, about: str = "") -> str:
        """The id of the next gate of a kind; the same one when the run is resumed.

        With `about` the gate is bound to that text: a resumed run takes over the answer only to the very same question.
        """
        if not about:
            return self._run.next_key(f"gate {kind}")
        return f"gate {kind} {hashlib.sha256(about.encode()).hexdigest()[:16]}"

    async def ask(self, gate: Gate) -> GateDecision:
        """The decision on a gate: the recorded one, the one given ahead, the person's, or the safe choice.

        The gate is journaled before it is asked and its answer before it is acted on.
        """
        return self._recorded(gate) or await self._open(gate, None)

    async def ask_destructive(self, gate: Gate, objects: frozenset[str]) -> GateDecision:
        """The decision on destroying the objects; approved without asking only when each was approved by name."""
        approved = GateDecision(kind=gate.kind, choice="approve", by="ahead")
        return self._recorded(gate) or await self._open(
            gate, approved if objects <= self._answers.approved else None
        )

    async def ask_optional(self, gate: Gate, situation: str) -> GateDecision:
        """The decision on an optional gate; a policy for the situation may answer it, with one of its choices.

        With nobody there, and no answer, its primary option is taken: it has one only where that leads clearly.
        """
        return self._recorded(gate) or await self._open(gate, self._by_policy(gate, situation), situation)

    async def ask_learning(self, gate: Gate, subject: str) -> GateDecision:
        """The decision on remembering something; nothing but a person's own answer approves it."""
        return self._recorded(gate) or await self._open(gate, None, subject)

    @property
    def somebody_is_there(self) -> bool:
        """Whether a person can be asked at all."""
        return self._person.is_there

    def always(self, subject: Subject, situation: str) -> bool:
        """Whether a policy wants a person to be asked even where the answer seems clear."""
        entry = self.policies.entry(subject, situation)
        return entry is not None and entry.policy == "always" and self._person.is_there

    def _by_policy(self, gate: Gate, situation: str) -> GateDecision | None:
        entry = self.policies.entry(OPTIONAL[gate.kind], situation)
        if entry is None or entry.policy != "never" or self._answers.has(gate.kind):
            return None
        # A policy chooses among what is offered; where its default is nothing of that, somebody has to be asked.
        if entry.default not in {option.key for option in gate.options}:
            return None
        return GateDecision(kind=gate.kind, choice=entry.default, by="policy")

    def _recorded(self, gate: Gate) -> GateDecision | None:
        recorded = self._run.recall(gate.gate_id)
        return (
            None
            if recorded is None
            else self._run.read_back(gate.gate_id, recorded, "decision", GateDecision)
        )

    async def _open(self, gate: Gate, decided: GateDecision | None, situation: str = "") -> GateDecision:
        self._run.record(
            "gate_opened",
            gate=gate.model_dump(mode="json"),
            situation=situation,
            surface=self._person.surface,
        )
        decision = decided or await self._decide(gate)
        # Whoever made the choice sat in front of this process, or started it with answers.
        who = login_name() if decision.by in ("person", "ahead") else ""
        self._run.record(
            "gate_answered", key=gate.gate_id, decision=decision.model_dump(mode="json"), who=who
        )
        return decision

    async def _decide(self, gate: Gate) -> GateDecision:
        ahead = self._answers.take(gate.kind, lambda answer: _fits(gate, answer))
        if ahead is not None:
            return _decision(gate, ahead, "ahead")
        primary = next((option.key for option in gate.options if option.primary), None)
        if gate.kind in OPTIONAL and not self._person.is_there and primary is not None:
            return GateDecision(kind=gate.kind, choice=primary, by="default")
        answer = await self._person.ask(gate)
        if answer is None or not _fits(gate, answer):
            return GateDecision(kind=gate.kind, choice=SAFE_CHOICE[gate.kind], by="safe_choice")
        return _decision(gate, answer, "person")


def _decision(gate: Gate, answer: GateAnswer, by: AnsweredBy) -> GateDecision:
    fields = {key: redact(value) for key, value in _fields(gate, answer).items()}
    return GateDecision(kind=gate.kind, choice=answer.choice, fields=fields, by=by)


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
