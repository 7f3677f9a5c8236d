"""Learned facts as `validation` blocks: what the provider would refuse is refused with a sentence, before any plan."""

import re
from collections.abc import Iterator

from aws_orchestrator.blueprint.model import Check
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.minds.builtin.planner.choice import level_groups
from aws_orchestrator.minds.builtin.planner.facts import ArgumentFacts, GroupFacts
from aws_orchestrator.minds.builtin.planner.group_checks import group_checks
from aws_orchestrator.minds.builtin.planner.limit_words import plain_number
from aws_orchestrator.minds.builtin.planner.shape import Field
from aws_orchestrator.minds.builtin.planner.text_checks import text_checks
from aws_orchestrator.minds.builtin.planner.wording import listed

_MOST_CHECKS = 24
_SHOWN_VALUES = 30


def validations_of(field: Field, variable: str, groups: GroupFacts) -> tuple[Check, ...]:
    """The checks of a variable; those of values inside objects look at every element."""
    checks = list(_checks(field, f"var.{variable}", variable, groups, 0))
    if field.many and field.min_items:
        checks.insert(
            0,
            Check(
                condition=f"length(var.{variable}) >= {field.min_items}",
                error_message=f"There must be at least {field.min_items} of {variable}.",
            ),
        )
    if field.many and field.max_items:
        checks.insert(
            0,
            Check(
                condition=f"length(var.{variable}) <= {field.max_items}",
                error_message=f"There may be at most {field.max_items} of {variable}.",
            ),
        )
    return tuple(checks[:_MOST_CHECKS])


def element_checks(field: Field, elements: str, label: str, groups: GroupFacts) -> tuple[Check, ...]:
    """The checks of every element of a collection that the expression `elements` makes."""
    return tuple(_of_elements(field, elements, label, groups, 0))[:_MOST_CHECKS]


def _checks(field: Field, value: str, label: str, groups: GroupFacts, depth: int) -> Iterator[Check]:
    if field.type is not None:
        yield from _of_argument(field, value, label)
        return
    # The splat of null is empty, that of an object has the object alone.
    elements = value if field.many else f"{value}[*]"
    yield from _of_elements(field, elements, label, groups, depth)


def _of_elements(field: Field, elements: str, label: str, groups: GroupFacts, depth: int) -> Iterator[Check]:
    # Nested levels get names that cannot meet: a, b, c …
    element = "abcdefgh"[depth]
    offered = [inner for inner in field.fields if inner.has_input]
    level = level_groups(groups, field.path, (inner.name for inner in offered))
    found: list[Check] = list(
        group_checks(offered, level, lambda name: f"{element}.{name}", lambda name: f"{label}.{name}")
    )
    for inner in offered:
        found += _checks(inner, f"{element}.{inner.name}", f"{label}.{inner.name}", groups, depth + 1)
    for check in found:
        condition = f"alltrue([for {element} in {elements} : {check.condition}])"
        yield Check(condition=condition, error_message=check.error_message)


def _of_argument(field: Field, value: str, label: str) -> Iterator[Check]:
    cty = field.type
    if isinstance(cty, list):
        if cty[0] in ("list", "set") and cty[1] in ("string", "number"):
            for condition, message in _conditions(field, "item", str(cty[1]), label):
                every = f"alltrue([for item in {value} : {condition}])"
                yield Check(
                    condition=every if field.required else f"{value} == null ? true : {every}",
                    error_message=message,
                )
        return
    for condition, message in _conditions(field, value, str(cty), label):
        # Not `||`: Terraform before 1.12 looks at both sides.
        yield Check(
            condition=condition if field.required else f"{value} == null ? true : {condition}",
            error_message=message,
        )


def _conditions(field: Field, value: str, kind: str, label: str) -> Iterator[tuple[str, str]]:
    """Conditions over one value, each with its sentence."""
    facts = field.facts
    if facts.allowed:
        yield _of_choice(facts, value, kind, label)
        return
    if kind == "number":
        yield from _of_number(facts, value, label)
    if kind != "string":
        return
    yield from text_checks(facts, value, label)


def _of_choice(facts: ArgumentFacts, value: str, kind: str, label: str) -> tuple[str, str]:
    """The condition of one of several values.

    A list that was learned of another version must not refuse what came later: then the way of writing is checked alone.
    """
    if facts.advisory:
        known = f"the known values are {_shown(facts.allowed)}"
        if kind == "number":
            least = min(float(item) for item in facts.allowed)
            return (
                f"{value} >= {plain_number(least)}",
                f"{label} must be at least {plain_number(least)}; {known}.",
            )
        return (
            f"can(regex({quote(_spelling(facts.allowed))}, {value}))",
            f"{label} must be written like its known values, {_shown(facts.allowed)}.",
        )
    if facts.any_case and kind == "string":
        lower = ", ".join(quote(item.lower()) for item in facts.allowed)
        return f"contains([{lower}], lower({value}))", f"{label} must be one of {_shown(facts.allowed)}."
    quoted = [quote(item) if kind == "string" else item for item in facts.allowed]
    return f"contains([{', '.join(quoted)}], {value})", f"{label} must be one of {_shown(facts.allowed)}."


def _spelling(values: tuple[str, ...]) -> str:
    """The narrowest of some usual spellings that all values have."""
    some = "*" if "" in values else "+"
    for characters in ("A-Z0-9_", "a-z0-9_", "a-z0-9-", "A-Za-z0-9", "A-Za-z0-9_-", "A-Za-z0-9_.:/-"):
        pattern = f"^[{characters}]{some}$"
        if all(re.fullmatch(pattern, value) for value in values):
            return pattern
    return "^" if "" in values else "."


def _of_number(facts: ArgumentFacts, value: str, label: str) -> Iterator[tuple[str, str]]:
    # Upper limits grow from version to version; lower ones hardly do.
    low, high = facts.minimum, None if facts.advisory and facts.minimum is not None else facts.maximum
    limits = [f"{value} >= {plain_number(low)}"] if low is not None else []
    limits += [f"{value} <= {plain_number(high)}"] if high is not None else []
    if not limits and not facts.multiple:
        return
    if facts.multiple:
        limits.append(f"{value} % {facts.multiple} == 0")
    elif facts.whole:
        limits.append(f"floor({value}) == {value}")
    condition = " && ".join(limits)
    for other in facts.numbers_besides:
        condition = f"{value} == {plain_number(other)} ? true : {condition}"
    least = f"at least {plain_number(low)}" if low is not None else ""
    most = f"at most {plain_number(high)}" if high is not None else ""
    kind = "a whole number of " if facts.whole else ""
    if facts.multiple:
        kind = f"a multiple of {facts.multiple}{', ' if low is not None or high is not None else ''}"
    others = [plain_number(other) for other in facts.numbers_besides]
    besides = f", or {listed(others)}" if others else ""
    yield condition, f"{label} must be {kind}{' and '.join(part for part in (least, most) if part)}{besides}."


def _shown(values: tuple[str, ...]) -> str:
    shown = [item or "an empty text" for item in values[:_SHOWN_VALUES]]
    return listed(shown) + (" (among others)" if len(values) > _SHOWN_VALUES else "")
