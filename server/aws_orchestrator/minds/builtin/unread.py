"""The parts of a request that nothing took: what a person said and a module would silently lack."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from aws_orchestrator.minds.builtin.planner.service_table import SERVICES
from aws_orchestrator.minds.builtin.planner.wording import COMMON, EMPTY

_MOST_PARTS = 40
_PART = re.compile(r"(?:[^,;.!?\n]|[.](?=\S))+")
_JOINT = re.compile(
    r"\b(?:and|with|without|plus|including|but|that|which|for|in|as well as|also|then)\b|[()]", re.IGNORECASE
)
# Services and values are never a mere purpose: a role for Lambda, kept for 30 days.
_SERVICE_WORDS = sorted({word for service in SERVICES for word in service.words}, key=len, reverse=True)
_TELLING = re.compile(rf"\d|\b(?:{'|'.join(map(re.escape, _SERVICE_WORDS))})\b")
_WORD = re.compile(r"[\w./:-]*\w")


class Part(NamedTuple):
    """A part of a request that may have told nothing."""

    said: str
    without: str
    """The request without it: where that is understood as the whole, the part was not understood."""


def parts_of(request: str, known: Collection[str]) -> Iterator[Part]:
    """The parts of a request that say more than the `known` words (the service's own), and the values in the others."""
    text = request[:4000]
    told = COMMON | EMPTY | {_stem(word) for word in known}
    for start, end, joint in list(_spans(text))[:_MOST_PARTS]:
        said = text[start:end]
        if joint == "for" and not _TELLING.search(said.lower()):
            # What it is for is no part of it: a bucket for invoices.
            continue
        words = [match for match in _WORD.finditer(said) if _stem(match[0].lower()) not in told]
        words = [match for match in words if match[0].lower() not in told]
        if not words:
            continue
        first, last = words[0].start(), words[-1].end()
        yield Part(said[first:last], f"{text[: start + first]} {text[start + last :]}")
        values = [match for match in words if any(letter.isdigit() for letter in match[0])]
        for match in values if len(words) > 1 else ():
            yield Part(match[0], f"{text[: start + match.start()]} {text[start + match.end() :]}")


def without_inner(parts: list[str]) -> tuple[str, ...]:
    """The parts, each once, without those inside another."""
    once = list(dict.fromkeys(parts))
    return tuple(part for part in once if not any(part != other and part in other for other in once))


def _spans(text: str) -> Iterator[tuple[int, int, str]]:
    """The pieces between commas and joints, each with the joint before it."""
    for part in _PART.finditer(text):
        at, before = part.start(), ""
        for joint in _JOINT.finditer(text, part.start(), part.end()):
            yield at, joint.start(), before
            at, before = joint.end(), joint[0].lower()
        yield at, part.end(), before


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
