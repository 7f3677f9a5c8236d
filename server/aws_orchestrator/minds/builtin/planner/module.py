"""Planned resources as one blueprint: verified facts in, a document that every later step reads out."""

import re
from collections.abc import Sequence

from aws_orchestrator.blueprint.model import (
    Blueprint,
    Feature,
    FileDeclaration,
    InputPhrase,
    Local,
    Mock,
    ProviderRequirement,
    SecurityControl,
    Value,
    Variable,
)
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.blueprint.scenarios import EXAMPLE_FILE, EXAMPLE_VERSIONS_FILE, TESTS_FILE
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.planner.examples import arn_for, text_for
from aws_orchestrator.minds.builtin.planner.facts import ArgumentFacts
from aws_orchestrator.minds.builtin.planner.naming import naming_field
from aws_orchestrator.minds.builtin.planner.part import PlannedPart
from aws_orchestrator.minds.builtin.planner.scenarios import scenarios_of
from aws_orchestrator.minds.builtin.planner.variable_names import VariableNames
from aws_orchestrator.minds.builtin.planner.wording import listed, thing

_PURPOSES = {
    "main.tf": "The resources of the module",
    "iam.tf": "Roles and their permissions",
    "policies.tf": "Policies",
    "security_groups.tf": "Security groups and their rules",
}
_SHOWN_CUTS = 8


def build_module(
    catalog: Catalog,
    service: str,
    title: str,
    keywords: tuple[str, ...],
    parts: Sequence[PlannedPart],
    names: VariableNames,
    features: tuple[Feature, ...] = (),
    controls: tuple[SecurityControl, ...] = (),
    inputs: tuple[InputPhrase, ...] = (),
) -> Blueprint:
    """The blueprint of the parts, of which the first is the core resource."""
    core = parts[0]
    name_value, name_variable = _name(service, core, parts, names)
    variables = [variable for part in parts for variable in part.variables]
    example = {key: value for part in parts for key, value in part.inputs().items()}
    if name_variable is not None:
        variables.insert(0, name_variable)
        example[name_variable.name] = quote("example")
    used = {part.resource.file for part in parts}
    return Blueprint(
        service=service,
        title=title,
        summary=_summary(core, parts[1:]),
        keywords=keywords,
        provider=ProviderRequirement(source=catalog.provider, version=f">= {catalog.version}"),
        name_tag="local.name",
        files=_files(used),
        features=features,
        variables=tuple(variables),
        locals=(Local(name="name", value=name_value),),
        resources=tuple(part.resource for part in parts),
        outputs=tuple(output for part in parts for output in part.outputs),
        controls=controls,
        inputs=inputs,
        gotchas=_cuts(parts),
        scenarios=scenarios_of(parts, name_value),
        mocks=_mocks(parts),
        example=example,
    )


def _name(
    service: str, core: PlannedPart, parts: Sequence[PlannedPart], names: VariableNames
) -> tuple[str, Variable | None]:
    """The expression of the module's name, and the input that it needs when no argument is a name."""
    named = naming_field(core.schema.name, core.fields)
    if named is not None and named.required:
        return f"var.{core.names[named.name]}", None
    if not any(part.schema.taggable or _has_tag_block(part) for part in parts):
        return quote(service), None
    variable = Variable(
        name=names.take("name", core.schema.name),
        type="string",
        description=f"Value of the Name tag, by which people find the {thing(core.schema.name)}; AWS itself does not use it.",
        nullable=False,
    )
    return f"var.{variable.name}", variable


def _has_tag_block(part: PlannedPart) -> bool:
    return bool({"tag", "tag_specifications"} & part.schema.block.blocks.keys())


def _files(used: set[str]) -> tuple[FileDeclaration, ...]:
    declared = [FileDeclaration(name=name, purpose=_PURPOSES[name]) for name in _PURPOSES if name in used]
    rest = {
        "variables.tf": "Inputs, typed, described and validated",
        "outputs.tf": "Outputs that are null where nothing was created",
        "versions.tf": "Terraform and provider constraints",
        "locals.tf": "Computed names",
        "README.md": "Usage, inputs, outputs, requirements",
        EXAMPLE_FILE: "The smallest call of the module",
        EXAMPLE_VERSIONS_FILE: "What the example needs of the provider",
        TESTS_FILE: "Tests against a mocked provider",
    }
    declared += [FileDeclaration(name=name, purpose=purpose) for name, purpose in rest.items()]
    return tuple(declared)


def _summary(core: PlannedPart, companions: Sequence[PlannedPart]) -> str:
    text = f"Creates an AWS {thing(core.schema.name)} (`{core.schema.name}`), planned from the facts of the provider"
    if not companions:
        return f"{text}; every argument that it takes is an input."
    others = list(dict.fromkeys(f"`{part.schema.name}`" for part in companions))
    shown = listed(others[:6], "and") + (f" and {len(others) - 6} more" if len(others) > 6 else "")
    return f"{text}; with {shown} where they are selected."


def _cuts(parts: Sequence[PlannedPart]) -> tuple[str, ...]:
    found = []
    for part in parts:
        cut = part.shape.cut
        if cut:
            shown = ", ".join(f"`{'.'.join(path)}`" for path in cut[:_SHOWN_CUTS])
            more = f" and {len(cut) - _SHOWN_CUTS} more" if len(cut) > _SHOWN_CUTS else ""
            found.append(
                f"`{part.schema.name}` nests blocks deeper than an input can usefully be; these are not offered: {shown}{more}."
            )
    return tuple(found)


def _mocks(parts: Sequence[PlannedPart]) -> tuple[Mock, ...]:
    """Values of attributes that other resources of the module take, where a made-up text would be refused."""
    takers: dict[tuple[str, str], list[tuple[str, ArgumentFacts]]] = {}
    for part in parts:
        for argument, value in part.plan.wired.items():
            address = re.fullmatch(r"(aws_\w+)\.\w+\.(\w+)", value) if isinstance(value, str) else None
            if address:
                taker = (argument, part.argument_facts(argument))
                takers.setdefault((address[1], address[2]), []).append(taker)
    values: dict[str, dict[str, Value]] = {}
    for (type_, attribute), wanted in takers.items():
        schema = next((part.schema for part in parts if part.schema.name == type_), None)
        known = schema.block.attributes.get(attribute) if schema is not None else None
        if known is None or not known.computed or known.type != "string":
            continue
        texts = (
            [arn_for(type_)]
            if attribute == "arn"
            else [text_for(argument, facts) for argument, facts in wanted]
        )
        fitting = [text for text in texts if all(facts.accepts(text) for _, facts in wanted)]
        values.setdefault(type_, {})[attribute] = quote((fitting or texts)[0])
    features = {part.schema.name: part.resource.feature for part in parts}
    return tuple(
        Mock(kind="resource", type=type_, values=dict(given), feature=features[type_])
        for type_, given in values.items()
    )
