"""The inputs that every module has and no author writes: the create switch and the tags."""

from collections.abc import Iterator

from aws_orchestrator.blueprint.model import Blueprint, Check, Variable
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.model import TypeSchema

TAGS = "tags"


def takes_tags(schema: TypeSchema) -> bool:
    """True when resources of this type carry tags in any of the provider's three forms."""
    tag = schema.block.blocks.get("tag")
    return schema.taggable or (tag is not None and "propagate_at_launch" in tag.block.attributes)


def standard_variables(blueprint: Blueprint, catalog: Catalog) -> tuple[Variable, ...]:
    """The variables that the compiler declares for this blueprint: the switch first, then the tags."""
    return tuple(_standard_variables(blueprint, catalog))


def with_standard_variables(blueprint: Blueprint, catalog: Catalog) -> tuple[Variable, ...]:
    """All variables of the module, in the order in which somebody who calls it reads them."""
    standard = standard_variables(blueprint, catalog)
    switch = [variable for variable in standard if variable.name == blueprint.create_variable]
    tags = [variable for variable in standard if variable.name != blueprint.create_variable]
    required = [variable for variable in (*blueprint.variables, *tags) if variable.default is None]
    tags = [variable for variable in tags if variable.default is not None]
    optional = [variable for variable in blueprint.variables if variable.default is not None]
    return (*required, *switch, *optional, *tags)


def _standard_variables(blueprint: Blueprint, catalog: Catalog) -> Iterator[Variable]:
    if blueprint.create_variable:
        yield Variable(
            name=blueprint.create_variable,
            type="bool",
            description="Whether to create the resources of this module; `false` plans nothing and leaves every output null.",
            default=True,
            nullable=False,
        )
    tagged = [
        item for item in blueprint.resources if (schema := catalog.resource(item.type)) and takes_tags(schema)
    ]
    if tagged:
        every = _tags(TAGS, "Tags for every resource of this module that takes tags.")
        yield _with_mandatory(every, blueprint.mandatory_tags) if blueprint.mandatory_tags else every
    for resource in tagged:
        yield _tags(
            resource.own_tags_variable, f"Tags for `{resource.address}` alone; they win over `{TAGS}`."
        )


def _with_mandatory(variable: Variable, tags: tuple[str, ...]) -> Variable:
    keys = ", ".join(f'"{tag}"' for tag in tags)
    check = Check(
        condition=f"alltrue([for key in [{keys}] : contains(keys(var.{variable.name}), key)])",
        error_message=f"The organisation wants these tags on everything: {', '.join(tags)}.",
    )
    description = f"{variable.description} It must have {', '.join(tags)}."
    return variable.model_copy(update={"default": None, "validation": (check,), "description": description})


def _tags(name: str, description: str) -> Variable:
    return Variable(name=name, type="map(string)", description=description, default={}, nullable=False)
