"""A provider's complaints read as facts: the sentences of the SDK's, the framework's and the AWS provider's validators.

Only numbers, values and expressions are taken from a sentence. What a sentence seems to say is believed only after
the provider agreed with it on every value that it was asked (`probe/leaf.py`).
"""

import re
from dataclasses import dataclass
from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Fact
from aws_orchestrator.catalog.plugin.messages import Path

_NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"
_TEXT_VALUES = re.compile(
    r"(?:to be one of|must be one of:?|[Vv]alid [Vv]alues(?: are)?:|Expecting One Of:|must be one of these values:)"
    r"\s*\[(.*?)\](?:,? got|\s*$|\.|$)",
    re.DOTALL,
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LENGTHS = (
    (re.compile(rf"length of .+ to be in the range \({_NUMBER} - {_NUMBER}\)"), "both"),
    (re.compile(rf"(?:string length|UTF-8 character count) must be between {_NUMBER} and {_NUMBER}"), "both"),
    (re.compile(rf"(?:string length|UTF-8 character count) must be at least {_NUMBER}"), "low"),
    (re.compile(rf"(?:string length|UTF-8 character count) must be at most {_NUMBER}"), "high"),
    (
        re.compile(
            rf"(?:must|should) (?:be|have) (?:between|a length between) {_NUMBER} (?:and|to) {_NUMBER} characters"
        ),
        "both",
    ),
    (
        re.compile(
            rf"(?:cannot|can not|must not|should not|can't) be (?:longer|greater|more) than {_NUMBER} char"
        ),
        "high",
    ),
    (re.compile(rf"(?:at most|no more than|up to|less than or equal to) {_NUMBER} char"), "high"),
    (re.compile(rf"cannot be (?:shorter|less|fewer) than {_NUMBER} char"), "low"),
    (re.compile(rf"(?:length must be between|between) {_NUMBER}(?:-| and ){_NUMBER} characters"), "both"),
    (re.compile(rf"cannot be (?:less|fewer|shorter) than {_NUMBER} UTF-8"), "low"),
    (re.compile(rf"cannot be (?:longer|greater|more) than {_NUMBER} UTF-8"), "high"),
    (re.compile(r"(?:to|must|should|can) ?not be (?:an )?empty|cannot be empty|must not be empty"), "filled"),
)
_RANGES = (
    (re.compile(rf"to be in the range \({_NUMBER} - {_NUMBER}\)"), "both"),
    (re.compile(rf"value must be between {_NUMBER} and {_NUMBER}"), "both"),
    (re.compile(rf"(?:to be|value must be) at least \(?{_NUMBER}\)?"), "low"),
    (re.compile(rf"(?:to be|value must be) at most \(?{_NUMBER}\)?"), "high"),
)
_SIZES = (
    (
        re.compile(r"(?:list|set|map) must contain at least (\d+) elements? and at most (\d+) elements?"),
        "both",
    ),
    (re.compile(r"(?:list|set|map) must contain at least (\d+) elements?"), "low"),
    (re.compile(r"(?:list|set|map) must contain at most (\d+) elements?"), "high"),
    (re.compile(r"supports (\d+) item maximum"), "high"),
    (re.compile(r"requires (\d+) item minimum"), "low"),
)
_PATTERN = re.compile(
    r'match regular expression:? "((?:[^"\\]|\\.)*)"|match regular expression \'(.*?)\'', re.DOTALL
)
_LOOSE_PATTERN = re.compile(
    r"(?:must match|restrictions|[Rr]egex|regular expression|pattern)[^^\[]{0,20}?"
    r"[\"'`( ](\^?\[.*?|\^.*?\$)[\"'`)]*(?:[,:]? got|: |, |\)|$)",
    re.DOTALL,
)
_BARE_PATTERN = re.compile(r"(\^\S*?\$)(?=[,\s)\"'`]|$)")
_UNSETTABLE = re.compile(
    r"Invalid or unknown key|cannot be set|Value for unconfigurable attribute|Read-Only Attribute"
)
_WHOLE = re.compile(r"must be a whole number|is not an integer|is not an int\b|cannot be represented as")
_MULTIPLE = re.compile(r"to be divisible by (\d+)")
_REQUIRED = re.compile(
    r"configuration value .{0,200}as the provider has marked it as required|is required, but no definition",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One error of the provider: its words, and its path where that can be relied on.

    The SDK gives a random path three blocks deep, so it is left out; the framework's tells equal words of neighbours apart.
    """

    summary: str
    detail: str
    path: Path = ()

    @property
    def text(self) -> str:
        """All of its words."""
        return f"{self.summary} {self.detail}".strip()


def fact_in(complaint: Complaint, subject: Any) -> Fact | None:
    """The fact about the value that the complaint states; None when it cannot be read.

    `subject` is the value that was refused: which sentences make sense depends on its type.
    """
    text = complaint.text
    if _UNSETTABLE.search(text):
        return Fact(unsettable=True)
    if isinstance(subject, (list, dict)):
        found = _limits(text, _SIZES)
        return Fact(fewest=_whole(found[0]), most=_whole(found[1])) if found else None
    values = values_in(text, subject)
    if values:
        return Fact(values=values)
    if isinstance(subject, str):
        return _text_fact(text)
    if "32-bit" in text and float(subject).is_integer():
        return Fact(low=-(2**31), high=2**31 - 1)
    if _WHOLE.search(text) and not float(subject).is_integer():
        return Fact(integer=True)
    multiple = _MULTIPLE.search(text)
    if multiple:
        return Fact(step=int(multiple[1]))
    found = _limits(text, _RANGES)
    return Fact(low=_plain(found[0]), high=_plain(found[1])) if found else None


def requires_value(complaint: Complaint) -> bool:
    """Whether the complaint is that something required is missing."""
    return _REQUIRED.search(complaint.text) is not None


def values_in(text: str, subject: Any) -> tuple[Any, ...]:
    """The allowed values that a sentence lists; texts for a text, numbers for a number."""
    match = _TEXT_VALUES.search(text)
    if match is None:
        return ()
    inside = match[1]
    if isinstance(subject, str):
        quoted = _QUOTED.findall(inside)
        return tuple(dict.fromkeys(_unescaped(one) for one in quoted)) or tuple(inside.split())
    try:
        return tuple(_plain(float(one)) for one in inside.replace(",", " ").replace('"', "").split())
    except ValueError:
        return ()


def python_pattern(go: str) -> str | None:
    """Go's regular expression in Python's syntax; None when it has no such form."""
    if "[[:" in go or re.search(r"\\p|\\P|\\C|\\Q", go) or "(?" in go.replace("(?:", "").replace("(?i)", ""):
        return None
    # Go's $ is the end of the text, Python's may stand before a last line break.
    translated = re.sub(r"(?<!\\)((?:\\\\)*)\$(?=$|[|)])", r"\1\\Z", go.replace(r"\z", r"\Z"))
    try:
        re.compile(translated, re.ASCII)
    except (re.error, OverflowError):
        return None
    return translated


def _text_fact(text: str) -> Fact | None:
    written = _pattern_in(text)
    if written is not None:
        translated = python_pattern(written)
        return Fact(pattern=translated) if translated else None
    for expression, kind in _LENGTHS:
        match = expression.search(text)
        if match is None:
            continue
        if kind == "filled":
            return Fact(shortest=1)
        low, high = _ends(match, kind)
        return Fact(shortest=_whole(low), longest=_whole(high), characters="UTF-8" in text)
    return None


def _pattern_in(text: str) -> str | None:
    match = _PATTERN.search(text)
    if match:
        return _unescaped(match[1]) if match[1] is not None else match[2]
    loose = _LOOSE_PATTERN.search(text) or _BARE_PATTERN.search(text)
    return loose[1].strip("\"'`") if loose else None


def _limits(
    text: str, sentences: tuple[tuple["re.Pattern[str]", str], ...]
) -> tuple[float | None, float | None] | None:
    for expression, kind in sentences:
        match = expression.search(text)
        if match:
            return _ends(match, kind)
    return None


def _ends(match: "re.Match[str]", kind: str) -> tuple[float | None, float | None]:
    numbers = [float(one.rstrip(".")) for one in match.groups() if one]
    if kind == "both":
        return numbers[0], numbers[1]
    return (numbers[0], None) if kind == "low" else (None, numbers[0])


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _plain(value: float | None) -> Any:
    return int(value) if value is not None and value == int(value) else value


def _unescaped(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")
