"""What a module costs, as far as it can be said without an account: what drives the bill, never how much it will be."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.workflows.optional_gates import known_decision

_TABLE: Mapping[str, Mapping[str, str]] = json.loads(
    Path(__file__).with_name("billing.json").read_text(encoding="utf-8")
)
STANDING, USE = _TABLE["standing"], _TABLE["use"]
"""By resource type: what is billed while it exists, and what only with its use."""


def costs_of(module: Blueprint) -> tuple[str, ...]:
    """A line for each resource and feature that is known to cost; what is billed by mere existence comes first."""
    lines = [*_resources(module, STANDING), *_features(module), *_resources(module, USE)]
    return tuple(dict.fromkeys(lines))


def _resources(module: Blueprint, known: Mapping[str, str]) -> Iterator[str]:
    for resource in module.resources:
        if text := known.get(resource.type):
            yield f"{resource.address}: billed {text}."


def _features(module: Blueprint) -> Iterator[str]:
    for feature in module.features:
        decision = known_decision(feature)
        if decision:
            yield f"{feature.title}: {decision.magnitude} (as of {decision.as_of})."
        if feature.cost:
            yield f"{feature.title}: {feature.cost}"
