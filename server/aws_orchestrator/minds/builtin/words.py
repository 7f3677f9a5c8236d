"""Which keywords a sentence wants and which it does not: `with versioning but without access logging`."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_NEGATIVE = (
    r"without|excluding|except(?: for)?|minus|skip|skipping|omit|omitting|leave out|leaving out|disable|do not|don't|not|no"
    r"|neither|nor"
)
_POSITIVE = r"with|plus|including|include|having|but|add|adding|enable|enabling|also|use|using"
_MARKER = re.compile(
    rf"\b(?:(?P<negative>{_NEGATIVE})|(?P<positive>{_POSITIVE}))\b|(?P<end>[.;!?](?=\s|$))|(?P<comma>,|\band\b|\bor\b)"
)
# These deny only what follows at once: "no versioning, access logging to x" wants the logging.
_NEAR = frozenset({"no", "not", "disable", "skip"})
_DENIED_AFTER = re.compile(
    r"\s*(?:[:=]\s*)?(?:is\s+|are\s+|turned\s+|switched\s+)?(?:off|disabled|false|no)\b"
)


class Mention(NamedTuple):
    """One place where a sentence names something."""

    name: str
    start: int
    end: int
    wanted: bool


def mentions(sentence: str, keywords: Mapping[str, Iterable[str]]) -> tuple[Mention, ...]:
    """Every mention of the names' keywords, in order; the longest keyword wins where several fit."""
    text = sentence.lower()
    found: list[Mention] = []
    pairs = sorted(
        ((word.lower(), name) for name, words in keywords.items() for word in words),
        key=lambda pair: -len(pair[0]),
    )
    for word, name in pairs:
        for match in re.finditer(rf"(?<![\w-])(?P<un>un|non-?)?{_flexible(word)}(?![\w-])", text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            wanted = _wanted(text, start, end) and not match["un"]
            found.append(Mention(name, start, end, wanted))
    return tuple(sorted(found, key=lambda mention: mention.start))


def _flexible(word: str) -> str:
    """A keyword as a pattern: blanks and hyphens are the same."""
    return re.sub(r"(?:\\ |\\-|-| )+", r"[\\s-]+", re.escape(word))


def _wanted(text: str, start: int, end: int) -> bool:
    if _DENIED_AFTER.match(text, end):
        return False
    wanted, near = True, False
    for marker in _MARKER.finditer(text, 0, start):
        if marker["negative"]:
            wanted, near = False, marker["negative"] in _NEAR
        elif marker["positive"] or marker["end"] or (marker["comma"] and near):
            wanted = True
    return wanted
