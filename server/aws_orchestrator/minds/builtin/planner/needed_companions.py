"""Companions that our rules ask for beside a core resource: whether a plan has them, and which a wish cannot remove."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.minds.builtin.planner.results import SecurityFinding
from aws_orchestrator.rules.security_controls import COMPANION_CONTROLS, CompanionControl


class Kept(NamedTuple):
    """A feature that stays although the request does not want it."""

    feature: str
    sentence: str


def kept_features(blueprint: Blueprint, left_out: Iterable[str]) -> tuple[Kept, ...]:
    """The features among those that were left out without which the module would break a rule."""
    unwanted = set(left_out)
    found = []
    for control, feature in _controls(blueprint):
        if feature in unwanted:
            found.append(
                Kept(
                    feature,
                    f"{control.companion} stays in the module, although the request is against it: {control.because} "
                    f"({control.id}), and the rule security-enforcement refuses a module without it.",
                )
            )
    return tuple(found)


def companion_findings(blueprint: Blueprint, selected: Iterable[str]) -> tuple[SecurityFinding, ...]:
    """Each companion that a rule asks for, PASS when the selected module has it, else FAIL."""
    chosen = set(selected)
    return tuple(
        SecurityFinding(
            id=control.id,
            status="PASS" if feature is not None and (not feature or feature in chosen) else "FAIL",
            resource=next(item.address for item in blueprint.resources if item.type == control.type),
            check=f"Have {control.companion} beside it: {control.because}",
            done=f"the module makes `{control.companion}`"
            if feature is not None and (not feature or feature in chosen)
            else f"nothing in the module makes `{control.companion}`; add it",
        )
        for control, feature in _controls(blueprint)
    )


def _controls(blueprint: Blueprint) -> Iterator[tuple[CompanionControl, str | None]]:
    """The controls that speak of the module, with the feature that brings the companion; None when none does."""
    types = {resource.type for resource in blueprint.resources if not resource.feature}
    for control in COMPANION_CONTROLS:
        if control.type in types:
            made = [item for item in blueprint.resources if item.type == control.companion]
            yield control, ("".join(made[0].feature) if made else None)
