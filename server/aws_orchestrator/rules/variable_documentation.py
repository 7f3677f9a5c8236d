"""Every variable says what it is for."""

import re
from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.rules.rule import Rule, RuleContext

_EMPTY_WORDS = frozenset({"", "-", ".", "n/a", "none", "todo", "tbd", "fixme", "description"})
_WORDS = re.compile(r"[a-z0-9]+")
_FILLING = frozenset({"a", "an", "the", "of", "for", "its", "this", "variable", "input", "value"})


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for block in module.blocks("variable"):
        description = block.attributes.get("description")
        file = module.files[block.file]
        if description is None:
            yield RULE.finding(
                file,
                block.header_start,
                block.header_end,
                f"Variable {block.name} has no description",
                "Whoever calls the module has only the name to go by. Say what it does, its unit or form, and what "
                "happens when it is left out.",
            )
        elif _text(description.value).strip().rstrip(".").lower() in _EMPTY_WORDS:
            yield RULE.finding(
                file,
                description.value_start,
                description.value_end,
                f"The description of variable {block.name} says nothing",
                "Say what it does, its unit or form, and what happens when it is left out.",
            )
        elif _repeats(_text(description.value), block.name):
            yield RULE.finding(
                file,
                description.value_start,
                description.value_end,
                f"The description of variable {block.name} only repeats its name",
                "Say what it belongs to, its unit or form, and what happens when it is left out.",
                severity=Severity.INFORMATION,
            )


def _repeats(description: str, name: str) -> bool:
    """Whether a description has no word that the name has not."""
    said = set(_WORDS.findall(description.lower())) - _FILLING
    return bool(said) and said <= set(_WORDS.findall(name.lower().replace("_", " ")))


def _text(value: str) -> str:
    plain = string_literal(value)
    if plain is not None:
        return plain
    if value.startswith("<<"):
        return "\n".join(value.split("\n")[1:-1])
    return value


RULE = Rule(
    id="variable-documentation",
    title="Variable documentation",
    severity=Severity.WARNING,
    why="A variable without a description can only be guessed at by its name.",
    check=_check,
)
