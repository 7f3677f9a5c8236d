"""The controls of the planned resources, each judged: PASS, WARN (a person can do more) or FAIL (a person must know)."""

from collections.abc import Iterator, Sequence

from aws_orchestrator.blueprint.model import SecurityControl
from aws_orchestrator.blueprint.render import render_value
from aws_orchestrator.minds.builtin.planner.part import PlannedPart
from aws_orchestrator.minds.builtin.planner.results import Risk, SecurityFinding, SecurityReview, Status
from aws_orchestrator.minds.builtin.planner.safe_defaults import controls_of
from aws_orchestrator.minds.builtin.planner.security_table import KEY_ARGUMENTS, Control
from aws_orchestrator.minds.builtin.planner.shape import Field


def review(service: str, parts: Sequence[PlannedPart]) -> SecurityReview:
    """Every control of every planned resource."""
    findings = tuple(
        SecurityFinding(
            id=control.id,
            status=status,
            resource=part.resource.address,
            check=f"{control.title} ({'.'.join(control.path)})",
            done=done,
        )
        for part in parts
        for control, status, done in judged(part)
    )
    keys = tuple(finding for part in parts for finding in _keys(part))
    return SecurityReview(service=service, findings=(*findings, *keys), risk=_risk(findings))


def fulfilled(parts: Sequence[PlannedPart]) -> tuple[SecurityControl, ...]:
    """The controls that the module keeps by default, for its README."""
    found: dict[tuple[str, str], SecurityControl] = {}
    for part in parts:
        for control, status, done in judged(part):
            if status == "PASS":
                how = f"`{part.resource.address}`: {done}"
                found.setdefault(
                    (control.id, how),
                    SecurityControl(
                        id=control.id, title=control.title, how=how, feature=part.resource.feature
                    ),
                )
    return tuple(found.values())


def judged(part: PlannedPart) -> Iterator[tuple[Control, Status, str]]:
    """Each control of one resource, whether it is kept, and how."""
    for control in controls_of(part.schema.name, part.shape.fields):
        path = ".".join(control.path)
        if control.path[0] in part.plan.wired:
            yield control, "PASS", f"`{path}` is set to `{render_value(part.plan.wired[control.path[0]])}`"
            continue
        found = _find(part.fields, control.path)
        if control.ask:
            yield control, "PASS", f"`{path}` must be given"
        elif control.absent:
            yield control, "PASS", control.absent
        elif found is not None and found.fallback is not None:
            others = " or ".join(f"`{name}`" for name in found.excluders)
            yield control, "PASS", f"`{path}` is `{render_value(found.fallback)}` unless {others} is given"
        elif found is not None and found.default is not None and _is_written(part.fields, control.path):
            yield (
                control,
                "PASS",
                f"`{path}` is `{render_value(found.default)}` unless the caller decides otherwise",
            )
        elif found is not None and found.default is not None:
            yield control, "WARN", f"`{path}` is safe wherever its block is given; give the block"
        elif found is None and part.plan.offered is not None:
            yield control, "WARN", f"`{path}` keeps the default of AWS: a companion offers only what it needs"
        elif found is None and not part.fields:
            yield control, "PASS", f"`{path}` has a safe default in every element"
        else:
            yield (
                control,
                "FAIL",
                f"`{path}` is left to the caller, because it excludes other arguments; set it",
            )


def _is_written(fields: Sequence[Field], path: tuple[str, ...]) -> bool:
    """Whether the argument is there although the caller gives nothing."""
    found = next((field for field in fields if field.name == path[0]), None)
    if found is None or len(path) == 1:
        return found is not None
    return (
        (found.required or found.default is not None)
        and not found.many
        and _is_written(found.fields, path[1:])
    )


def _find(fields: Sequence[Field], path: tuple[str, ...]) -> Field | None:
    found = next((field for field in fields if field.name == path[0]), None)
    return found if found is None or len(path) == 1 else _find(found.fields, path[1:])


def _keys(part: PlannedPart) -> Iterator[SecurityFinding]:
    for field in part.fields:
        if field.name in KEY_ARGUMENTS and not field.required:
            yield SecurityFinding(
                id="KMS-customer-key",
                status="WARN",
                resource=part.resource.address,
                check=f"Encrypt with a key of your own ({field.name})",
                done=f"AWS's own key is used unless `{part.names[field.name]}` names yours",
            )


def _risk(findings: Sequence[SecurityFinding]) -> Risk:
    failed = sum(finding.status == "FAIL" for finding in findings)
    if failed:
        return "critical" if failed > 2 else "high"
    return "medium" if any(finding.status == "WARN" for finding in findings) else "low"
