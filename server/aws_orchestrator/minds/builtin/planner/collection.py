"""Several resources of one type, by keys of the caller: a map of objects and `for_each` over it."""

from aws_orchestrator.blueprint.model import Guard, Lifecycle, Output, Resource, Value, Variable
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.minds.builtin.planner.arguments import arguments_of, nested_block
from aws_orchestrator.minds.builtin.planner.choice import LevelGroups, level_groups
from aws_orchestrator.minds.builtin.planner.examples import example_of
from aws_orchestrator.minds.builtin.planner.facts import NOTHING, Facts, GroupFacts
from aws_orchestrator.minds.builtin.planner.group_checks import group_checks
from aws_orchestrator.minds.builtin.planner.part import PartPlan, PlannedPart
from aws_orchestrator.minds.builtin.planner.plan_needs import PLAN_NEEDS
from aws_orchestrator.minds.builtin.planner.safe_defaults import with_safe_defaults
from aws_orchestrator.minds.builtin.planner.shape import Field, shape_of
from aws_orchestrator.minds.builtin.planner.type_text import type_text
from aws_orchestrator.minds.builtin.planner.validations import element_checks
from aws_orchestrator.minds.builtin.planner.variable_names import VariableNames
from aws_orchestrator.minds.builtin.planner.wording import phrase, thing


def plan_collection(
    plan: PartPlan, schema: TypeSchema, facts: Facts, variables: VariableNames, outputs: VariableNames
) -> PlannedPart:
    """The resources of a plan, one for each element of a map that the caller gives."""
    shape = shape_of(schema, facts)
    groups = facts.groups(schema.name)
    # `for_each` cannot go over ephemeral values, so that nothing write-only can be in the map.
    free = [item for item in shape.fields if item.name not in plan.wired and not item.write_only]
    fields = with_safe_defaults(schema.name, free, groups, plan.defaults)
    offered = tuple(item for item in fields if item.has_input)
    whole = Field(path=(), required=True, facts=NOTHING, fields=offered)
    level = level_groups(groups, (), (item.name for item in offered))
    name = variables.take(plural(plan.prefix), schema.name)
    secret = whole.holds_secret
    feature = (plan.feature,)
    checks = tuple(
        group_checks(offered, level, lambda item: f"each.value.{item}", lambda item: f"{name}.{item}")
    )
    address = f"{schema.name}.{plan.name}"
    resource = Resource(
        address=address,
        file=plan.file,
        feature=feature,
        guard=Guard(for_each=f"nonsensitive(var.{name})" if secret else f"var.{name}"),
        arguments={**plan.wired, **arguments_of(offered, "each.value")},
        blocks=tuple(nested_block(item, f"each.value.{item.name}") for item in fields if item.is_block),
        lifecycle=Lifecycle(preconditions=checks) if checks else None,
        name_tag='"${local.name}-${each.key}"',
    )
    variable = Variable(
        name=name,
        feature=feature,
        type=f"map({type_text(whole)})",
        description=_description(schema.name, offered),
        default={},
        nullable=False,
        sensitive=secret,
        validation=element_checks(whole, f"values(var.{name})", name, groups),
    )
    return PlannedPart(
        plan=plan,
        schema=schema,
        shape=shape,
        fields=(),
        names={},
        groups=groups,
        level=LevelGroups(),
        variables=(variable,),
        resource=resource,
        outputs=_outputs(schema, plan, address, outputs),
        given={name: {"example": _example(schema.name, whole, groups)}},
    )


def _example(resource_type: str, whole: Field, groups: GroupFacts) -> Value:
    """An element of the map, with what only a plan asks for."""
    example = example_of(whole, groups)
    fields = {item.name: item for item in whole.fields}
    needs = {
        name: value if value is not None else example_of(fields[name], groups)
        for name, value in PLAN_NEEDS.get(resource_type, {}).items()
        if name in fields
    }
    return {**example, **needs} if isinstance(example, dict) else example


def plural(name: str) -> str:
    """The plural of a name of the provider: `policy` is `policies`."""
    if name.endswith("s"):
        return f"{name}es" if name.endswith("alias") else name
    return f"{name[:-1]}ies" if name.endswith("y") and name[-2:-1] not in "aeiou" else f"{name}s"


def _description(resource_type: str, fields: tuple[Field, ...]) -> str:
    required = [f"`{field.name}`" for field in fields if field.required]
    needs = f"each needs {' and '.join(required)}" if required else "no member must be given"
    return (
        f"Resources of the type `{resource_type}` by a key of your choice, which must not change later; {needs}. "
        "An empty map creates none."
    )


def _outputs(schema: TypeSchema, plan: PartPlan, address: str, outputs: VariableNames) -> tuple[Output, ...]:
    attributes = schema.block.attributes
    found = []
    for name in ("id", "arn"):
        attribute = attributes.get(name)
        if (
            attribute is not None
            and attribute.computed
            and not attribute.sensitive
            and not attribute.deprecated
        ):
            found.append(
                Output(
                    name=outputs.take(f"{plan.prefix}_{name}s", schema.name),
                    feature=(plan.feature,),
                    value=f"{{ for key, item in {address} : key => item.{name} }}",
                    description=f"{phrase(name)}s of the {thing(schema.name)} resources by the caller's keys.",
                )
            )
    return tuple(found)
