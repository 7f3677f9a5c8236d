"""A blueprint under the organisation's standards: what they want becomes inputs that a caller cannot leave out."""

from collections.abc import Iterator, Mapping

from aws_orchestrator.blueprint.model import Assertion, Blueprint, Check, Resource, Value, Variable
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.blueprint.standard_variables import TAGS, takes_tags
from aws_orchestrator.blueprint.visit import value_expressions
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import knowledge_of
from aws_orchestrator.hcl.references import is_literal, traversals
from aws_orchestrator.standards import Standards

KEY_ARGUMENTS = ("kms_key_id", "kms_key_arn", "kms_master_key_id", "kms_key")
_KEY = '"arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"'
_KEY_VARIABLE = "kms_key_arn"


def with_standards(blueprint: Blueprint, standards: Standards, catalog: Catalog) -> Blueprint:
    """The blueprint with mandatory tags, the prefix of names and keys of one's own; itself when nothing is wanted."""
    if standards.kms_always:
        blueprint = _with_keys(blueprint, catalog)
    if standards.prefix:
        blueprint = _with_prefix(blueprint, standards.prefix)
    if standards.tags:
        blueprint = _with_tags(blueprint, standards.tags, catalog)
    return blueprint


def naming_variables(blueprint: Blueprint) -> frozenset[str]:
    """The inputs that the name of the core resource is made of."""
    local_values = {item.name: item.value for item in blueprint.locals}
    waiting, seen, found = [blueprint.name_tag], set[str](), set[str]()
    while waiting:
        for traversal in traversals(waiting.pop()):
            if traversal.parts[0] == "var" and len(traversal.parts) > 1:
                found.add(traversal.parts[1])
            elif (
                traversal.parts[0] == "local" and len(traversal.parts) > 1 and traversal.parts[1] not in seen
            ):
                seen.add(traversal.parts[1])
                waiting += value_expressions(local_values.get(traversal.parts[1], ""))
    strings = {variable.name for variable in blueprint.variables if variable.type.strip() == "string"}
    return frozenset(name for name in found & strings if "prefix" not in name)


def _with_tags(blueprint: Blueprint, tags: tuple[str, ...], catalog: Catalog) -> Blueprint:
    taggable = any(
        takes_tags(schema) for item in blueprint.resources if (schema := catalog.resource(item.type))
    )
    if not taggable:
        return blueprint
    given: Value = dict.fromkeys(tags, '"example"')
    scenarios = tuple(
        scenario.model_copy(update={"variables": {**scenario.variables, TAGS: {**given, **old}}})
        if isinstance(old := scenario.variables.get(TAGS), dict) and isinstance(given, dict)
        else scenario
        for scenario in blueprint.scenarios
    )
    example = {**blueprint.example, TAGS: given}
    return blueprint.model_copy(update={"mandatory_tags": tags, "example": example, "scenarios": scenarios})


def _with_prefix(blueprint: Blueprint, prefix: str) -> Blueprint:
    names = naming_variables(blueprint)
    variables = tuple(
        variable.model_copy(update={"validation": (*variable.validation, _begins(variable, prefix))})
        if variable.name in names
        else variable
        for variable in blueprint.variables
    )

    renamed = {
        value: quote(prefix + value[1:-1])
        for values in (blueprint.example, *(scenario.variables for scenario in blueprint.scenarios))
        for name, value in values.items()
        if name in names and isinstance(value, str) and is_literal(value) and not _fits(value, prefix)
    }

    def prefixed(values: dict[str, Value]) -> dict[str, Value]:
        # Other inputs that say the same name mean the same thing.
        return {
            name: renamed.get(value, value) if isinstance(value, str) else value
            for name, value in values.items()
        }

    scenarios = tuple(
        scenario.model_copy(
            update={
                "variables": prefixed(scenario.variables),
                "assertions": tuple(_renamed(item, renamed) for item in scenario.assertions),
            }
        )
        for scenario in blueprint.scenarios
    )
    return blueprint.model_copy(
        update={"variables": variables, "example": prefixed(blueprint.example), "scenarios": scenarios}
    )


def _renamed(assertion: Assertion, names: Mapping[str, str]) -> Assertion:
    condition = assertion.condition
    for old, new in names.items():
        condition = condition.replace(old, new)
    return assertion.model_copy(update={"condition": condition})


def _begins(variable: Variable, prefix: str) -> Check:
    condition = f'startswith(var.{variable.name}, "{prefix}")'
    if variable.nullable is not False:
        condition = f"var.{variable.name} == null ? true : {condition}"
    return Check(condition=condition, error_message=f"The organisation's names begin with {prefix}.")


def _fits(value: str, prefix: str) -> bool:
    return value == "null" or not value.startswith('"') or value[1:-1].startswith(prefix)


def _with_keys(blueprint: Blueprint, catalog: Catalog) -> Blueprint:
    """Every resource that may have a key of the organisation's takes one, and none of those inputs can be left out."""
    resources = tuple(_keyed(item, catalog) for item in blueprint.resources)
    blueprint = blueprint.model_copy(update={"resources": resources})
    known = {variable.name for variable in blueprint.variables}
    used = {name for item in resources for name in _key_variables(item)} & (known | {_KEY_VARIABLE})
    variables = tuple(
        variable.model_copy(update={"default": None, "nullable": False})
        if variable.name in used
        else variable
        for variable in blueprint.variables
    )
    if _KEY_VARIABLE in used - known:
        made = Variable(
            name=_KEY_VARIABLE,
            type="string",
            description="ARN of the KMS key that encrypts what this module keeps.",
            nullable=False,
        )
        variables = (*variables, made)
    scenarios = tuple(
        scenario.model_copy(
            update={
                "variables": {
                    name: value
                    for name, value in scenario.variables.items()
                    if name not in used or value != "null"
                }
            }
        )
        for scenario in blueprint.scenarios
    )
    example = {**dict.fromkeys(sorted(used), _KEY), **blueprint.example}
    return blueprint.model_copy(update={"variables": variables, "scenarios": scenarios, "example": example})


def _keyed(resource: Resource, catalog: Catalog) -> Resource:
    schema = catalog.resource(resource.type)
    attributes = schema.block.attributes if schema else {}
    wanted = next((name for name in KEY_ARGUMENTS if name in attributes and attributes[name].optional), None)
    if wanted is None or any(name in resource.arguments for name in KEY_ARGUMENTS):
        return resource
    gone = _excluders(resource.type, wanted, catalog)
    kept = {name: value for name, value in resource.arguments.items() if name not in gone}
    return resource.model_copy(update={"arguments": {**kept, wanted: f"var.{_KEY_VARIABLE}"}})


def _excluders(resource_type: str, wanted: str, catalog: Catalog) -> frozenset[str]:
    """The arguments beside which a key cannot be given: they choose a key of AWS's own."""
    knowledge = knowledge_of(catalog)
    known = knowledge.checks("resource", resource_type) if knowledge else None
    groups = known.checks.groups if known else ()
    return frozenset(
        name
        for group in groups
        if group.kind in ("exactly_one", "at_most_one", "conflict") and wanted in group.names
        for name in group.names
        if name != wanted
    )


def _key_variables(resource: Resource) -> Iterator[str]:
    for name in KEY_ARGUMENTS:
        value = resource.arguments.get(name)
        if isinstance(value, str) and value.startswith("var.") and value[4:].isidentifier():
            yield value[4:]
