"""What a variable is for, in a sentence made of facts: whose it is, what it takes, what leaving it out does."""

from collections.abc import Sequence

from aws_orchestrator.blueprint.render import render_value
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.minds.builtin.planner.shape import Field
from aws_orchestrator.minds.builtin.planner.wording import VERBS, listed, phrase, thing, with_article

_UNITS = {
    "_in_seconds": "in seconds",
    "_seconds": "in seconds",
    "_in_minutes": "in minutes",
    "_minutes": "in minutes",
    "_in_hours": "in hours",
    "_hours": "in hours",
    "_in_days": "in days",
    "_days": "in days",
    "_in_gb": "in GB",
    "_gb": "in GB",
    "_in_mb": "in MB",
    "_mb": "in MB",
    "_gib": "in GiB",
    "_mib": "in MiB",
    "_in_bytes": "in bytes",
    "_bytes": "in bytes",
    "_percentage": "in percent",
    "_percent": "in percent",
    "_milliseconds": "in milliseconds",
    "_ms": "in milliseconds",
}
_FORMATS = {
    "arn": "an ARN",
    "json": "JSON; `jsonencode` or a policy document makes it",
    "cidr": "a CIDR block",
    "account_id": "an account id of 12 digits",
    "rfc3339": "a time as in `2030-01-01T00:00:00Z`",
    "daily_window": "a daily window in UTC, as `03:00-04:00`",
    "weekly_window": "a weekly window in UTC, as `sun:05:00-sun:06:00`",
}
_SHOWN_VALUES = 12


def describe_input(field: Field, resource_type: str, excludes: Sequence[str] = ()) -> str:
    """The description of the variable that holds the field."""
    parts = [_what(field, thing(resource_type)), *_limits(field)]
    if excludes:
        parts.append(f"not together with {listed([f'`{name}`' for name in excludes])}")
    parts += _absence(field)
    if field.facts.replaces:
        parts.append("changing it replaces the resource")
    if field.write_only:
        parts.append("it is sent to AWS and kept in no state (Terraform 1.11)")
    elif field.sensitive:
        parts.append("it is secret, and the state holds it")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _what(field: Field, owner: str) -> str:
    if field.is_switch:
        return f"Whether the {owner} has the block `{field.name}`, which takes no arguments"
    if field.is_block:
        members = [f"`{inner.name}`" for inner in field.fields]
        shown = (
            listed(members[:4], "and")
            if len(members) <= 4
            else f"{', '.join(members[:3])} and {len(members) - 3} more"
        )
        kind = "A list of objects" if field.many else "Settings"
        return f"{kind} for {phrase(field.name)} of the {owner}, with {shown}"
    assert field.type is not None
    return _of_argument(field.name, field.type, owner)


def _of_argument(name: str, cty: CtyType, owner: str) -> str:
    if cty == "bool":
        return _whether(name, owner)
    for ending, unit in _UNITS.items():
        if name.endswith(ending) and cty == "number":
            return f"{phrase(name.removesuffix(ending))} of the {owner}, {unit}"
    if cty == "number":
        return f"{phrase(name)} of the {owner}, a number"
    if cty == "string":
        return _text(name, owner)
    kind = {"list": "a list", "set": "a set", "map": "a map", "object": "an object"}.get(cty[0], "a list")
    inner = cty[1] if isinstance(cty[1], str) else "object"
    of = "" if cty[0] == "object" else f" of {inner}s"
    return f"{phrase(name)} of the {owner}, {kind}{of}"


def _text(name: str, owner: str) -> str:
    for ending, kind in (("_arn", "ARN"), ("_id", "ID"), ("_url", "URL"), ("_name", "Name")):
        subject = name.removesuffix(ending)
        if name.endswith(ending):
            return f"{kind} of the {phrase(subject)} of the {owner}, a string"
    if name == "name":
        return f"Name of the {owner}"
    if name == "description":
        return f"What the {owner} is for, a string that people read in the console"
    return f"{phrase(name)} of the {owner}, a string"


def _whether(name: str, owner: str) -> str:
    parts = name.split("_")
    if parts[0] in ("enable", "enabled", "is", "has") and len(parts) > 1:
        return f"Whether {phrase('_'.join(parts[1:]))} is on for the {owner}"
    if parts[-1] in ("enabled", "enable") and len(parts) > 1:
        return f"Whether {phrase('_'.join(parts[:-1]))} is on for the {owner}"
    if parts[0] in VERBS:
        return f"Whether to {phrase(name)}, for the {owner}"
    if parts[-1].endswith(("able", "ible")):
        return f"Whether the {owner} is {phrase(name)}"
    return f"Whether {phrase(name)} applies to the {owner}"


def _limits(field: Field) -> list[str]:
    facts = field.facts
    parts = []
    if facts.allowed and len(facts.allowed) <= _SHOWN_VALUES:
        parts.append(f"one of {listed([f'`{value}`' for value in facts.allowed if value])}")
    elif facts.allowed:
        parts.append(f"one of {len(facts.allowed)} values such as `{facts.allowed[0]}`")
    if facts.minimum is not None and facts.maximum is not None:
        parts.append(f"from {plain_number(facts.minimum)} to {plain_number(facts.maximum)}")
    elif facts.minimum is not None:
        parts.append(f"at least {plain_number(facts.minimum)}")
    elif facts.maximum is not None:
        parts.append(f"at most {plain_number(facts.maximum)}")
    if facts.max_length is not None and not facts.allowed:
        parts.append(f"{facts.min_length or 0} to {facts.max_length} characters")
    if facts.format in _FORMATS and not (facts.format == "arn" and field.name.endswith("arn")):
        parts.append(_FORMATS[facts.format])
    if field.many and field.max_items:
        parts.append(f"at most {field.max_items} of them")
    return parts


def _absence(field: Field) -> list[str]:
    if field.required:
        return [] if _limits(field) else ["it has no default"]
    if field.default == {}:
        return ["what is left out has safe defaults"]
    if field.default is not None:
        shown = render_value(field.default)
        return [f"the module takes `{shown}`, which the security standards ask for"]
    if field.fallback is not None:
        others = listed([f"`{name}`" for name in field.excluders])
        return [f"`null` takes `{render_value(field.fallback)}`, which is safe, unless {others} is given"]
    if field.is_switch:
        return ["off unless it is set to `true`"]
    if field.many:
        return ["an empty list writes none"]
    if field.is_block:
        return [f"`null` writes no {with_article(phrase(field.name)).partition(' ')[2]}"]
    default = field.facts.default
    if default is not None and default != '""':
        shown = default if isinstance(default, str) else str(default).lower()
        return [f"`null` takes the provider's default, `{shown.strip(chr(34))}`"]
    return ["`null` leaves it to AWS"]


def plain_number(number: float) -> str:
    """The number as people write it, whole where it is whole."""
    return str(int(number)) if number == int(number) else str(number)
