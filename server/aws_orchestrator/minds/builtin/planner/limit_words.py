"""What a value may be, in clauses for people: the allowed values, the range, the length, the format."""

from aws_orchestrator.minds.builtin.planner.shape import Field
from aws_orchestrator.minds.builtin.planner.wording import listed

_FORMATS = {
    "arn": "an ARN",
    "json": "JSON, as `jsonencode()` or a policy document makes it",
    "cidr": "a CIDR block",
    "account_id": "an account id of 12 digits",
    "rfc3339": "a time as in `2030-01-01T00:00:00Z`",
    "time_of_day": "a time of day, as `03:30`",
    "daily_window": "a daily window in UTC, as `03:00-04:00`",
    "weekly_window": "a weekly window in UTC, as `sun:05:00-sun:06:00`",
    "duration": "a duration, as `30s` or `1h30m`",
    "boolean": "`true` or `false`, as a text",
    "uuid": "a UUID",
    "base64": "base64",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "ip": "an IP address",
}
_SHOWN_VALUES = 12


def limits_of(field: Field) -> list[str]:
    """What is known of the values of an argument or the number of a block's objects; empty when nothing is."""
    facts = field.facts
    each = "each " if isinstance(field.type, list) else ""
    parts = []
    if facts.allowed:
        parts.append(f"{each}one of {shown_values(facts.allowed)}")
    if facts.minimum is not None and facts.maximum is not None:
        parts.append(f"{each}from {plain_number(facts.minimum)} to {plain_number(facts.maximum)}")
    elif facts.minimum is not None:
        parts.append(f"{each}at least {plain_number(facts.minimum)}")
    elif facts.maximum is not None:
        parts.append(f"{each}at most {plain_number(facts.maximum)}")
    if facts.multiple:
        besides = [plain_number(number) for number in facts.numbers_besides]
        others = f", or {listed(besides)}" if besides else ""
        parts.append(f"{each}a multiple of {facts.multiple}{others}")
    if facts.max_length is not None and not facts.allowed:
        size = f"{facts.min_length} to" if facts.min_length else "at most"
        parts.append(f"{each}{size} {facts.max_length} characters")
    if facts.format in _FORMATS and not (facts.format == "arn" and field.name.endswith("arn")):
        others = (
            f", or {listed([f'`{text}`' for text in facts.texts_besides])}" if facts.texts_besides else ""
        )
        parts.append(f"{each}{_FORMATS[facts.format]}{others}")
    if field.many and field.max_items:
        parts.append(f"at most {field.max_items} of them")
    return parts


def shown_values(values: tuple[str, ...]) -> str:
    """The values for a sentence: all of few, of many the last ones, which are the newest."""
    known = [value for value in values if value]
    if len(known) <= _SHOWN_VALUES:
        return listed([f"`{value}`" for value in known]) if known else "an empty text"
    return f"{len(known)} values such as {listed([f'`{value}`' for value in known[-3:]])}"


def plain_number(number: float) -> str:
    """The number as people write it, whole where it is whole."""
    return str(int(number)) if number == int(number) else str(number)
