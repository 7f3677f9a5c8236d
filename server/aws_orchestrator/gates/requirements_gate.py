"""The Ambiguous Requirements gate of a plan: what was understood, what is open, and room for a correction."""

from collections.abc import Sequence

from aws_orchestrator.protocol import Gate, GateField, GateOption

GENERATE = "generate"
STOP = "stop"
CORRECTION = "correction"


def requirements_gate(
    gate_id: str, run_id: str, understood: str, questions: Sequence[tuple[str, str, str]]
) -> Gate:
    """Asked when something matters that no default answers safely; each question is a variable, a text and a pattern.

    An empty answer leaves the input to whoever calls the module.
    """
    fields = [GateField(key=key, label=label, pattern=pattern) for key, label, pattern in questions]
    fields.append(
        GateField(
            key=CORRECTION, label="Anything to correct, as “without flow logs, named core”? (empty: no)"
        )
    )
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="ambiguous",
        title="Ambiguous Requirements",
        question="Generate it as it was understood?",
        context=f"Understood: {understood}",
        options=(
            GateOption(
                key=GENERATE,
                label="Generate",
                description="With the answers; what stays empty is an input of the module",
                primary=True,
            ),
            GateOption(key=STOP, label="Stop", description="Nothing is generated"),
        ),
        fields=tuple(field.model_copy(update={"choices": (GENERATE,)}) for field in fields),
    )


def contradiction_gate(gate_id: str, run_id: str, words: Sequence[str], understood: str) -> Gate:
    """Asked when the request says two things of one that cannot both hold."""
    listed = " and ".join(words)
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="ambiguous",
        title="Ambiguous Requirements",
        question=f"The request says both {listed}. Which is meant?",
        context=f"Understood: {understood}",
        options=(
            *(GateOption(key=word, label=word[:1].upper() + word[1:]) for word in words),
            GateOption(key=STOP, label="Stop", description="Nothing is generated"),
        ),
    )
