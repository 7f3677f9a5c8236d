"""How modules fit together: outputs of one that are what an input of another takes, by the provider's own names."""

import re
from collections.abc import Iterator, Mapping, Sequence

from aws_orchestrator.blueprint.model import Blueprint, Output, Value, Variable
from aws_orchestrator.blueprint.render import assignment, render_block
from aws_orchestrator.hcl.find import FileView
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.minds.builtin.planner.glossary import giver_of
from aws_orchestrator.minds.builtin.planner.results import Connection

_ATTRIBUTE = re.compile(r"(aws_\w+)\.\w+(?:\[[^\]]*\])?\.(\w+)")
_LISTS = ("list(string)", "set(string)")


def connections_of(modules: Sequence[Blueprint]) -> tuple[Connection, ...]:
    """Every input of a module that an output of another one fits; two modules are never tied both ways."""
    found: list[Connection] = []
    for taker in modules:
        for giver in modules:
            tied = any(item.giver == taker.service and item.taker == giver.service for item in found)
            if giver is not taker and not tied:
                found += _between(giver, taker)
    return tuple(found)


def _between(giver: Blueprint, taker: Blueprint) -> Iterator[Connection]:
    for variable in taker.variables:
        output = next((item for item in giver.outputs if _fits(item, variable)), None)
        if output is not None:
            yield Connection(
                giver=giver.service, output=output.name, taker=taker.service, variable=variable.name
            )


def _fits(output: Output, variable: Variable) -> bool:
    attribute = _ATTRIBUTE.fullmatch(output.value.strip())
    if attribute is None or output.feature or variable.feature or output.sensitive:
        return False
    if variable.type not in ("string", *_LISTS):
        return False
    type_, name = attribute[1], attribute[2]
    words = type_.removeprefix("aws_").split("_")
    own_names = {f"{'_'.join(words[start:])}_{name}" for start in range(len(words))}
    # A module calls the first of several ids by its type as well: `subnet_ids`.
    return (
        giver_of(variable.name) == f"{type_}.example.{name}"
        or variable.name in own_names
        or (variable.type in _LISTS and variable.name.removesuffix("s") in own_names)
    )


def given_in(example: bytes) -> dict[str, Value]:
    """The inputs of a module's call in an example, as expressions; empty when there is no call."""
    blocks = [block for block in FileView.of("main.tf", example).blocks if block.type == "module"]
    found = blocks[0].attributes if blocks else {}
    return {name: attribute.value for name, attribute in found.items() if name != "source"}


def render_calls(
    modules: Mapping[str, tuple[Blueprint, Mapping[str, Value]]],
    connections: Sequence[Connection],
    modules_folder: str,
) -> str:
    """How a configuration at the workspace's root calls the modules together, each with its inputs."""
    calls = []
    for module, needed in modules.values():
        given = dict(needed)
        lists = {variable.name for variable in module.variables if variable.type in _LISTS}
        for item in connections:
            if item.taker == module.service and _free(module, item.variable, given):
                value = f"module.{_label(item.giver)}.{item.output}"
                given[item.variable] = [value] if item.variable in lists else value
        head = assignment("source", f'"./{modules_folder}/{module.service}"')
        calls.append(
            render_block(
                f'module "{_label(module.service)}"',
                [head],
                [assignment(name, value) for name, value in given.items()],
            )
        )
    return format_source("\n\n".join(calls).encode()).decode()


def _free(module: Blueprint, name: str, given: Mapping[str, Value]) -> bool:
    """Whether the input can be given beside what is given already."""
    conditions = [
        check.condition
        for resource in module.resources
        if resource.lifecycle is not None
        for check in resource.lifecycle.preconditions
        if re.search(rf"\bvar\.{name}\b", check.condition)
    ]
    return name in given or all(
        condition.startswith("length(")
        and not any(other in given for other in re.findall(r"\bvar\.(\w+)", condition))
        for condition in conditions
    )


def _label(service: str) -> str:
    return service.replace("-", "_")
