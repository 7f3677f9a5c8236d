"""Numbers, sizes and times of a sentence, given to the arguments that they speak of, in the argument's unit."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

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
# The number of an account is no amount.
_ARN = re.compile(r"\barn:[a-z-]+:\S+")
_SPOKEN_OF = {
    # What AWS calls a node group is a shard, and its nodes are "cache clusters".
    "aws_elasticache_replication_group": (
        (re.compile(r"\bnodes?\b"), "cache clusters"),
        (re.compile(r"\bshards?\b"), "node groups"),
    ),
}
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
    r"\b(?:(?:db|cache|kafka|mq|ml|dax)\.)?[a-z]{1,4}\d[a-z0-9-]*"
    r"\.(?:nano|micro|small|medium|large|\d*xlarge|xlplus|metal)(?:\.search)?\b"
)
# Last words of arguments that measure something else than how many there are of the words before.
_MEASURES = frozenset(
    {
        "age",
        "alarm",
        "id",
        "level",
        "lifetime",
        "number",
        "percent",
        "percentage",
        "port",
        "priority",
        "threshold",
    }
    | {"version", "warmup", "weight"}
)
_SURE = 0.7
_RANGE = re.compile(r"\b(?:between |from )?(?P<low>\d{1,4})\s*(?:to|and|-|–)\s*(?P<high>\d{1,4})(?=\s+[a-z])")
_CIDR = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}\b")


def amounts_of(text: str, resource_type: str, fields: Sequence[Field]) -> dict[str, Value]:
    """Values of arguments that the text gives with a number, by argument; those inside a block as an object.

    A block that is there once is read into; where something else of it must be given too, it is left alone.
    """
    found: dict[str, Value] = {}
    text = _ARN.sub(" ", text)
    for pattern, word in (*_SPOKEN, *_SPOKEN_OF.get(resource_type, ())):
        text = pattern.sub(word, text)
    text, ranges = _ranges(text, fields)
    for name, value in (
        *ranges,
        *_classes(text, fields),
        *_networks(text, fields),
        *_quantities(text, fields),
    ):
        found.setdefault(name, value)
    return found


def _ranges(text: str, fields: Sequence[Field]) -> tuple[str, tuple[tuple[str, Value], ...]]:
    """The text without “2 to 6”, and the two arguments that take it, where only one pair is a least and a most."""
    names = {field.name for field in fields if field.type == "number"}
    pairs = [(name, f"max_{name.removeprefix('min_')}") for name in names if name.startswith("min_")]
    pairs = [pair for pair in pairs if pair[1] in names]
    match = _RANGE.search(text)
    if match is None or len(pairs) != 1 or int(match["low"]) > int(match["high"]):
        return text, ()
    ((least, most),) = pairs
    rest = f"{text[: match.start()]} {text[match.end() :]}"
    return rest, ((least, int(match["low"])), (most, int(match["high"])))


def _classes(text: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    places = {place.name: place for place in reversed(_places(fields, "string"))}
    for match in _CLASS.finditer(text):
        for name in ("instance_class", "instance_type", "node_type"):
            if name in places:
                yield from _placed(places[name], quote(match[0]))


def _networks(text: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    match = _CIDR.search(text)
    name = next(
        (field.name for field in fields if field.name in ("cidr_block", "destination_cidr_block")), None
    )
    if match and name:
        yield name, quote(match[0])


def _quantities(text: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    places = _places(fields, "number")
    for match in _QUANTITY.finditer(text):
        unit = (match["unit"] or "").rstrip("s") if match["unit"] != "s" else "s"
        number = float(NUMBER_WORDS.get(match["number"], 0) or match["number"])
        around = (
            f"{text[max(0, match.start() - 40) : match.start()]} | {text[match.end() : match.end() + 32]}"
        )
        scored = [(score, place) for place in places if (score := _fits(place.name, unit, around)) > 0]
        # A number belongs into a block only where the block's argument is spoken of by name.
        one_size = unit in _MEGABYTES and sum(_kind(place.name) == "size" for place in places) == 1
        scored = [item for item in scored if item[1].block is None or item[0] >= _SURE or one_size]
        best = max(scored, key=lambda item: (item[0], not item[1].block, -len(item[1].name)), default=None)
        if best is not None and best[1].block and any(_rivals(best, item) for item in scored):
            best = None
        if best is not None:
            value = _converted(number, unit, best[1].name)
            if value is not None:
                yield from _placed(best[1], value)


def _rivals(one: tuple[float, "_Place"], other: tuple[float, "_Place"]) -> bool:
    """Whether an argument of the same name in another block could as well be meant."""
    return one[0] == other[0] and one[1].name == other[1].name and one[1].block != other[1].block


class _Place(NamedTuple):
    """An argument that may take a value: of the resource, or of a block of it that is there once."""

    name: str
    block: Field | None = None


def _places(fields: Sequence[Field], kind: str) -> list[_Place]:
    found = [_Place(field.name) for field in fields if field.type == kind]
    for block in fields:
        if block.is_block and not block.many and block.name != "timeouts":
            found += [_Place(field.name, block) for field in block.fields if field.type == kind]
    return found


def _placed(place: _Place, value: Value) -> Iterator[tuple[str, Value]]:
    """The value where it belongs; nothing when its block needs more than the text says."""
    block = place.block
    if block is None:
        yield place.name, value
        return
    given = {**(block.default if isinstance(block.default, dict) else {}), place.name: value}
    for field in block.fields:
        if field.required and field.name not in given:
            if not field.name.endswith("enabled") or field.type != "bool":
                return
            given[field.name] = True
    yield block.name, given


def _fits(name: str, unit: str, around: str) -> float:
    """How surely a number speaks of an argument: the argument's words near it, and the right kind of unit."""
    kind = _kind(name)
    before, _, after = around.partition(" | ")
    if after.startswith(("%", " %", " percent")):
        return 1 if name.startswith("threshold") or "percent" in name else 0
    wanted = "time" if unit in _SECONDS else "size" if unit in _MEGABYTES else ""
    if wanted and kind != wanted:
        return 0
    # What follows a number counts it; what precedes it names it. Neither reaches over a comma or an "and".
    near = re.split(r",|;|\band\b|\bwith\b", before)[-1] + " " + re.split(r",|;|\band\b|\bwith\b", after)[0]
    spoken = re.findall(r"[a-z]+", near)
    words = [word for word in re.split(r"_", name) if word not in _NOISE] or name.split("_")
    met = [any(_same(word, other) for other in spoken) for word in words]
    if not any(met):
        return 0.3 if wanted == "size" and kind == "size" else 0
    if not wanted and words[-1] in _MEASURES and not met[-1]:
        # `max_instance_lifetime` is no number of instances.
        return 0
    return sum(met) / len(words) + sum(met) * 0.2


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
