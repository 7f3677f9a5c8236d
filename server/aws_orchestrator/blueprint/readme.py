"""The module's README: usage, inputs, outputs, requirements; always equal to the code because both come from one place."""

import re
from collections.abc import Sequence

from aws_orchestrator.blueprint.model import Blueprint, Variable
from aws_orchestrator.blueprint.render import render_value
from aws_orchestrator.blueprint.scenarios import EXAMPLE_FILE, TESTS_FILE, render_call
from aws_orchestrator.hcl.format import format_source


def render_readme(module: Blueprint, terraform: str) -> str:
    """The text of README.md for an expanded blueprint."""
    sections = [
        f"# {module.title}",
        module.summary.strip(),
        "## Usage",
        "```hcl\n"
        + format_source((render_call(module, f"./{module.service}") + "\n").encode()).decode()
        + "```",
        f"A complete call is in [{EXAMPLE_FILE}]({EXAMPLE_FILE}).",
    ]
    if module.features:
        sections += [
            "## Features",
            bullets([f"**{item.title}**: {item.description}" for item in module.features]),
        ]
    sections += [
        "## Requirements",
        table(
            ("Name", "Version"),
            [
                ("terraform", terraform),
                (f"{module.provider.local_name} ({module.provider.source})", module.provider.version),
            ],
        ),
        "## Resources",
        table(
            ("Address", "File"),
            [(f"`{item.address}`", item.file) for item in module.resources]
            + [(f"`data.{item.address}`", item.file) for item in module.data],
        ),
        "## Inputs",
        table(
            ("Name", "Description", "Type", "Default", "Required"),
            [_input_row(variable) for variable in module.variables],
        ),
    ]
    if module.outputs:
        rows = [
            (f"`{item.name}`", item.description, "yes" if item.sensitive else "no") for item in module.outputs
        ]
        sections += ["## Outputs", table(("Name", "Description", "Sensitive"), rows)]
    if module.controls:
        sections += [
            "## Security",
            table(
                ("Control", "What it asks", "How this module fulfils it"),
                [(c.id, c.title, c.how) for c in module.controls],
            ),
        ]
    if module.gotchas:
        sections += ["## Good to know", bullets(list(module.gotchas))]
    if module.scenarios:
        sections += [
            "## Tests",
            "`terraform init && terraform test` plans and applies the module against a mocked provider "
            f"([{TESTS_FILE}]({TESTS_FILE})).",
        ]
    return "\n\n".join(sections) + "\n"


def _input_row(variable: Variable) -> tuple[str, ...]:
    default = "n/a" if variable.default is None else code(render_value(variable.default))
    required = "yes" if variable.default is None else "no"
    return (f"`{variable.name}`", variable.description, code(variable.type), default, required)


def code(text: str) -> str:
    """An expression or type on one line, as inline code."""
    # On one line the fields of an object need the commas that line breaks made unnecessary.
    line = re.sub(r"(?<=[^\s{(\[,])\s*\n\s*(?=[^\s})\]])", ", ", text.strip())
    return f"`{' '.join(line.split())}`"


def bullets(lines: list[str]) -> str:
    """A Markdown list."""
    return "\n".join(f"- {prose(line)}" for line in lines)


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return prose(text).replace("|", "\\|")


def prose(text: str) -> str:
    """The text on one line, with `<` as text: outside of inline code Markdown takes it for HTML."""
    parts = " ".join(text.split()).split("`")
    return "`".join(part if index % 2 else part.replace("<", "&lt;") for index, part in enumerate(parts))
