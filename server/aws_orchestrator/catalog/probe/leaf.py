"""Learning what is checked of one value: ask, read the complaints, believe only what every answer agrees with."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.knowledge_facts import Fact
from aws_orchestrator.catalog.knowledge_formats import FORMATS
from aws_orchestrator.catalog.probe.battery import BATTERY, BOGUS, END, LONGER, MIDDLE, SPECIAL, START
from aws_orchestrator.catalog.probe.leaf_number import learn_number, with_whole_numbers
from aws_orchestrator.catalog.probe.sentences import Complaint, fact_in
from aws_orchestrator.catalog.probe.trials import (
    Ask,
    Trials,
    bisected,
    confirmed,
    example_of,
    finished,
    listed_values,
    merged_facts,
    stricter,
)

_PLAIN = re.compile("[a-z0-9]*")
_LONG_TEXT = 30
_LONGEST_MEASURED = 70_000
_PLAIN_LENGTH = 6
_CORE_ACCEPTED, _CORE_REFUSED = 4, 8


@dataclass
class Memory:
    """Which battery verdicts went with which sentence before, so that the whole battery is asked once a sentence."""

    seen: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    leaves: dict[tuple[str, int, str], tuple[str, Fact]] = field(default_factory=dict)
    """What was said of and learned about an argument of a block that several types of a service have in common."""


def learn_value(ask: Ask, expression: CtyType, memory: Memory) -> Fact:
    """All that is checked of a value of that type."""
    match expression:
        case "string":
            return _learn_text(Trials(ask), memory)
        case "number":
            return learn_number(Trials(ask))
        case "bool":
            return _learn_flag(Trials(ask))
        case ["list" | "set", "string" | "number" as element]:
            return _learn_collection(ask, element, memory, lambda one: [one])
        case ["map", "string" | "number" as element]:
            return _learn_collection(ask, element, memory, lambda one: {"k": one})
        case _:
            return Fact()


def _learn_text(trials: Trials, memory: Memory) -> Fact:
    bogus = trials.refused(BOGUS)
    if any(fact.unsettable for fact in trials.facts()):
        return Fact(unsettable=True)
    trials.refused("")
    trials.refused(LONGER)
    if not bogus:
        return _measured(trials, merged_facts(trials))
    values = next((fact.values for fact in trials.facts() if fact.values), ())
    if values and len(bogus) == 1:
        return confirmed(trials, values)
    _ask_battery(trials, bogus, memory)
    _doubt(trials)
    if values:
        # Complaints about other things beside the list: one of several validators may be enough.
        listed = listed_values(trials, values)
        if any(value and listed.complaint(value) for value in trials.accepted):
            return _with_format(trials, Fact(unread=True, besides=listed.values, example=example_of(trials)))
        return listed
    if _may_be_an_arn(trials, bogus):
        return Fact(unread=True, example=example_of(trials))
    fact = merged_facts(trials)
    if fact.unread:
        fact = _with_format(trials, fact)
    if fact.unread:
        fact = with_whole_numbers(trials, fact)
    if fact.unread:
        fact = _with_letters(trials, _with_lengths(trials, fact))
    return _measured(trials, fact)


def _may_be_an_arn(trials: Trials, bogus: frozenset[Complaint]) -> bool:
    """Whether "an id or an ARN" is wanted and no ARN that was asked is of the right kind: the ids are only half of it."""
    told = len(bogus) > 1 and any("ARN" in one.text for one in bogus)
    return told and not any(isinstance(one, str) and one.startswith("arn:") for one in trials.accepted)


def _ask_battery(trials: Trials, complaints: frozenset[Complaint], memory: Memory) -> None:
    sentence = sentence_of(complaints)
    known = memory.seen.get(sentence)
    if known is not None:
        good, bad = known
        core = (*good[:_CORE_ACCEPTED], *_spread(bad, _CORE_REFUSED))
        if all(trials.accepts(text) == (text in good) for text in core):
            trials.supposed = dict.fromkeys(good, True) | dict.fromkeys(bad, False)
            return
    verdicts = {text: trials.accepts(text) for text in BATTERY}
    memory.seen[sentence] = (
        tuple(text for text, good in verdicts.items() if good),
        tuple(text for text, good in verdicts.items() if not good),
    )


def sentence_of(complaints: frozenset[Complaint]) -> str:
    """What is said, without names: the same for arguments that are checked by the same code."""
    return " & ".join(sorted(_signature(one) for one in complaints))


def _doubt(trials: Trials) -> None:
    """Ask what was only supposed to be accepted, where a sentence that was read says otherwise.

    Arguments share a sentence about letters and differ in another one about the length; they share one about addresses
    and differ in the family.
    """
    read = [fact for fact in trials.facts() if not fact.values and not fact.unsettable]
    known = [text for text in trials.accepted if text]
    possible = [has for has in FORMATS.values() if known and all(map(has, known))]
    for text, good in trials.supposed.items():
        doubtful = _tells_length(text) or any(has(text) for has in possible)
        if any(fact.complaint(text) for fact in read) if good else doubtful:
            trials.refused(text)


def _tells_length(text: str) -> bool:
    return len(text) > _LONG_TEXT or _PLAIN.fullmatch(text) is not None


def _spread(texts: tuple[str, ...], number: int) -> tuple[str, ...]:
    return texts[:: max(1, len(texts) // number)]


def _signature(complaint: Complaint) -> str:
    """The sentence without the place: what is before the value, names in quotes and paths of names left out."""
    text = complaint.text.replace(BOGUS, "VALUE")
    text = re.sub(r"[\w\]\[]+(?:\.[\w\]\[]+)+", "NAME", text)
    text = re.sub(r"Path: \S+", "Path: NAME", text)
    text = re.sub(r"Attribute \S+", "Attribute NAME", text)
    text = re.sub(r"(?:expected|invalid value for|value of) \w+", "of NAME", text)
    return re.sub(r'"\w+"', "NAME", text)


def _with_format(trials: Trials, fact: Fact) -> Fact:
    """The fact with the first format that agrees with every verdict, if one does."""
    good, bad = [value for value in trials.accepted if value not in {"", *fact.besides}], trials.rejected
    if not good:
        return fact
    for name, has in FORMATS.items():
        if all(has(value) for value in good) and not any(
            has(value) for value in bad if value != "" and not fact.complaint(value)
        ):
            return finished(trials, replace(fact, format=name))
    return fact


def _with_letters(trials: Trials, fact: Fact) -> Fact:
    """The fact with a pattern of the letters that a name may have, if one agrees with every verdict.

    Most of these rules are told in prose ("only letters, digits and hyphens"); which letters are meant can be asked.
    """
    verdicts = dict.fromkeys(trials.accepted, True) | dict.fromkeys(trials.rejected, False)
    if not verdicts.get("abcdef") or verdicts.get(MIDDLE["é"], True):
        return fact
    inside = _letters(verdicts, MIDDLE)
    first, last = _letters(verdicts, START, inside), _letters(verdicts, END, inside)
    for double in ("(?!.*--)", ""):
        for tail in (rf"([{inside}]*[{last}])?", rf"[{inside}]*"):
            pattern = rf"^{double}[{first}]{tail}\Z"
            candidate = finished(trials, replace(fact, pattern=pattern))
            wrong = any(candidate.complaint(text) for text, good in verdicts.items() if good and text != "")
            if not wrong and not candidate.unread:
                return candidate
    return fact


def _with_lengths(trials: Trials, fact: Fact) -> Fact:
    """The fact with the length that is accepted of plain letters, where prose or a pattern limits it."""
    plain = "x" * _PLAIN_LENGTH
    if not trials.accepts(plain):
        return fact
    shortest, longest = fact.shortest, fact.longest
    if longest is None and not trials.accepts(LONGER):
        longest = bisected(trials, _PLAIN_LENGTH, len(LONGER), lambda size: "x" * size)
    if not trials.accepts("x"):
        shortest = bisected(trials, _PLAIN_LENGTH, 1, lambda size: "x" * size)
    return finished(trials, replace(fact, shortest=shortest, longest=longest))


def _letters(verdicts: dict[Any, bool], asked: dict[str, str], other: str | None = None) -> str:
    """The inside of a character class: which letters were accepted in that position."""
    good = {letter for letter, text in asked.items() if verdicts.get(text)}
    if other is not None:  # not asked in this position: as in the middle
        good |= {letter for letter in MIDDLE if letter not in asked and _in_class(letter, other)}
    written = "a-z"
    written += "A-Z" if "B" in good else ""
    written += "0-9" if "1" in good else ""
    return written + "".join(re.escape(letter) for letter in SPECIAL if letter in good)


def _in_class(letter: str, inside: str) -> bool:
    return re.fullmatch(f"[{inside}]", letter) is not None


def _measured(trials: Trials, fact: Fact) -> Fact:
    """The fact with the unit of its length: whether a text of two-byte letters fits that is short enough by letters."""
    if fact.longest is None or not 2 <= fact.longest <= _LONGEST_MEASURED or fact.pattern or fact.format:
        return fact
    size = max(fact.longest, fact.shortest or 0)
    if not trials.accepts("x" * size):
        return fact
    return replace(fact, characters=trials.accepts("é" * size))


def _learn_flag(trials: Trials) -> Fact:
    complaints = trials.refused(True) and trials.refused(False)
    if any(fact.unsettable for fact in trials.facts()):
        return Fact(unsettable=True)
    return Fact(unread=bool(complaints))


def _learn_collection(ask: Ask, element: CtyType, memory: Memory, wrap: Callable[[Any], Any]) -> Fact:
    # Elements are asked one at a time, so the collection may be too small: that is not said of the element.
    inner = learn_value(
        lambda one: frozenset(said for said in ask(wrap(one)) if fact_in(said, []) is None), element, memory
    )
    if inner.unsettable:
        return Fact(unsettable=True)
    fact = Fact()
    one = inner.values[0] if inner.values else inner.example
    mapping = isinstance(wrap("a"), dict)
    many: Any = [f"{one or 'abc'}{number}" if element == "string" else number for number in range(300)]
    if mapping:
        many = {f"k{number}": value for number, value in enumerate(many)}
    none: Any = {} if mapping else []
    for value in (none, many):
        for complaint in ask(value):
            read = fact_in(complaint, value)
            if read is not None:
                fact = stricter(fact, read)
    return replace(fact, element=None if inner.empty_of_facts and not inner.unread else inner)
