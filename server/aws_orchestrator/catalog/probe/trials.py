"""What was asked and answered about one place, and the facts that all answers agree with."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Fact
from aws_orchestrator.catalog.probe.sentences import Complaint, fact_in, values_in

Ask = Callable[[Any], frozenset[Complaint]]
"""Puts one value in the place and gives the complaints that it causes."""

_LONGEST_EXAMPLE = 200
_MOST_WORDS = 4


@dataclass
class Trials:
    """What was asked and answered about one place."""

    ask: Ask
    answers: dict[Any, frozenset[Complaint]] = field(default_factory=dict)
    supposed: dict[Any, bool] = field(default_factory=dict)
    """Verdicts that were taken from an equal sentence elsewhere: True is accepted."""

    def refused(self, value: Any) -> frozenset[Complaint]:
        """The complaints about the value; empty when it is accepted."""
        if value not in self.answers:
            self.answers[value] = self.ask(value)
        return self.answers[value]

    def accepts(self, value: Any) -> bool:
        """Whether the value is accepted."""
        return not self.refused(value)

    @property
    def accepted(self) -> list[Any]:
        """The accepted values so far, those that were asked before those that were only supposed."""
        real = [value for value, complaints in self.answers.items() if not complaints]
        return real + [value for value, good in self.supposed.items() if good and value not in self.answers]

    @property
    def rejected(self) -> list[Any]:
        """The refused values so far."""
        real = [value for value, complaints in self.answers.items() if complaints]
        return real + [
            value for value, good in self.supposed.items() if not good and value not in self.answers
        ]

    def facts(self) -> list[Fact]:
        """What the complaints say, each by itself and not yet believed."""
        found = []
        for value, complaints in list(self.answers.items()):
            found += [fact for one in complaints if (fact := fact_in(one, value)) is not None]
        return found


def confirmed(trials: Trials, values: tuple[Any, ...]) -> Fact:
    """The list, if nothing else is accepted."""
    fact = listed_values(trials, values)
    return fact if not any(fact.complaint(value) for value in trials.accepted) else Fact(unread=True)


def listed_values(trials: Trials, values: tuple[Any, ...]) -> Fact:
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


def merged_facts(trials: Trials) -> Fact:
    """All facts that were read and that no accepted value contradicts, as one."""
    merged = Fact()
    accepted = [value for value in trials.accepted if value != ""]
    for fact in trials.facts():
        if fact.values or fact.unsettable or any(fact.complaint(value) for value in accepted):
            continue
        if fact.pattern and not accepted:
            # It may be of a part of the text, or one of several ways: nothing was accepted that could tell.
            continue
        merged = stricter(merged, fact)
    return finished(trials, merged)


def finished(trials: Trials, fact: Fact) -> Fact:
    """The fact with what goes with every fact: whether an empty text is accepted, whether more is refused, an example."""
    if "" in trials.answers and trials.accepts("") and fact.complaint(""):
        fact = replace(fact, empty=True)
    unread = any(not fact.complaint(value) for value in trials.rejected)
    fact = replace(fact, unread=unread)
    if unread or fact.pattern or fact.step:
        fact = replace(fact, example=example_of(trials))
    return fact


def stricter(one: Fact, other: Fact) -> Fact:
    """What is accepted by both facts."""

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
        step=one.step or other.step,
        characters=one.characters or other.characters,
        pattern=one.pattern or other.pattern,
        format=one.format or other.format,
    )


def bisected(trials: Trials, good: int, bad: int, value: Callable[[int], Any] = lambda number: number) -> int:
    """The accepted whole number next to the refused ones, or the number of which `value` makes what is accepted."""
    while abs(bad - good) > 1:
        middle = (good + bad) // 2
        if trials.accepts(value(middle)):
            good = middle
        else:
            bad = middle
    return good


def example_of(trials: Trials) -> Any:
    """An accepted value, a short one if there is one; None when nothing was accepted."""
    some = [value for value in trials.accepted if value != "" and value is not None]
    short = (value for value in some if not isinstance(value, str) or len(value) <= _LONGEST_EXAMPLE)
    return next(short, some[0] if some else None)
