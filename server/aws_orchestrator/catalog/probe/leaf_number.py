"""Learning what is checked of a number, or of a text that is one: its range, its values, what it is a multiple of."""

import math
import re
from dataclasses import replace
from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Fact
from aws_orchestrator.catalog.knowledge_formats import FORMATS
from aws_orchestrator.catalog.probe.battery import BOGUS
from aws_orchestrator.catalog.probe.trials import (
    Trials,
    bisected,
    confirmed,
    finished,
    merged_facts,
    stricter,
)

_NUMBERS = (-7, 2**40, 1.5)
_EXCEPTIONS = (0, -1)
"""What often means \"none\" or \"without limit\" where a range holds otherwise."""
_MORE_NUMBERS = (0, 1, 2, 3, 5, 7, 10, 20, 30, 60, 90, 100, 120, 365, 400, 500, 512, 1000, 1024, 3600, 65535)
_READ_AS_NUMBER = re.compile(r"cannot parse .* as int\b")
_NOT_DECIMAL = ("0x1F", "1_000", "1e3", " 1", "1.0")
"""What other ways of reading a number would take."""
_MULTIPLES = (2, 7, 11)


def learn_number(trials: Trials) -> Fact:
    """All that is checked of a number."""
    for value in _NUMBERS:
        trials.refused(value)
    facts = trials.facts()
    if any(fact.unsettable for fact in facts):
        return Fact(unsettable=True)
    values = next((fact.values for fact in facts if fact.values), ())
    read = [fact for fact in facts if fact.low is not None or fact.high is not None]
    _ask_ends(trials, read)
    merged = merged_facts(trials)
    if values or merged.unread or any(fact.low is not None and fact.complaint(fact.low) for fact in read):
        for value in _MORE_NUMBERS:
            trials.refused(value)
    if values:
        listed = confirmed(trials, values)
        if listed.values:
            return replace(listed, integer=merged.integer)
    merged = merged_facts(trials)
    if merged.low is None and merged.high is None:
        # "One of [0]" beside "between 7 and 30": either validator may accept a number.
        merged = _with_exceptions(trials, merged, read, {*_EXCEPTIONS, *values})
    if merged.unread:
        merged = _with_bounds(trials, merged)
    return _with_step(trials, merged, values) if merged.unread else merged


def _with_bounds(trials: Trials, fact: Fact) -> Fact:
    """The fact with the range that the verdicts alone show, for ranges that are told in prose ("a valid port")."""
    good = sorted(value for value in trials.accepted if value == int(value))
    bad = sorted(value for value in trials.rejected if value == int(value) and value not in fact.besides)
    if not good or any(good[0] < value < good[-1] for value in bad):
        return fact
    below, above = [value for value in bad if value < good[0]], [value for value in bad if value > good[-1]]
    low = bisected(trials, good[0], below[-1]) if below else None
    high = bisected(trials, good[-1], above[0]) if above else None
    return finished(trials, replace(fact, low=low, high=high))


def _with_step(trials: Trials, fact: Fact, listed: tuple[Any, ...]) -> Fact:
    """The fact with the number whose multiples alone are accepted, those of a list besides, if all verdicts agree."""
    good = [int(value) for value in trials.accepted if value and value == int(value) and value not in listed]
    told = next((one.step for one in trials.facts() if one.step), None)
    step = told or (math.gcd(*good) if len(good) > 1 else 0)
    if step < 2:
        return fact
    for many in _MULTIPLES:
        trials.refused(step * many)
        trials.refused(step * many + 1)
    besides = tuple(value for value in listed if trials.accepts(value) and value % step)
    candidate = finished(trials, replace(fact, step=step, besides=fact.besides + besides))
    wrong = candidate.unread or any(candidate.complaint(value) for value in trials.accepted)
    return fact if wrong else candidate


def with_whole_numbers(trials: Trials, fact: Fact) -> Fact:
    """The fact of a text that the provider reads as a whole number, with the range that it accepts."""
    if not any(_READ_AS_NUMBER.search(one.text) for one in trials.refused(BOGUS)):
        return fact
    for text in _NOT_DECIMAL:
        trials.refused(text)
    whole = FORMATS["integer"]
    texts = [value for value in trials.accepted if value]
    if not texts or not all(map(whole, texts)):
        return fact
    good = sorted(map(int, texts))
    bad = sorted(int(value) for value in trials.rejected if whole(value))
    if any(good[0] < value < good[-1] for value in bad):
        return fact
    below, above = [value for value in bad if value < good[0]], [value for value in bad if value > good[-1]]
    low = bisected(trials, good[0], below[-1], str) if below else None
    high = bisected(trials, good[-1], above[0], str) if above else None
    candidate = finished(trials, replace(fact, format="integer", low=low, high=high))
    wrong = candidate.unread or any(candidate.complaint(value) for value in trials.accepted)
    return fact if wrong else candidate


def _ask_ends(trials: Trials, ranges: list[Fact]) -> None:
    """Ask the ends of ranges and their usual exceptions."""
    ends = [end for fact in ranges for end in (fact.low, fact.high) if end is not None]
    for value in (*ends, *(_EXCEPTIONS if ranges else ())):
        trials.refused(value)


def _with_exceptions(trials: Trials, merged: Fact, read: list[Fact], exempt: set[Any]) -> Fact:
    """The fact with a range that only few numbers are exempt from, if such a range was read."""
    for fact in read:
        besides = tuple(value for value in trials.accepted if fact.complaint(value))
        if besides and set(besides) <= exempt:
            return finished(trials, replace(stricter(merged, fact), besides=besides))
    return merged
