"""Blueprint to module files: deterministic, `terraform fmt` clean, and unable to break the quality rules.

The same blueprint and selection give the same bytes on every machine and every day.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from aws_orchestrator.blueprint.expand import expand
from aws_orchestrator.blueprint.model import (
    Blueprint,
    Check,
    DataSource,
    Lifecycle,
    NestedBlock,
    Output,
    Resource,
    Selection,
    Variable,
)
from aws_orchestrator.blueprint.readme import render_readme
from aws_orchestrator.blueprint.render import assignment, comment_lines, quote, render_block, render_value
from aws_orchestrator.blueprint.scenarios import (
    EXAMPLE_FILE,
    EXAMPLE_VERSIONS_FILE,
    TESTS_FILE,
    render_example,
    render_example_versions,
    render_tests,
)
from aws_orchestrator.blueprint.select import select
from aws_orchestrator.blueprint.tags import tag_argument, tag_blocks
from aws_orchestrator.blueprint.versions import terraform_floor
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import BlueprintError
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.hcl.syntax import first_error

CORE_FILES = ("main.tf", "variables.tf", "outputs.tf", "versions.tf", "locals.tf", "README.md")
CONDITIONAL_FILES = ("iam.tf", "policies.tf", "security_groups.tf", "data.tf", "templates.tf")


class CompiledModule(NamedTuple):
    """A module's files by path (forward slashes), and the blueprint in which everything is explicit."""

    files: Mapping[str, bytes]
    blueprint: Blueprint


def compile_module(blueprint: Blueprint, selection: Selection, catalog: Catalog) -> CompiledModule:
    """The module that the selection asks of the blueprint, exactly in the declared files."""
    module = expand(select(blueprint, selection), catalog)
    texts: dict[str, list[str]] = defaultdict(list)
    for source in module.data:
        texts[source.file].append(render_data(source))
    for resource in module.resources:
        texts[resource.file].append(render_resource(resource, module.name_tag, catalog))
    texts["variables.tf"] = [render_variable(variable) for variable in module.variables]
    texts["outputs.tf"] = [render_output(output) for output in module.outputs]
    texts["versions.tf"] = [_render_versions(module, catalog)]
    texts["locals.tf"] = [
        render_block("locals", [assignment(item.name, item.value) for item in module.locals])
    ]
    files = {
        name: format_source(("\n\n".join(blocks) + "\n").encode()) for name, blocks in texts.items() if blocks
    }
    files["README.md"] = render_readme(module, terraform_floor(module, catalog)).encode()
    files[EXAMPLE_FILE] = format_source(render_example(module).encode())
    files[EXAMPLE_VERSIONS_FILE] = format_source(render_example_versions(module).encode())
    if module.scenarios:
        files[TESTS_FILE] = format_source(render_tests(module).encode())
    _expect_declared(module, files)
    _expect_hcl(module, files)
    order = [file.name for file in module.files]
    return CompiledModule(dict(sorted(files.items(), key=lambda item: order.index(item[0]))), module)


def _expect_declared(module: Blueprint, files: Mapping[str, bytes]) -> None:
    declared = {file.name for file in module.files}
    if missing := sorted(declared - files.keys()):
        raise BlueprintError(
            f"The blueprint of {module.service} declares {', '.join(missing)} but puts nothing into it."
        )
    if undeclared := sorted(files.keys() - declared):
        raise BlueprintError(
            f"The blueprint of {module.service} fills {', '.join(undeclared)} without declaring it."
        )


def _expect_hcl(module: Blueprint, files: Mapping[str, bytes]) -> None:
    # Only a blueprint that was never verified comes here with something else.
    for name, content in files.items():
        if not name.endswith(".md") and (error := first_error(content)):
            raise BlueprintError(f"The blueprint of {module.service} makes no HCL of {name}: {error[2]}.")


def render_resource(resource: Resource, name_tag: str, catalog: Catalog) -> str:
    """One resource block, with its guard first and the merge of tags where the type takes tags."""
    schema = catalog.resource(resource.type)
    if schema is None:
        raise BlueprintError(f"{catalog.provider} {catalog.version} has no resource type {resource.type}.")
    tags = tag_argument(resource, schema, name_tag)
    blocks = (*resource.blocks, *tag_blocks(resource, schema, name_tag))
    tail = [_render_lifecycle(resource.lifecycle)] if resource.lifecycle else []
    return _render_body("resource", resource, blocks, [f"tags = {tags}"] if tags else [], tail)


def render_data(source: DataSource) -> str:
    """One data block."""
    return _render_body("data", source, source.blocks, [], [])


def _render_body(
    kind: str, part: DataSource, blocks: tuple[NestedBlock, ...], tags: list[str], tail: list[str]
) -> str:
    guard = []
    if part.guard and part.guard.count is not None:
        guard = [f"count = {part.guard.count} ? 1 : 0"]
    elif part.guard:
        guard = [f"for_each = {part.guard.for_each}"]
    if part.depends_on:
        tail = [*tail, f"depends_on = [{', '.join(part.depends_on)}]"]
    text = render_block(
        f'{kind} "{part.type}" "{part.name}"',
        guard,
        [assignment(name, value) for name, value in part.arguments.items()],
        *([_render_nested(block)] for block in blocks),
        tags,
        *([item] for item in tail),
    )
    return "\n".join([*comment_lines(part.comment), text]) if part.comment else text


def _render_nested(block: NestedBlock) -> str:
    arguments = [assignment(name, value) for name, value in block.arguments.items()]
    inner = [[_render_nested(item)] for item in block.blocks]
    if not block.dynamic:
        return render_block(block.type, arguments, *inner)
    iterator = [f"iterator = {block.dynamic.iterator}"] if block.dynamic.iterator else []
    return render_block(
        f'dynamic "{block.type}"',
        [f"for_each = {block.dynamic.for_each}", *iterator],
        [render_block("content", arguments, *inner)],
    )


def _render_lifecycle(lifecycle: Lifecycle) -> str:
    lines = []
    if lifecycle.create_before_destroy is not None:
        lines.append(assignment("create_before_destroy", lifecycle.create_before_destroy))
    if lifecycle.prevent_destroy is not None:
        lines.append(assignment("prevent_destroy", lifecycle.prevent_destroy))
    if lifecycle.ignore_changes:
        names = ", ".join(lifecycle.ignore_changes)
        lines.append(f"ignore_changes = {names if names == 'all' else f'[{names}]'}")
    if lifecycle.replace_triggered_by:
        lines.append(f"replace_triggered_by = [{', '.join(lifecycle.replace_triggered_by)}]")
    checks = [[_render_check("precondition", check)] for check in lifecycle.preconditions]
    checks += [[_render_check("postcondition", check)] for check in lifecycle.postconditions]
    return render_block("lifecycle", lines, *checks)


def _render_check(name: str, check: Check) -> str:
    return render_block(
        name, [f"condition = {check.condition}", f"error_message = {quote(check.error_message)}"]
    )


def render_variable(variable: Variable) -> str:
    """One variable block: described, typed, validated."""
    lines = [f"description = {quote(variable.description)}", f"type = {variable.type.strip()}"]
    if variable.default is not None:
        lines.append(assignment("default", variable.default))
    for name in ("nullable", "sensitive", "ephemeral"):
        value = getattr(variable, name)
        if value is not None and (value or name == "nullable"):
            lines.append(assignment(name, value))
    checks = [[_render_check("validation", check)] for check in variable.validation]
    return render_block(f'variable "{variable.name}"', lines, *checks)


def render_output(output: Output) -> str:
    """One output block."""
    lines = [f"description = {quote(output.description)}", f"value = {render_value(output.value)}"]
    if output.sensitive:
        lines.append("sensitive = true")
    check = [[_render_check("precondition", output.precondition)]] if output.precondition else []
    return render_block(f'output "{output.name}"', lines, *check)


def _render_versions(module: Blueprint, catalog: Catalog) -> str:
    provider = render_value(
        {"source": quote(module.provider.source), "version": quote(module.provider.version)}
    )
    required = render_block("required_providers", [f"{module.provider.local_name} = {provider}"])
    return render_block(
        "terraform", [f"required_version = {quote(terraform_floor(module, catalog))}"], [required]
    )
