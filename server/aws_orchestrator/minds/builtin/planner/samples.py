"""Values for examples that a person could paste, as data (samples.json): where an invented one would be valid and silly."""

import json
from pathlib import Path as FilePath
from typing import Any

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.minds.builtin.planner.facts import ArgumentFacts, Path

_SAMPLES = json.loads(FilePath(__file__).with_name("samples.json").read_text(encoding="utf-8"))


def sample_of(resource_type: str, path: Path, cty: CtyType, facts: ArgumentFacts) -> Value | None:
    """The sample of an argument: of the type's own, else of every argument with that name; None where none fits."""
    own = _SAMPLES["types"].get(resource_type, {}).get(".".join(path))
    found = own if own is not None else _SAMPLES["arguments"].get(path[-1])
    return _literal(found) if found is not None and _fits(found, cty, facts) else None


def is_avoided(resource_type: str, path: Path) -> bool:
    """Whether examples leave the argument or block out: it belongs to a kind of the resource that they are not of."""
    return ".".join(path) in _SAMPLES["avoided"].get(resource_type, ())


def _fits(value: Any, cty: CtyType, facts: ArgumentFacts) -> bool:
    if isinstance(value, list):
        return (
            isinstance(cty, list)
            and cty[:2] in (["list", "string"], ["set", "string"])
            and not facts.allowed
            and not facts.format
            and len(value) <= (facts.most or len(value))
        )
    return cty == ("string" if isinstance(value, str) else "number") and facts.accepts(value)


def _literal(value: Any) -> Value:
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return [_literal(item) for item in value]
    return value  # type: ignore[no-any-return]
