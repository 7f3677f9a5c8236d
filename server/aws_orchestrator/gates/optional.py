"""The optional gates: asked where a policy, or doubt, says so."""

from collections.abc import Mapping, Sequence

from aws_orchestrator.protocol import Gate, GateField, GateOption
from aws_orchestrator.runs.redaction import shortened

KEEP, CHEAPER = "keep", "cheaper"
WRITE, DECLINE = "write", "decline"
YES, NO = "yes", "no"
GO_ON, STOP = "go_on", "stop"


def service_situation(candidates: tuple[str, ...]) -> str:
    """How a policy names the choice between services."""
    return f"service among {', '.join(sorted(candidates))}"


def service_gate(gate_id: str, run_id: str, request: str, candidates: Mapping[str, str]) -> Gate:
    """Asked when a request fits several services; `candidates` say what each of them would make."""
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="ambiguous",
        title="Ambiguous Requirements",
        question="Which service is meant?",
        context=f"{_quoted(request)} fits several services equally well.",
        options=tuple(
            GateOption(key=name, label=name, description=what) for name, what in candidates.items()
        ),
    )


def doubt_gate(gate_id: str, run_id: str, request: str, question: str, readings: Sequence[str]) -> Gate:
    """Asked when what a request means changes the module, and nothing in it says which is meant."""
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="ambiguous",
        title="Ambiguous Requirements",
        question=question,
        context=f"{_quoted(request)} can be understood in several ways.",
        options=tuple(
            GateOption(key=str(number), label=reading, primary=number == 1)
            for number, reading in enumerate(readings, start=1)
        ),
    )


def cost_gate(gate_id: str, run_id: str, subject: str, drives: str, magnitude: str, cheaper: str) -> Gate:
    """Asked when a choice changes the bill by an order of magnitude."""
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="cost",
        title="Cost-Sensitive Decision",
        question=f"{subject} drives the bill. Keep it?",
        context=f"What drives it: {drives}\n\nOrder of magnitude: {magnitude}",
        options=(
            GateOption(key=KEEP, label="Keep it", description=magnitude, primary=True),
            GateOption(key=CHEAPER, label="The cheaper way", description=cheaper),
        ),
    )


def convention_gate(gate_id: str, run_id: str, convention: str, holds: bool) -> Gate:
    """Asked when a convention that somebody wrote down may hold for this module."""
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="ambiguous",
        title="Convention",
        question=f"Does “{convention}” hold for this module?",
        context="It stands in hitl-policies.md.",
        options=(
            GateOption(key=YES, label="Yes", description="The request is read with it", primary=holds),
            GateOption(key=NO, label="No", description="The request alone counts", primary=not holds),
        ),
    )


def policy_gate(gate_id: str, run_id: str, why: str, diff: str, hint: str = "") -> Gate:
    """Asked before something learned is written into the policy memory; `hint` labels a text that it takes."""
    fields = (GateField(key="hint", label=hint, required=True, choices=(WRITE,)),) if hint else ()
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="policy",
        title="Policy Memory",
        question=f"{why} Remember it in hitl-policies.md?",
        context=diff,
        options=(
            GateOption(key=DECLINE, label="No", description="Nothing is written", primary=True),
            GateOption(key=WRITE, label="Remember it", description="Write exactly the lines of the diff"),
        ),
        fields=fields,
    )


def standard_gate(gate_id: str, run_id: str, problem: str) -> Gate:
    """Asked when a request leaves what the organisation agreed on."""
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="ambiguous",
        title="Organisation Standard",
        question=f"By the organisation's standards {problem}. Go on all the same?",
        context="They stand in organisation-standards.md.",
        options=(
            GateOption(key=STOP, label="Stop", description="Nothing is written", primary=True),
            GateOption(key=GO_ON, label="Go on", description="This once; the standards stay what they are"),
        ),
    )


def _quoted(request: str) -> str:
    return f"“{shortened(request, 200)}”"
