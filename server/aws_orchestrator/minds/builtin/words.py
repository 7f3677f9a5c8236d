"""Which keywords a sentence wants and which it does not: `with versioning but without access logging`."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

_NEGATIVE = (
    r"without|w/o|excluding|except(?: for)?|minus|skip|skipping|omit|omitting|leave out|leaving out|drop|dropping"
    r"|disable|disabling|turn off|turning off|switch off|switching off|turn|switch|instead of|rather than"
    r"|do not|does not|don't|doesn't|never|not|no|neither|nor|anything but|everything but"
)
_POSITIVE = r"with|plus|including|include|having|but|add|adding|enable|enabling|also|use|using|keep|keeping"
_MARKER = re.compile(
    rf"\bnot (?:only|just)\b|\b(?:(?P<negative>{_NEGATIVE})|(?P<positive>{_POSITIVE}))\b"
    r"|(?P<end>[.;:!?](?=\s|$))|(?P<comma>,)|(?P<also>\band\b)"
)
_VERBS = frozenset(
    {
        "including",
        "include",
        "having",
        "add",
        "adding",
        "enable",
        "enabling",
        "use",
        "using",
        "keep",
        "keeping",
    }
)
# These only deny together with an `off` that follows: "turn versioning off", but "turn on versioning".
_TURN = frozenset({"turn", "switch"})
_REFUSALS = frozenset({"do not", "does not", "don't", "doesn't", "never", "not", "no"})
# A comma ends what these deny, and after a refusal `and` does too: "no versioning, access logging to x" and "no
# versioning and access logging to x" want the logging; "disable versioning and lifecycle" wants neither.
_NEAR = _REFUSALS | {"skip", "disable", "drop", "turn off", "switch off", "instead of", "rather than"}
_OFF_AFTER = re.compile(
    r"\s*(?:[:=]\s*)?(?:(?:is|are|be|being|stays?|turned|switched|should|must|shall|can|may|to)\s+)*"
    r"(?:off|disabled|false|no|unwanted|unnecessary|not\s+(?:needed|required|wanted|necessary|enabled))\b"
)


class Mention(NamedTuple):
    """One place where a sentence names something."""

    name: str
    start: int
    end: int
    wanted: bool


class _Turn(NamedTuple):
    """From here on the sentence wants, or does not want, what it names."""

    at: int
    wanted: bool


def mentions(sentence: str, keywords: Mapping[str, Iterable[str]]) -> tuple[Mention, ...]:
    """Every mention of the names' keywords, in order; the longest keyword wins where several fit.

    A keyword of several names mentions each of them.
    """
    text = sentence.lower()
    names: dict[str, list[str]] = {}
    for name, words in keywords.items():
        for word in words:
            owners = names.setdefault(_plain(word), [])
            if name not in owners:
                owners.append(name)
    names.pop("", None)
    if not names:
        return ()
    turns = tuple(_turns(text))
    starts = [turn.at for turn in turns]
    found = []
    for match in _pattern(names).finditer(text):
        before = bisect_right(starts, match.start()) - 1
        wanted = (
            (before < 0 or turns[before].wanted)
            and not match["un"]
            and not _OFF_AFTER.match(text, match.end())
        )
        found += [
            Mention(name, match.start(), match.end(), wanted) for name in names[_plain(match["keyword"])]
        ]
    return tuple(found)


def _pattern(names: Mapping[str, object]) -> re.Pattern[str]:
    # ASCII borders: scripts without blanks between words (S3バケット) still name the service.
    longest_first = sorted(names, key=lambda word: (-len(word), word))
    words = "|".join(r"[\s-]+".join(map(re.escape, word.split())) for word in longest_first)
    return re.compile(rf"(?<![a-z0-9_-])(?P<un>un-?|non-?)?(?P<keyword>{words})(?![a-z0-9_-])")


def _plain(word: str) -> str:
    """A keyword with every blank and hyphen the same."""
    return " ".join(word.lower().replace("-", " ").split())


def _turns(text: str) -> Iterator[_Turn]:
    """Where the sentence changes between wanting and not wanting, in one pass."""
    wanted, denial = True, ""
    last: re.Match[str] | None = None
    for marker in _MARKER.finditer(text):
        negative = marker["negative"]
        if negative in _TURN:
            # "turn versioning off": the word itself denies nothing.
            continue
        refused = (
            last is not None
            and last["negative"] in _REFUSALS
            and not text[last.end() : marker.start()].strip()
        )
        if negative:
            # A refusal right before it turns it round: "do not disable versioning", "not without versioning".
            wanted, denial = refused, negative
        elif marker["positive"]:
            # "do not enable versioning": the verb belongs to the refusal.
            wanted = not (refused and marker["positive"] in _VERBS)
        elif marker["end"] == ":" and last is not None and not text[last.end() : marker.start()].strip():
            # "without: versioning": the colon belongs to the word before it.
            continue
        elif (
            marker["end"] or (marker["comma"] and denial in _NEAR) or (marker["also"] and denial in _REFUSALS)
        ):
            wanted = True
        last = marker
        yield _Turn(marker.end(), wanted)
