"""The pages of a skill for people and models: SKILL.md and references/, rendered from the blueprint."""

import json
from collections.abc import Mapping

from aws_orchestrator.blueprint.model import Blueprint, Conditional
from aws_orchestrator.blueprint.readme import bullets, code, table
from aws_orchestrator.blueprint.render import render_value
from aws_orchestrator.catalog import Catalog

RENDERED_FILES = (
    "SKILL.md",
    "references/resources.md",
    "references/variables.md",
    "references/outputs.md",
    "references/security.md",
)
_RENDERED_NOTE = "Rendered from `blueprint.yaml`; change that file, this page follows."


def schema_names(blueprint: Blueprint) -> tuple[str, ...]:
    """The types that a blueprint uses, as the catalog's schema hash names them."""
    resources = {resource.type for resource in blueprint.resources}
    data = {f"data.{source.type}" for source in blueprint.data}
    return tuple(sorted(resources | data))


def render_pages(blueprint: Blueprint, catalog: Catalog, schema_hash: str) -> Mapping[str, bytes]:
    """Every rendered file by its path in the skill's folder."""
    pages = {
        "SKILL.md": _skill(blueprint, catalog, schema_hash),
        "references/resources.md": _resources(blueprint),
        "references/variables.md": _variables(blueprint),
        "references/outputs.md": _outputs(blueprint),
        "references/security.md": _security(blueprint),
    }
    return {name: (text.rstrip("\n") + "\n").encode() for name, text in pages.items()}


def _skill(blueprint: Blueprint, catalog: Catalog, schema_hash: str) -> str:
    name = f"{blueprint.service}-module-generator"
    description = (
        f"Generates a production Terraform module: {blueprint.title}. Use it when somebody asks for "
        f"{', '.join(blueprint.keywords)}."
    )[:1024]
    front = "\n".join(
        [
            "---",
            f"name: {name}",
            f"description: {_yaml(description)}",
            "metadata:",
            f"  title: {_yaml(blueprint.title)}",
            f"  keywords: {_yaml(', '.join(blueprint.keywords))}",
            f"  provider: {_yaml(f'{blueprint.provider.source} {blueprint.provider.version}')}",
            f"  verified-with: {_yaml(f'{catalog.provider} {catalog.version}')}",
            f"  schema-hash: {_yaml(schema_hash)}",
            "  author: aws-orchestrator",
            "  generated-by: blueprint.yaml",
            "---",
        ]
    )
    sections = [
        front,
        f"# {blueprint.title}",
        _RENDERED_NOTE,
        "## What it makes",
        blueprint.summary.strip(),
        "## Features",
        table(
            ("Feature", "Selected by default", "What it adds", "Cost"),
            [
                (f"`{f.name}`", "yes" if f.default else "no", f.description, f.cost or "none")
                for f in blueprint.features
            ],
        ),
        "What is not selected is not generated; an update can add it later.",
        "## Files, in order",
        table(("File", "Purpose", "When"), [(f"`{f.name}`", f.purpose, _when(f)) for f in blueprint.files]),
        "## Constraints",
        bullets(
            [
                f"Provider `{blueprint.provider.source}` `{blueprint.provider.version}`, a floor and never a cap.",
                "Only arguments of the catalog; a blueprint that names another one is refused.",
                "`create`, `count`, `[0]`, `try()`, and the merge of tags are written by the compiler, not by the blueprint.",
            ]
        ),
        "## Security",
        bullets([f"{c.id}: {c.title}. {c.how}" for c in blueprint.controls]),
    ]
    if blueprint.gotchas:
        sections += ["## Gotchas", bullets(list(blueprint.gotchas))]
    sections += [
        "## How to validate",
        "`aws-orchestrator check DIR` runs init, fmt, validate, the quality rules, and the module's tests against mocks.",
        "## References",
        bullets([f"[{name}]({name})" for name in RENDERED_FILES[1:]]),
    ]
    return "\n\n".join(section for section in sections if section)


def _resources(blueprint: Blueprint) -> str:
    parts = [
        *((f"`{item.address}`", item.file, _when(item)) for item in blueprint.resources),
        *((f"`data.{item.address}`", item.file, _when(item)) for item in blueprint.data),
    ]
    return _page("Resources", table(("Address", "File", "When"), parts))


def _variables(blueprint: Blueprint) -> str:
    rows = [
        (
            f"`{item.name}`",
            item.description,
            code(item.type),
            "required" if item.default is None else code(render_value(item.default)),
            _when(item),
        )
        for item in blueprint.variables
    ]
    checks = [
        f"`{item.name}`: {check.error_message}" for item in blueprint.variables for check in item.validation
    ]
    return _page(
        "Variables",
        table(("Name", "Description", "Type", "Default", "When"), rows),
        "## Validations",
        bullets(checks),
    )


def _outputs(blueprint: Blueprint) -> str:
    rows = [(f"`{o.name}`", o.description, code(o.value), _when(o)) for o in blueprint.outputs]
    return _page("Outputs", table(("Name", "Description", "Value", "When"), rows))


def _security(blueprint: Blueprint) -> str:
    rows = [(c.id, c.title, c.how, c.waiver or "none", _when(c)) for c in blueprint.controls]
    return _page("Security", table(("Control", "What it asks", "How", "Without it", "When"), rows))


def _page(title: str, *sections: str) -> str:
    return "\n\n".join((f"# {title}", _RENDERED_NOTE, *(section for section in sections if section)))


def _when(part: Conditional) -> str:
    words = [*(f"with `{name}`" for name in part.feature), *(f"without `{name}`" for name in part.unless)]
    return " and ".join(words) or "always"


def _yaml(text: str) -> str:
    # A JSON string is a YAML string, whatever is in it.
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
