"""The built-in mind: deterministic, without a key and without a network."""

import json
import re
from collections.abc import Iterable, Sequence

from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, InputPhrase, Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.blueprint.select import with_requirements
from aws_orchestrator.blueprint.skill import SkillSummary
from aws_orchestrator.findings import Finding
from aws_orchestrator.minds.builtin.words import mentions
from aws_orchestrator.minds.fixes import with_fixes
from aws_orchestrator.minds.mind import (
    GenerationTask,
    MindsChange,
    MindsPlan,
    PlanningTask,
    Understood,
    UpdateTask,
)
from aws_orchestrator.runs.dispatcher import Dispatcher


class BuiltinMind:
    """Thinks by the skills' own words and the compiler."""

    name = "builtin"
    plans_anything = False

    def __init__(self, reason: str = "") -> None:
        """`reason` says why nobody else thinks."""
        self.reason = reason

    async def choose_service(self, request: str, skills: Sequence[SkillSummary]) -> tuple[str, ...]:
        """The service whose keywords the request names with the most letters; all of those that name as many."""
        keywords = {skill.service: (skill.service, *skill.keywords) for skill in skills}
        found = mentions(request, keywords)
        # "not a bucket but a table" means the table; "a bucket that is not public" still means a bucket.
        found = tuple(mention for mention in found if mention.wanted) or found
        weights: dict[str, int] = {}
        for mention in found:
            weights[mention.name] = weights.get(mention.name, 0) + (mention.end - mention.start)
        best = max(weights.values(), default=0)
        return tuple(sorted(name for name, weight in weights.items() if weight == best))

    async def understand(self, request: str, blueprint: Blueprint) -> Understood:
        """The default features, those that the request adds, without those that it denies, and the values it gives."""
        chosen = {feature.name for feature in blueprint.features if feature.default}
        denied: set[str] = set()
        keywords = {feature.name: (feature.title, *feature.keywords) for feature in blueprint.features}
        for mention in mentions(request, keywords):
            (chosen if mention.wanted else denied).add(mention.name)
        inputs: dict[str, Value] = {}
        for feature in blueprint.features:
            values = _values(request, feature.inputs, blueprint)
            if values and feature.name not in denied:
                chosen.add(feature.name)
            if feature.name not in denied:
                inputs.update(values)
        # A feature falls with what it requires: a denial is the stronger word.
        selected = {name for name in chosen if not with_requirements(blueprint, frozenset({name})) & denied}
        selected = set(with_requirements(blueprint, frozenset(selected)))
        inputs.update(_values(request, blueprint.inputs, blueprint))
        present = {variable.name for variable in blueprint.variables if variable.holds(frozenset(selected))}
        return Understood(
            features=tuple(feature.name for feature in blueprint.features if feature.name in selected),
            left_out=tuple(f.name for f in blueprint.features if f.default and f.name not in selected),
            inputs={name: value for name, value in inputs.items() if name in present},
        )

    async def generate(self, task: GenerationTask, tools: Dispatcher) -> None:
        """Compile the blueprint: one batch of writes."""
        tools.notes += [
            f"Only Claude can write this part, and it is missing: {one}" for one in task.blueprint.refinements
        ]
        await tools.write_files(compile_module(task.blueprint, task.selection, task.catalog).files)

    async def heal(self, task: GenerationTask, findings: Sequence[Finding], tools: Dispatcher) -> None:
        """Write the files with findings as the compiler has them, then make the one right fix of each finding."""
        compiled = compile_module(task.blueprint, task.selection, task.catalog).files
        files = dict(tools.files.files)
        for path, content in compiled.items():
            if files.get(path) != content:
                files[path] = content
        restored = frozenset(
            path for path, content in files.items() if tools.files.files.get(path) != content
        )
        files = with_fixes(files, findings, task.catalog, restored)
        await tools.write_files(files)

    async def plan(self, task: PlanningTask, tools: Dispatcher) -> MindsPlan | None:
        """None: its planner needs nothing but the catalog's facts."""
        return None

    async def change(self, task: UpdateTask, tools: Dispatcher) -> MindsChange | None:
        """None: what can be asked of it is in words that the update-planner reads."""
        return None

    async def correct(self, findings: Sequence[Finding], tools: Dispatcher) -> None:
        """Nothing: it makes the fixes that findings carry, and no others."""


def _values(request: str, phrases: Iterable[InputPhrase], blueprint: Blueprint) -> dict[str, Value]:
    types = {variable.name: variable.type.strip() for variable in blueprint.variables}
    found: dict[str, Value] = {}
    for phrase in phrases:
        for pattern in phrase.patterns:
            match = re.search(pattern, request, re.IGNORECASE)
            if match:
                found[phrase.variable] = _literal(match["value"], types.get(phrase.variable, "string"))
                break
    return found


def _literal(text: str, kind: str) -> Value:
    if kind == "number":
        number: int | float = json.loads(text)
        return number
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    return quote(text)
