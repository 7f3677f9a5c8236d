"""Learning what is checked of one value: ask, read the complaints, believe only what every answer agrees with."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.knowledge_facts import Fact
from aws_orchestrator.catalog.knowledge_formats import FORMATS
from aws_orchestrator.catalog.probe.battery import BATTERY, BOGUS, END, LONGER, MIDDLE, SPECIAL, START
from aws_orchestrator.catalog.probe.sentences import Complaint, fact_in, values_in

Ask = Callable[[Any], frozenset[Complaint]]
"""Puts one value in the place and gives the complaints that it causes."""

_NUMBERS = (-7, 2**40, 1.5)
_EXCEPTIONS = (0, -1)
"""What often means \"none\" or \"without limit\" where a range holds otherwise."""
_MORE_NUMBERS = (0, 1, 2, 3, 5, 7, 10, 20, 30, 60, 90, 100, 120, 365, 400, 500, 512, 1000, 1024, 3600, 65535)
_PLAIN = re.compile("[a-z0-9]*")
_MULTIPLES = (2, 7, 11)
_MOST_WORDS = 4
_LONG_TEXT = 30
_LONGEST_EXAMPLE = 200
_LONGEST_MEASURED = 70_000
_PLAIN_LENGTH = 6
_CORE_ACCEPTED, _CORE_REFUSED = 4, 8


@dataclass
class Memory:
    """Which battery verdicts went with which sentence before, so that the whole battery is asked once a sentence."""

    seen: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)
    leaves: dict[tuple[str, int, str], tuple[str, Fact]] = field(default_factory=dict)
    """What was said of and learned about an argument of a block that several types of a service have in common."""


@dataclass
class _Trials:
    """What was asked and answered about one place."""

    ask: Ask
    answers: dict[Any, frozenset[Complaint]] = field(default_factory=dict)
    supposed: dict[Any, bool] = field(default_factory=dict)
    """Verdicts that were taken from an equal sentence elsewhere: True is accepted."""

    def refused(self, value: Any) -> frozenset[Complaint]:
        if value not in self.answers:
            self.answers[value] = self.ask(value)
        return self.answers[value]

    def accepts(self, value: Any) -> bool:
        return not self.refused(value)

    @property
    def accepted(self) -> list[Any]:
        real = [value for value, complaints in self.answers.items() if not complaints]
        return real + [value for value, good in self.supposed.items() if good and value not in self.answers]

    @property
    def rejected(self) -> list[Any]:
        real = [value for value, complaints in self.answers.items() if complaints]
        return real + [
            value for value, good in self.supposed.items() if not good and value not in self.answers
        ]

    def facts(self) -> list[Fact]:
        found = []
        for value, complaints in list(self.answers.items()):
            found += [fact for one in complaints if (fact := fact_in(one, value)) is not None]
        return found


def learn_value(ask: Ask, expression: CtyType, memory: Memory) -> Fact:
    """All that is checked of a value of that type."""
    match expression:
        case "string":
            return _learn_text(_Trials(ask), memory)
        case "number":
            return _learn_number(_Trials(ask))
        case "bool":
            return _learn_flag(_Trials(ask))
        case ["list" | "set", "string" | "number" as element]:
            return _learn_collection(ask, element, memory, lambda one: [one])
        case ["map", "string" | "number" as element]:
            return _learn_collection(ask, element, memory, lambda one: {"k": one})
        case _:
            return Fact()


def _learn_text(trials: _Trials, memory: Memory) -> Fact:
    bogus = trials.refused(BOGUS)
    if any(fact.unsettable for fact in trials.facts()):
        return Fact(unsettable=True)
    trials.refused("")
    trials.refused(LONGER)
    if not bogus:
        return _measured(trials, _merged(trials))
    values = next((fact.values for fact in trials.facts() if fact.values), ())
    if values and len(bogus) == 1:
        return _confirmed(trials, values)
    _ask_battery(trials, bogus, memory)
    _doubt(trials)
    if values:
        # Complaints about other things beside the list: one of several validators may be enough.
        listed = _listed(trials, values)
        if any(value and listed.complaint(value) for value in trials.accepted):
            return _with_format(trials, Fact(unread=True, besides=listed.values, example=_example(trials)))
        return listed
    if _may_be_an_arn(trials, bogus):
        return Fact(unread=True, example=_example(trials))
    fact = _merged(trials)
    if fact.unread:
        fact = _with_format(trials, fact)
    if fact.unread:
        fact = _with_letters(trials, _with_lengths(trials, fact))
    return _measured(trials, fact)


def _may_be_an_arn(trials: _Trials, bogus: frozenset[Complaint]) -> bool:
    """Whether "an id or an ARN" is wanted and no ARN that was asked is of the right kind: the ids are only half of it."""
    told = len(bogus) > 1 and any("ARN" in one.text for one in bogus)
    return told and not any(isinstance(one, str) and one.startswith("arn:") for one in trials.accepted)


def _confirmed(trials: _Trials, values: tuple[Any, ...]) -> Fact:
    """The list, if nothing else is accepted."""
    fact = _listed(trials, values)
    return fact if not any(fact.complaint(value) for value in trials.accepted) else Fact(unread=True)


def _listed(trials: _Trials, values: tuple[Any, ...]) -> Fact:
    """The list with only the values that the provider takes, words joined where its sentence had no quotes."""
    good: list[Any] = []
    at = 0
    words = list(values)
    while at < len(words):
        for size in range(1, min(_MOST_WORDS, len(words) - at) + 1 if isinstance(words[at], str) else 2):
            candidate = " ".join(words[at : at + size]) if size > 1 else words[at]
            # Other rules of the type may refuse a value of the list where it stands now; the list itself does not.
            if not any(values_in(one.text, candidate) for one in trials.refused(candidate)):
                good.append(candidate)
                at += size
                break
        else:
            at += 1
    if not good:
        return Fact(unread=True)
    fact = Fact(values=tuple(good), empty=isinstance(good[0], str) and trials.accepts("") and "" not in good)
    swapped = next((one.swapcase() for one in good if isinstance(one, str) and one.swapcase() != one), None)
    if swapped is not None and swapped not in good and trials.accepts(swapped):
        fact = replace(fact, fold=True)
    return fact


def _ask_battery(trials: _Trials, complaints: frozenset[Complaint], memory: Memory) -> None:
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


def _doubt(trials: _Trials) -> None:
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


def _merged(trials: _Trials) -> Fact:
    """All facts that were read and that no accepted value contradicts, as one."""
    merged = Fact()
    accepted = [value for value in trials.accepted if value != ""]
    for fact in trials.facts():
        if fact.values or fact.unsettable or any(fact.complaint(value) for value in accepted):
            continue
        if fact.pattern and not accepted:
            # It may be of a part of the text, or one of several ways: nothing was accepted that could tell.
            continue
        merged = _stricter(merged, fact)
    return _finished(trials, merged)


def _finished(trials: _Trials, fact: Fact) -> Fact:
    if "" in trials.answers and trials.accepts("") and fact.complaint(""):
        fact = replace(fact, empty=True)
    unread = any(not fact.complaint(value) for value in trials.rejected)
    fact = replace(fact, unread=unread)
    if unread or fact.pattern or fact.step:
        fact = replace(fact, example=_example(trials))
    return fact


def _stricter(one: Fact, other: Fact) -> Fact:
    def least(a: Any, b: Any) -> Any:
        return b if a is None else a if b is None else min(a, b)

    def most(a: Any, b: Any) -> Any:
        return b if a is None else a if b is None else max(a, b)

    return replace(
        one,
        shortest=most(one.shortest, other.shortest),
        longest=least(one.longest, other.longest),
        low=most(one.low, other.low),
        high=least(one.high, other.high),
        fewest=most(one.fewest, other.fewest),
        most=least(one.most, other.most),
        integer=one.integer or other.integer,
        characters=one.characters or other.characters,
        pattern=one.pattern or other.pattern,
        format=one.format or other.format,
    )


def _with_format(trials: _Trials, fact: Fact) -> Fact:
    """The fact with the first format that agrees with every verdict, if one does."""
    good, bad = [value for value in trials.accepted if value not in {"", *fact.besides}], trials.rejected
    if not good:
        return fact
    for name, has in FORMATS.items():
        if all(has(value) for value in good) and not any(
            has(value) for value in bad if value != "" and not fact.complaint(value)
        ):
            return _finished(trials, replace(fact, format=name))
    return fact


def _with_letters(trials: _Trials, fact: Fact) -> Fact:
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
            candidate = _finished(trials, replace(fact, pattern=pattern))
            wrong = any(candidate.complaint(text) for text, good in verdicts.items() if good and text != "")
            if not wrong and not candidate.unread:
                return candidate
    return fact


def _with_lengths(trials: _Trials, fact: Fact) -> Fact:
    """The fact with the length that is accepted of plain letters, where prose or a pattern limits it."""
    plain = "x" * _PLAIN_LENGTH
    if not trials.accepts(plain):
        return fact
    shortest, longest = fact.shortest, fact.longest
    if longest is None and not trials.accepts(LONGER):
        longest = _bisected(trials, _PLAIN_LENGTH, len(LONGER), lambda size: "x" * size)
    if not trials.accepts("x"):
        shortest = _bisected(trials, _PLAIN_LENGTH, 1, lambda size: "x" * size)
    return _finished(trials, replace(fact, shortest=shortest, longest=longest))


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


def _measured(trials: _Trials, fact: Fact) -> Fact:
    """The fact with the unit of its length: whether a text of two-byte letters fits that is short enough by letters."""
    if fact.longest is None or not 2 <= fact.longest <= _LONGEST_MEASURED or fact.pattern or fact.format:
        return fact
    size = max(fact.longest, fact.shortest or 0)
    if not trials.accepts("x" * size):
        return fact
    return replace(fact, characters=trials.accepts("é" * size))


def _learn_number(trials: _Trials) -> Fact:
    for value in _NUMBERS:
        trials.refused(value)
    facts = trials.facts()
    if any(fact.unsettable for fact in facts):
        return Fact(unsettable=True)
    values = next((fact.values for fact in facts if fact.values), ())
    read = [fact for fact in facts if fact.low is not None or fact.high is not None]
    _ask_ends(trials, read)
    merged = _merged(trials)
    if values or merged.unread or any(fact.low is not None and fact.complaint(fact.low) for fact in read):
        for value in _MORE_NUMBERS:
            trials.refused(value)
    if values:
        listed = _confirmed(trials, values)
        if listed.values:
            return replace(listed, integer=merged.integer)
    merged = _merged(trials)
    if merged.low is None and merged.high is None:
        # "One of [0]" beside "between 7 and 30": either validator may accept a number.
        merged = _with_exceptions(trials, merged, read, {*_EXCEPTIONS, *values})
    if merged.unread:
        merged = _with_bounds(trials, merged)
    return _with_step(trials, merged) if merged.unread else merged


def _with_bounds(trials: _Trials, fact: Fact) -> Fact:
    """The fact with the range that the verdicts alone show, for ranges that are told in prose ("a valid port")."""
    good = sorted(value for value in trials.accepted if value == int(value))
    bad = sorted(value for value in trials.rejected if value == int(value) and value not in fact.besides)
    if not good or any(good[0] < value < good[-1] for value in bad):
        return fact
    below, above = [value for value in bad if value < good[0]], [value for value in bad if value > good[-1]]
    low = _bisected(trials, good[0], below[-1]) if below else None
    high = _bisected(trials, good[-1], above[0]) if above else None
    return _finished(trials, replace(fact, low=low, high=high))


def _with_step(trials: _Trials, fact: Fact) -> Fact:
    """The fact with the number whose multiples alone are accepted, if all verdicts agree with one."""
    good = [int(value) for value in trials.accepted if value and value == int(value)]
    step = math.gcd(*good) if len(good) > 1 else 0
    if step < 2:
        return fact
    for many in _MULTIPLES:
        trials.refused(step * many)
        trials.refused(step * many + 1)
    candidate = _finished(trials, replace(fact, step=step))
    wrong = candidate.unread or any(candidate.complaint(value) for value in trials.accepted)
    return fact if wrong else candidate


def _bisected(
    trials: _Trials, good: int, bad: int, value: Callable[[int], Any] = lambda number: number
) -> int:
    """The accepted whole number next to the refused ones, or the number of which `value` makes what is accepted."""
    while abs(bad - good) > 1:
        middle = (good + bad) // 2
        if trials.accepts(value(middle)):
            good = middle
        else:
            bad = middle
    return good


def _ask_ends(trials: _Trials, ranges: list[Fact]) -> None:
    """Ask the ends of ranges and their usual exceptions."""
    ends = [end for fact in ranges for end in (fact.low, fact.high) if end is not None]
    for value in (*ends, *(_EXCEPTIONS if ranges else ())):
        trials.refused(value)


def _with_exceptions(trials: _Trials, merged: Fact, read: list[Fact], exempt: set[Any]) -> Fact:
    """The fact with a range that only few numbers are exempt from, if such a range was read."""
    for fact in read:
        besides = tuple(value for value in trials.accepted if fact.complaint(value))
        if besides and set(besides) <= exempt:
            return _finished(trials, replace(_stricter(merged, fact), besides=besides))
    return merged


def _learn_flag(trials: _Trials) -> Fact:
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
                fact = _stricter(fact, read)
    return replace(fact, element=None if inner.empty_of_facts and not inner.unread else inner)


def _example(trials: _Trials) -> Any:
    some = [value for value in trials.accepted if value != "" and value is not None]
    short = (value for value in some if not isinstance(value, str) or len(value) <= _LONGEST_EXAMPLE)
    return next(short, some[0] if some else None)
