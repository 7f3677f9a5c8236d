"""The validation of a variable that goes straight into an argument with limits."""

from collections.abc import Sequence
from typing import Any

from aws_orchestrator.blueprint.render import quote, render_block
from aws_orchestrator.catalog.knowledge import Fact

_SPELLINGS = ("A-Z0-9_", "a-z0-9_", "a-z0-9-", "A-Za-z0-9", "A-Za-z0-9_-", "A-Za-z0-9_.:/-")
_FORMATS = {
    "arn": ('can(regex("^arn:", {}))', "be an ARN"),
    "arn_loose": ('can(regex("^arn:", {}))', "be an ARN"),
    "json": ("can(jsondecode({}))", "be JSON"),
    "json_object": ("can(jsondecode({}))", "be a JSON object"),
    "spaced_json_object": ("can(jsondecode({}))", "be a JSON object"),
    "account_id": ('can(regex("^[0-9]{{12}}$", {}))', "be an account id of 12 digits"),
    "canonical_cidr": ("can(cidrhost({}, 0))", "be a CIDR block"),
    "canonical_ipv4_cidr": ("can(cidrnetmask({}))", "be an IPv4 CIDR block"),
    "canonical_ipv6_cidr": ("can(cidrhost({}, 0))", "be an IPv6 CIDR block"),
    "cidr": ("can(cidrhost({}, 0))", "be a CIDR block"),
    "ipv4_cidr": ("can(cidrnetmask({}))", "be an IPv4 CIDR block"),
    "ipv6_cidr": ("can(cidrhost({}, 0))", "be an IPv6 CIDR block"),
}
_MOST_SHOWN = 12


def validation_block(fact: Fact | None, name: str, type_: str, *, carried: bool) -> str:
    """The `validation` block that keeps a variable within the limits; empty when there are none that it can check.

    Lists that were learned of another version must not refuse what came later: then the way of writing is checked.
    """
    found = _condition(fact, f"var.{name}", type_, carried) if fact is not None else None
    if found is None:
        return ""
    condition, must = found
    message = quote(f"The {name} must {must}.")
    return render_block("validation", [f"condition = {condition}", f"error_message = {message}"])


def _condition(fact: Fact, value: str, type_: str, carried: bool) -> tuple[str, str] | None:
    if type_ == "number":
        return _of_number(fact, value, carried)
    if type_ != "string":
        return None
    if fact.values and all(isinstance(item, str) for item in fact.values):
        return _of_values([*fact.values, *([""] if fact.empty else [])], value, carried, fold=fact.fold)
    if fact.format in _FORMATS:
        condition, must = _FORMATS[fact.format]
        return _unless_empty(condition.format(value), value, fact), must
    if fact.shortest is not None or fact.longest is not None:
        low = f"length({value}) >= {fact.shortest}" if fact.shortest is not None else ""
        high = f"length({value}) <= {fact.longest}" if fact.longest is not None else ""
        return _unless_empty(
            _both(low, high), value, fact
        ), f"have {_between(fact.shortest, fact.longest)} characters"
    return None


def _of_values(values: Sequence[str], value: str, carried: bool, *, fold: bool) -> tuple[str, str] | None:
    shown = ", ".join(values[:_MOST_SHOWN]) + (" …" if len(values) > _MOST_SHOWN else "")
    if not carried:
        subject, listed = (
            (f"lower({value})", [item.lower() for item in values]) if fold else (value, list(values))
        )
        return f"contains([{', '.join(map(quote, listed))}], {subject})", f"be one of {shown}"
    for characters in _SPELLINGS:
        if all(set(item) <= _members(characters) for item in values):
            return (
                f'can(regex("^[{characters}]*$", {value}))',
                f"be written as one of the known values: {shown}",
            )
    return None


def _members(characters: str) -> set[str]:
    found: set[str] = set()
    rest = characters
    while rest:
        if len(rest) > 2 and rest[1] == "-":
            found |= {chr(code) for code in range(ord(rest[0]), ord(rest[2]) + 1)}
            rest = rest[3:]
        else:
            found.add(rest[0])
            rest = rest[1:]
    return found


def _of_number(fact: Fact, value: str, carried: bool) -> tuple[str, str] | None:
    numbers: list[Any] = [item for item in fact.values if isinstance(item, int | float)]
    if numbers and not carried:
        return f"contains([{', '.join(f'{item:g}' for item in numbers)}], {value})", f"be one of {numbers}"
    least = min(numbers) if numbers else fact.low
    # Upper limits grow from version to version; lower ones hardly do.
    most = None if carried and least is not None else fact.high
    low = f"{value} >= {least:.15g}" if least is not None else ""
    high = f"{value} <= {most:.15g}" if most is not None else ""
    return (_both(low, high), f"be {_between(least, most)}") if low or high else None


def _both(low: str, high: str) -> str:
    return " && ".join(part for part in (low, high) if part)


def _unless_empty(condition: str, value: str, fact: Fact) -> str:
    return f'{value} == "" ? true : {condition}' if fact.empty else condition


def _between(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:.15g}"
    return f"at least {low:.15g}" if high is None else f"between {low:.15g} and {high:.15g}"
