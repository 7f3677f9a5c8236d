"""One resource of a planned module: its inputs, its arguments, its outputs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aws_orchestrator.blueprint.model import ConditionalCheck, Lifecycle, Output, Resource, Value, Variable
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.minds.builtin.planner.arguments import top_arguments, top_blocks
from aws_orchestrator.minds.builtin.planner.choice import LevelGroups, chosen, level_groups
from aws_orchestrator.minds.builtin.planner.descriptions import describe_input
from aws_orchestrator.minds.builtin.planner.examples import example_of
from aws_orchestrator.minds.builtin.planner.facts import NOTHING, ArgumentFacts, Facts, GroupFacts, Path
from aws_orchestrator.minds.builtin.planner.group_checks import group_checks
from aws_orchestrator.minds.builtin.planner.outputs import outputs_of
from aws_orchestrator.minds.builtin.planner.plan_needs import (
    PLAN_AGREES,
    PLAN_AVOIDS,
    PLAN_DEFAULTS,
    PLAN_NEEDS,
)
from aws_orchestrator.minds.builtin.planner.safe_defaults import with_safe_defaults
from aws_orchestrator.minds.builtin.planner.shape import Field, Shape, shape_of
from aws_orchestrator.minds.builtin.planner.type_text import type_text
from aws_orchestrator.minds.builtin.planner.validations import validations_of
from aws_orchestrator.minds.builtin.planner.variable_names import VariableNames

# The input of an argument, in a text of PLAN_AGREES.
_INPUT = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class PartPlan:
    """Which resource, and what is already decided about it."""

    type: str
    name: str = "this"
    file: str = "main.tf"
    feature: str = ""
    """The feature that brings it; empty when it is always there."""
    prefix: str = ""
    """What its inputs and outputs begin with, where several resources share the module."""
    wired: Mapping[str, Value] = field(default_factory=dict)
    """Arguments that the module gives itself: expressions, which need no input."""
    defaults: Mapping[Path, Value] = field(default_factory=dict)
    """Defaults of inputs, beside those that the security controls ask for."""
    offered: frozenset[str] | None = None
    """The arguments that become inputs; None for all."""
    outputs: frozenset[str] | None = None
    """The attributes that become outputs; None for all that AWS computes."""
    types: frozenset[str] = frozenset()
    """The resource types of the catalog, so that descriptions can name where a value comes from."""
    required: frozenset[str] = frozenset()
    """Arguments that the module asks for although the provider does not."""


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """One resource with everything that belongs to it."""

    plan: PartPlan
    schema: TypeSchema
    shape: Shape
    fields: tuple[Field, ...]
    """Those that have an input."""
    names: Mapping[str, str]
    """The input of each argument."""
    groups: GroupFacts
    level: LevelGroups
    variables: tuple[Variable, ...]
    resource: Resource
    outputs: tuple[Output, ...]
    given: Mapping[str, Value] = field(default_factory=dict)
    """Invented values of inputs that are no arguments."""

    def inputs(self, *, everything: bool = False, elements: int = 1) -> dict[str, Value]:
        """Invented values of the inputs that must be given, or of all that can be given together."""
        picked = chosen(self.fields, self.level, everything=everything)
        values: dict[str, Value] = dict(self.given)
        needed: set[str] = set()
        for name, value in PLAN_NEEDS.get(self.schema.name, {}).items():
            item = next((field for field in self.fields if field.name == name), None)
            if item is not None:
                needed.add(name)
                values[self.names[name]] = value if value is not None else example_of(item, self.groups)
        for item in picked:
            avoided = not item.required and item.name in PLAN_AVOIDS.get(self.schema.name, ())
            if avoided or self.names[item.name] in values or self._excluded(item.name, needed):
                continue
            if item.default is None or item.default == {}:
                values[self.names[item.name]] = example_of(item, self.groups, elements, everything=everything)
            else:
                values[self.names[item.name]] = item.default
        return values

    def argument_facts(self, argument: str) -> ArgumentFacts:
        """What is known of an argument of the resource itself."""
        return next((item.facts for item in self.shape.fields if item.name == argument), NOTHING)

    def _excluded(self, name: str, given: set[str]) -> bool:
        """Whether the argument must not be given beside one of those that are."""
        groups = (*self.level.exactly_one, *self.level.conflicts)
        return any(name in group and not given.isdisjoint(group) for group in groups)


def plan_part(
    plan: PartPlan, schema: TypeSchema, facts: Facts, variables: VariableNames, outputs: VariableNames
) -> PlannedPart:
    """The resource of a plan; names that are free in the module are taken from `variables` and `outputs`."""
    shape = shape_of(schema, facts)
    groups = facts.groups(schema.name)
    free = [item for item in shape.fields if item.name not in plan.wired and _is_offered(item, plan)]
    named = tuple(replace(item, required=True) if item.name in plan.required else item for item in free)
    defaults = {**PLAN_DEFAULTS.get(schema.name, {}), **plan.defaults}
    fields = with_safe_defaults(schema.name, named, groups, defaults)
    offered = tuple(item for item in fields if item.has_input)
    names = {item.name: variables.take(item.name, schema.name, plan.prefix) for item in offered}
    level = level_groups(groups, (), (item.name for item in offered))
    feature = (plan.feature,) if plan.feature else ()
    checks = _preconditions(offered, level, names)
    resource = Resource(
        address=f"{schema.name}.{plan.name}",
        file=plan.file,
        feature=feature,
        arguments={**plan.wired, **top_arguments(offered, names), **_agreeing(schema.name, names)},
        blocks=top_blocks(fields, names),
        lifecycle=Lifecycle(preconditions=checks) if checks else None,
    )
    return PlannedPart(
        plan=plan,
        schema=schema,
        shape=shape,
        fields=offered,
        names=names,
        groups=groups,
        level=level,
        variables=tuple(_variable(item, names, plan, groups, level) for item in offered),
        resource=resource,
        outputs=outputs_of(
            schema,
            plan.name,
            feature,
            lambda name: outputs.take(name, schema.name, plan.prefix),
            plan.outputs,
        ),
    )


def _agreeing(resource_type: str, names: Mapping[str, str]) -> dict[str, Value]:
    """The arguments that the module makes agree with others, of those that it offers."""
    written: dict[str, Value] = {}
    for argument, text in PLAN_AGREES.get(resource_type, {}).items():
        if argument in names and names.keys() >= set(_INPUT.findall(text)):
            written[argument] = _INPUT.sub(lambda match: f"var.{names[match[1]]}", text)
    return written


def _is_offered(item: Field, plan: PartPlan) -> bool:
    return plan.offered is None or item.required or item.name in plan.offered


def _preconditions(
    fields: tuple[Field, ...], level: LevelGroups, names: Mapping[str, str]
) -> tuple[ConditionalCheck, ...]:
    return tuple(group_checks(fields, level, lambda name: f"var.{names[name]}", lambda name: names[name]))


def _variable(
    item: Field, names: Mapping[str, str], plan: PartPlan, groups: GroupFacts, level: LevelGroups
) -> Variable:
    name = names[item.name]
    excluded = [
        names[other]
        for group in (*level.exactly_one, *level.conflicts)
        if item.name in group
        for other in group
        if other != item.name
    ]
    needed = [
        names[other]
        for first, *others in level.needs
        if item.name == first
        for other in others
        if other in names
    ]
    default, nullable = _default(item)
    return Variable(
        name=name,
        feature=(plan.feature,) if plan.feature else (),
        type=type_text(item),
        description=describe_input(
            item,
            plan.type,
            tuple(dict.fromkeys(excluded)),
            tuple(dict.fromkeys(needed)),
            plan.types,
        ),
        default=default,
        nullable=nullable,
        sensitive=item.holds_secret,
        ephemeral=item.write_only,
        validation=validations_of(item, name, groups),
    )


def _default(item: Field) -> tuple[Value | None, bool | None]:
    """The variable's default, and whether null is refused."""
    if item.default is not None:
        # A safe default cannot be switched off by accident: null means the default.
        return item.default, False
    if item.required:
        return None, False
    if item.is_switch:
        return False, False
    if item.many:
        return [], False
    return "null", None
