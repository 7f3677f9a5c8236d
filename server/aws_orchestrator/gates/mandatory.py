"""The gates that are code: no file, setting, flag or model output removes them."""

from collections.abc import Mapping, Sequence

from aws_orchestrator.gates.commit_fields import (
    COMMIT_FIELDS,
    LOCAL,
    PUSH,
    CommitDefaults,
    commit_fields,
)
from aws_orchestrator.protocol import Gate, GateField, GateKind, GateOption

# What a gate may be answered with. `ambiguous` and `cost` have the choices of their case.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "commit": ("keep_local", PUSH, LOCAL),
    "next_steps": ("done", "generate_another", "update_existing"),
    "destructive": ("approve", "edit", "reject"),
    "ambiguous": (),
    "cost": (),
    # What would be remembered is not known ahead of time: it can only be declined.
    "policy": ("decline",),
}
FIELDS: Mapping[str, tuple[str, ...]] = {"commit": COMMIT_FIELDS, "next_steps": ("request",)}
# Fields without which a choice means nothing.
REQUIRED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("next_steps", "generate_another"): ("request",),
    ("next_steps", "update_existing"): ("request",),
}
# What happens when a person dismisses a gate, is not there, or the client goes away.
SAFE_CHOICE: Mapping[GateKind, str] = {
    "commit": "keep_local",
    "next_steps": "done",
    "destructive": "reject",
    "ambiguous": "stop",
    "cost": "stop",
    "policy": "decline",
}


def commit_gate(
    gate_id: str,
    run_id: str,
    module: str,
    files: Sequence[str],
    checks: str,
    defaults: CommitDefaults | None = None,
    push: bool = False,
    local: bool = False,
) -> Gate:
    """Asked after validation passed: where the module goes. `push` and `local` say what can be done here."""
    listing = "\n".join(f"- `{module}/{name}`" for name in files)
    options = [
        GateOption(
            key="keep_local",
            label="Keep local",
            description="Leave the files in the workspace; commit them yourself when you like",
            primary=True,
        )
    ]
    if push:
        options.append(
            GateOption(
                key=PUSH, label="Push to GitHub", description="Commit exactly these files to a branch there"
            )
        )
    if local:
        options.append(
            GateOption(
                key=LOCAL,
                label="Commit locally",
                description="Commit exactly these files to a branch here; your index and other changes stay as they are",
            )
        )
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="commit",
        title="Commit Gate",
        question=f"{module} is valid. What should happen with its {len(files)} files?",
        context=f"{checks}\n\n{listing}",
        options=tuple(options),
        fields=commit_fields(defaults, push, local) if defaults is not None else (),
    )


def next_steps_gate(gate_id: str, run_id: str, module: str) -> Gate:
    """Asked after a run reached its end: what comes next."""
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="next_steps",
        title="Next Steps Gate",
        question=f"{module} is done. What next?",
        options=(
            GateOption(key="done", label="Done", description="End here", primary=True),
            GateOption(
                key="generate_another",
                label="Generate another module",
                description="Say what the next one should be",
            ),
            GateOption(
                key="update_existing",
                label="Update this module",
                description="Say what should change in it",
            ),
        ),
        fields=(
            GateField(
                key="request",
                label="What should be generated, or changed, next?",
                required=True,
                pattern=r"(?s).*\S.*",
                choices=("generate_another", "update_existing"),
            ),
        ),
    )


def destructive_gate(
    gate_id: str,
    run_id: str,
    question: str,
    context: str,
    approval: str = "Overwrite exactly the files that are listed",
) -> Gate:
    """Asked before a person's work is overwritten or something is deleted; never answered by a default.

    `approval` says what is done when it is approved.
    """
    return Gate(
        gate_id=gate_id,
        run_id=run_id,
        kind="destructive",
        title="Destructive Operation",
        question=question,
        context=context,
        options=(
            GateOption(
                key="reject", label="Reject", description="Stop here; nothing is changed", primary=True
            ),
            GateOption(
                key="edit",
                label="Edit",
                description="Stop here and keep the proposal in the run's folder, to merge by hand",
            ),
            GateOption(key="approve", label="Approve", description=approval),
        ),
    )
