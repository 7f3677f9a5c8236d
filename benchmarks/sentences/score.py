"""How well the planner understands sentences of people, without a model."""

import json
from pathlib import Path
from typing import Any

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.requirements import requirements_of

SENTENCES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("sentences.json").read_text(encoding="utf-8")
)
LEAST_RIGHT = 0.95


def misunderstood(expected: dict[str, Any], catalog: Catalog, facts: Facts) -> str:
    """What is wrong with how a sentence was understood; empty when nothing is."""
    request = expected["request"]
    try:
        found = requirements_of(request, catalog, facts)
    except UsageError as error:
        wanted = expected.get("error")
        return "" if wanted and wanted in str(error) else f"{request}: {error}"
    services = [item.service for item in found.services]
    if "error" in expected:
        return f"{request}: understood as {services or found.candidates}"
    if services != expected["services"]:
        return f"{request}: services {services}, candidates {found.candidates}"
    if not set(expected.get("candidates", ())) <= set(found.candidates):
        return f"{request}: candidates {found.candidates}"
    if expected.get("environment", found.environment) != found.environment:
        return f"{request}: environment {found.environment!r}"
    if not found.services:
        return ""
    first = found.services[0]
    wrong = {
        "missing features": set(expected.get("features", ())) - set(first.features),
        "unwanted features": set(expected.get("without", ())) & set(first.features),
        "not left out": set(expected.get("left_out", ())) - set(first.left_out),
        "wrong values": {
            name: first.inputs.get(name)
            for name, value in expected.get("inputs", {}).items()
            if first.inputs.get(name) != value
        },
        "not asked": set(expected.get("questions", ())) - {item.variable for item in first.questions},
    }
    problems = {label: found for label, found in wrong.items() if found}
    return f"{request}: {problems}" if problems else ""
