"""Every provider that a module uses has a `>= x.y.z` constraint."""

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from aws_orchestrator.findings import Edit, Finding, Fix, Severity
from aws_orchestrator.hcl.expressions import object_items, text
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import string_literal, traversals
from aws_orchestrator.rules.rule import Rule, RuleContext

_TERM = re.compile(r"\s*(>=|<=|~>|!=|=|>|<)?\s*v?([0-9]+(?:\.[0-9]+)*)(-[\w.]+)?\s*")


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    declared = {
        name: entry
        for block in module.blocks("terraform")
        for required in block.nested("required_providers")
        for name, entry in required.attributes.items()
    }
    for entry in declared.values():
        yield from _entry(module.files[entry.file], entry)
    for name, block in _used(module).items():
        if name not in declared:
            yield RULE.finding(
                module.files[block.file],
                block.header_start,
                block.header_end,
                f"Provider {name} is used without a version constraint",
                f"Terraform takes the newest {name} there is, whatever it breaks. "
                'Add it to required_providers with version = ">= x.y.z".',
            )


def _used(module: ModuleView) -> Mapping[str, BlockView]:
    """The providers in use, each with the first block that needs it."""
    used: dict[str, BlockView] = {}
    for block in (*module.resources(), *module.data(), *module.blocks("ephemeral")):
        name = block.labels[0].split("_", 1)[0] if block.labels else ""
        if (chosen := block.attributes.get("provider")) is not None:
            found = traversals(chosen.value)
            name = found[0].parts[0] if found else name
        if name and name != "terraform":  # terraform_data needs no provider
            used.setdefault(name, block)
    return used


def _entry(file: FileView, entry: AttributeView) -> Iterator[Finding]:
    version = _version_node(file, entry)
    if version is None:
        yield RULE.finding(
            file,
            entry.start,
            entry.end,
            f"Provider {entry.name} has no version constraint",
            f"Terraform takes the newest {entry.name} there is, whatever it breaks. "
            'Add version = ">= x.y.z".',
        )
        return
    constraint = string_literal(text(version, file.content))
    if constraint is None:
        return  # Terraform itself refuses an expression here
    wanted = _locked(constraint)
    if wanted is None:
        yield RULE.finding(
            file,
            version.start_byte,
            version.end_byte,
            f'Provider {entry.name} is constrained by "{constraint}", which has no lower bound',
            'Say from which version on the module works: version = ">= x.y.z".',
        )
    elif wanted.replace(" ", "") != constraint.replace(" ", ""):
        edit = Edit(file=file.file, start=version.start_byte, end=version.end_byte, text=f'"{wanted}"')
        yield RULE.finding(
            file,
            version.start_byte,
            version.end_byte,
            f'Provider {entry.name} is constrained by "{constraint}"',
            "A module gives the lowest version that it needs, all three numbers, and leaves the upper bound "
            'to its caller: two modules with "~>" or "=" often cannot be used together. '
            f'Write "{wanted}".',
            # A bound that only lacks its last numbers means the same.
            severity=Severity.INFORMATION if re.match(r"\s*>=", constraint) else None,
            fix=Fix(title=f'Constrain {entry.name} by "{wanted}"', edits=(edit,), preferred=True),
        )


def _version_node(file: FileView, entry: AttributeView) -> Node | None:
    items = object_items(entry.expression, file.content)
    if items is None:
        return entry.expression  # the old form: aws = ">= 5.0"
    return next((item.value for item in items if item.key == "version"), None)


def _locked(constraint: str) -> str | None:
    """The constraint with a full lower bound; None when nothing in it says what the lowest version is."""
    terms: list[str] = []
    lower = False
    for part in constraint.split(","):
        match = _TERM.fullmatch(part)
        if match is None:
            return None
        operator, number, suffix = match[1] or "=", match[2], match[3] or ""
        if operator in ("~>", "=", ">="):
            number = ".".join([*number.split("."), "0", "0"][: max(3, number.count(".") + 1)])
            operator, lower = ">=", True
        elif operator == ">":
            lower = True
        terms.append(f"{operator} {number}{suffix}")
    if not lower:
        return None
    return ", ".join(terms)


RULE = Rule(
    id="provider-version-locking",
    title="Provider version locking",
    severity=Severity.WARNING,
    why="Without a lower bound a module meets provider versions that lack its arguments or changed them.",
    check=_check,
    fixes="`~> 5.40` and `= 5.40.0` become `>= 5.40.0`",
)
