"""A variable that goes straight into an argument with limits checks them itself."""

import json
from collections.abc import Iterator

from aws_orchestrator.catalog.knowledge import Checks, Fact
from aws_orchestrator.catalog.knowledge_formats import DESCRIPTIONS
from aws_orchestrator.findings import Edit, Finding, Fix, Severity
from aws_orchestrator.hcl.find import AttributeView, BlockView, ModuleView
from aws_orchestrator.rules.rule import Rule, RuleContext, argument_insertion
from aws_orchestrator.rules.typed_bodies import TypedBody, typed_bodies

_MOST_SHOWN = 12


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    catalog, knowledge = context.catalog, context.knowledge
    if catalog is None or knowledge is None:
        return
    variables = module.variables()
    told: set[str] = set()
    for typed in typed_bodies(module, catalog):
        checks = knowledge.checks(typed.schema.kind, typed.schema.name)
        inside = _inside(checks.checks, typed.path) if checks is not None else None
        if checks is None or inside is None:
            continue
        for name, attribute in typed.body.attributes.items():
            fact = inside.facts.get(name)
            variable = variables.get(_variable(attribute))
            if fact is None or variable is None or variable.name in told:
                continue
            limits = _limits(fact)
            if limits and not any(block.type == "validation" for block in variable.blocks):
                told.add(variable.name)
                # What was learned of another version may have more values, or a wider range, in this one.
                yield _finding(module, typed, name, fact, variable, limits, fixable=not fact.advisory)


def _inside(checks: Checks, path: tuple[str, ...]) -> Checks | None:
    for name in path:
        inner = checks.children.get(name)
        if inner is None:
            return None
        checks = inner
    return checks


def _variable(attribute: AttributeView) -> str:
    """The variable that an argument's value is, when it is nothing else; else an empty string."""
    root, dot, name = attribute.value.partition(".")
    return name if root == "var" and dot and name.replace("-", "_").isidentifier() else ""


def _limits(fact: Fact) -> str:
    """What the provider demands, as the end of "must …"; empty when it demands nothing that a validation can check."""
    if fact.values:
        shown = ", ".join(str(value) for value in fact.values[:_MOST_SHOWN])
        more = f" and {len(fact.values) - _MOST_SHOWN} more" if len(fact.values) > _MOST_SHOWN else ""
        return f"be one of {shown}{more}"
    if fact.low is not None or fact.high is not None:
        return f"be {_between(fact.low, fact.high)}"
    if fact.format:
        return f"be {DESCRIPTIONS[fact.format]}"
    if fact.pattern:
        return f"match {fact.pattern}"
    if fact.longest is not None or (fact.shortest or 0) > 1:
        return f"have {_between(fact.shortest or None, fact.longest)} characters"
    return ""


def _between(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:g}" if low == high else f"between {low:.15g} and {high:.15g}"
    return f"at least {low:.15g}" if low is not None else f"at most {high or 0:.15g}"


def _finding(
    module: ModuleView,
    typed: TypedBody,
    name: str,
    fact: Fact,
    variable: BlockView,
    limits: str,
    *,
    fixable: bool,
) -> Finding:
    file = module.files[variable.file]
    argument = f"{module.address(typed.owner)}.{typed.name(name)}"
    # Values and ranges are told apart at once by whoever calls; a format is more often somebody else's output.
    severity = (
        Severity.WARNING
        if fact.values or fact.low is not None or fact.high is not None
        else Severity.INFORMATION
    )
    condition = _condition(fact, variable) if fixable else ""
    return RULE.finding(
        file,
        variable.header_start,
        variable.header_end,
        f"Variable {variable.name} has no validation",
        f"It is {argument}, which must {limits}. With a validation block a wrong value is refused where it is given.",
        severity=severity,
        fix=Fix(
            title="Add a validation",
            edits=(_validation(module, variable, condition, limits),),
            preferred=True,
        )
        if condition
        else None,
    )


def _condition(fact: Fact, variable: BlockView) -> str:
    type_ = variable.attributes.get("type")
    name = f"var.{variable.name}"
    condition = ""
    if fact.values and type_ is not None and type_.value in ("string", "number"):
        values = [*fact.values, ""] if fact.empty else list(fact.values)
        texts = all(isinstance(value, str) for value in values)
        if texts != (type_.value == "string") or any(
            "${" in str(value) or "%{" in str(value) for value in values
        ):
            return ""
        subject = f"lower({name})" if fact.fold and texts else name
        if fact.fold:
            values = [value.lower() if isinstance(value, str) else value for value in values]
        condition = f"contains([{', '.join(json.dumps(value) for value in values)}], {subject})"
    elif type_ is not None and type_.value == "number" and (fact.low is not None or fact.high is not None):
        low = f"{name} >= {fact.low:.15g}" if fact.low is not None else ""
        high = f"{name} <= {fact.high:.15g}" if fact.high is not None else ""
        condition = " && ".join(part for part in (low, high) if part)
    if not condition:
        return ""
    nullable = variable.attributes.get("nullable")
    always_there = nullable is not None and nullable.value == "false"
    # Not `||`: both sides of it are evaluated before Terraform 1.12.
    return condition if always_there else f"{name} == null ? true : {condition}"


def _validation(module: ModuleView, variable: BlockView, condition: str, limits: str) -> Edit:
    message = json.dumps(f"The {variable.name} must {limits}.", ensure_ascii=False)
    file = module.files[variable.file]
    newline = "\r\n" if b"\r\n" in file.content else "\n"
    lines = ("validation {", f"    condition     = {condition}", f"    error_message = {message}", "  }")
    return argument_insertion(file, variable, newline.join(lines))


RULE = Rule(
    id="constrained-inputs",
    title="Constrained inputs are validated",
    severity=Severity.WARNING,
    why="A value that the provider refuses is found late, and its message names a resource that the caller never wrote.",
    check=_check,
    needs_catalog=True,
    needs_knowledge=True,
    fixes="a validation block is added for lists of values and ranges",
)
