"""Numbers, sizes and times of a sentence, given to the arguments that they speak of, in the argument's unit."""

import re
from collections.abc import Iterator, Sequence

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.minds.builtin.planner.shape import Field

NUMBER_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "dozen": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "hundred": 100,
}
_SECONDS = {
    "second": 1,
    "sec": 1,
    "s": 1,
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "h": 3600,
    "day": 86400,
    "week": 604800,
}
_MEGABYTES = {
    "kb": 1 / 1024,
    "mb": 1,
    "mib": 1,
    "gb": 1024,
    "gib": 1024,
    "tb": 1024 * 1024,
    "tib": 1024 * 1024,
    "meg": 1,
    "megabyte": 1,
    "gig": 1024,
    "gigabyte": 1024,
    "terabyte": 1024 * 1024,
}
_QUANTITY = re.compile(
    rf"(?<![\w.])(?P<number>\d+(?:\.\d+)?|{'|'.join(NUMBER_WORDS)})[\s-]*(?P<unit>seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|[kmgt]i?b|megs?|gigs?|(?:mega|giga|tera)bytes?)?\b(?!\.\w)"
)
# Arguments that hold a size in gigabytes without saying so in their names.
_GIGABYTES = frozenset(
    {"allocated_storage", "size", "volume_size", "storage_capacity", "max_allocated_storage"}
)
_MEGABYTE_ARGUMENTS = frozenset({"memory_size", "memory"})
# Arguments that hold seconds or days without saying so.
_TIMES = {
    "timeout": 1,
    "backup_retention_period": 86400,
    "retention_period": 3600,
    "deletion_window_in_days": 86400,
    "performance_insights_retention_period": 86400,
    "automatic_snapshot_retention_period": 86400,
    "period": 1,
}
# Endings of arguments that hold a time in seconds.
_SECOND_ENDINGS = ("timeout", "duration", "interval", "ttl", "cooldown", "grace_period", "delay")
# What people say instead of an argument's word.
_SPOKEN = (
    (re.compile(r"\btimes? out\b"), "timeout"),
    (re.compile(r"\b(?:kept|keeps?|keeping|retain(?:ed|s)?|stored for)\b"), "retention"),
    (re.compile(r"\bbackups\b"), "backup"),
)
_UNITS = {"_seconds": 1, "_minutes": 60, "_hours": 3600, "_days": 86400}
_NOISE = frozenset(
    {
        "in",
        "of",
        "the",
        "max",
        "maximum",
        "number",
        "desired",
        "days",
        "seconds",
        "minutes",
        "hours",
        "period",
        "aws",
        "num",
        "count",
    }
)
_CLASS = re.compile(
    r"\b(?:db\.|cache\.|kafka\.|mq\.|ml\.)?[a-z]{1,3}\d[a-z0-9-]*\.(?:nano|micro|small|medium|large|\d*xlarge|metal)\b"
)
_CIDR = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}\b")


def amounts_of(text: str, fields: Sequence[Field]) -> dict[str, Value]:
    """Values of arguments that the text gives with a number, by argument."""
    found: dict[str, Value] = {}
    for name, value in (*_classes(text, fields), *_networks(text, fields), *_quantities(text, fields)):
        found.setdefault(name, value)
    return found


def _classes(text: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    names = {field.name for field in fields if field.type == "string"}
    for match in _CLASS.finditer(text):
        for name in ("instance_class", "instance_type", "node_type"):
            if name in names:
                yield name, quote(match[0])


def _networks(text: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    match = _CIDR.search(text)
    name = next(
        (field.name for field in fields if field.name in ("cidr_block", "destination_cidr_block")), None
    )
    if match and name:
        yield name, quote(match[0])


def _quantities(text: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    numbers = [field for field in fields if field.type == "number"]
    for pattern, word in _SPOKEN:
        text = pattern.sub(word, text)
    for match in _QUANTITY.finditer(text):
        unit = (match["unit"] or "").rstrip("s") if match["unit"] != "s" else "s"
        number = float(NUMBER_WORDS.get(match["number"], 0) or match["number"])
        around = (
            f"{text[max(0, match.start() - 40) : match.start()]} | {text[match.end() : match.end() + 32]}"
        )
        best = max(
            ((score, field) for field in numbers if (score := _fits(field.name, unit, around)) > 0),
            key=lambda pair: (pair[0], -len(pair[1].name)),
            default=None,
        )
        if best is not None:
            value = _converted(number, unit, best[1].name)
            if value is not None:
                yield best[1].name, value


def _fits(name: str, unit: str, around: str) -> float:
    """How surely a number speaks of an argument: the argument's words near it, and the right kind of unit."""
    kind = _kind(name)
    wanted = "time" if unit in _SECONDS else "size" if unit in _MEGABYTES else ""
    if wanted and kind != wanted:
        return 0
    before, _, after = around.partition(" | ")
    # What follows a number counts it; what precedes it names it. Neither reaches over a comma or an "and".
    near = re.split(r",|;|\band\b|\bwith\b", before)[-1] + " " + re.split(r",|;|\band\b|\bwith\b", after)[0]
    spoken = re.findall(r"[a-z]+", near)
    words = [word for word in re.split(r"_", name) if word not in _NOISE] or name.split("_")
    met = sum(any(_same(word, other) for other in spoken) for word in words)
    if not met:
        return 0.3 if wanted == "size" and kind == "size" else 0
    return met / len(words) + met * 0.2


def _same(word: str, other: str) -> bool:
    return (
        word == other
        or word == other.rstrip("s")
        or word.rstrip("s") == other
        or (len(word) > 4 and other.startswith(word[:-1]))
    )


def _kind(name: str) -> str:
    if name in _TIMES or name.endswith((*_UNITS, *_SECOND_ENDINGS)):
        return "time"
    if (
        name in _GIGABYTES
        or name in _MEGABYTE_ARGUMENTS
        or name.endswith(("_gb", "_mb", "_gib", "_mib", "_bytes"))
    ):
        return "size"
    return "count"


def _converted(number: float, unit: str, name: str) -> int | None:
    if not unit:
        return int(number) if number == int(number) else None
    if unit in _SECONDS:
        base = next((size for ending, size in _UNITS.items() if name.endswith(ending)), _TIMES.get(name, 1))
        value = number * _SECONDS[unit] / base
    elif unit in _MEGABYTES:
        base = 1024 if name in _GIGABYTES or name.endswith(("_gb", "_gib")) else 1
        value = number * _MEGABYTES[unit] / base
        value = value * 1024 * 1024 if name.endswith("_bytes") else value
    else:
        return None
    return int(value) if value == int(value) else None
