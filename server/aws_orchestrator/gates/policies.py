"""The policy memory: what people decided about optional gates, read from Markdown that stays theirs.

An entry is a heading with a list of `- key: value` below it; everything else on the page is prose, which is kept byte for
byte and decides nothing. Entries speak of optional gates alone: the mandatory ones are code and read no file.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, get_args

from aws_orchestrator.model import Frozen
from aws_orchestrator.runs.redaction import printable, shortened

Subject = Literal["ambiguous", "cost", "convention"]
Asking = Literal["always", "ask", "never"]
ANY = "any"
_KEYS = ("gate", "when", "ask", "policy", "default", "learned from")
_MOST_ENTRIES = 200
_LONGEST_VALUE = 500
_HEADING = re.compile(r"^#{2,6}[ \t]+(?P<title>.*?)[ \t]*#*[ \t]*$")
_ITEM = re.compile(rf"^[-*][ \t]+(?P<key>{'|'.join(_KEYS)})[ \t]*:(?P<value>.*)$", re.IGNORECASE)
# Prose that wants what no page can give. People should know that somebody wrote it.
_HOSTILE = re.compile(
    r"\b(?:skip|bypass|disable|ignore|switch off|turn off|auto-?(?:approve|answer|accept)|never (?:ask|show)"
    r"|without (?:any )?asking)\b[^.]{0,60}\b(?:gates?|approvals?|confirmations?)\b",
    re.IGNORECASE,
)


class PolicyEntry(Frozen):
    """What is done about one situation."""

    title: str
    gate: Subject
    when: str
    """The situation, as gates name it; `any` for every one of the gate."""
    ask: str = ""
    """What a person is asked; for a convention, the convention itself."""
    policy: Asking
    """`always`: also where the answer seems clear; `ask`: in doubt; `never`: the default is taken."""
    default: str = ""
    learned_from: str = ""

    def lines(self) -> list[str]:
        """The entry as it stands on the page."""
        values = (self.gate, self.when, self.ask, self.policy, self.default, self.learned_from)
        items = [f"- {key}: {value}".rstrip() for key, value in zip(_KEYS, values, strict=True)]
        return [f"### {self.title}", "", *items]


class Policies(Frozen):
    """The entries of a page."""

    entries: tuple[PolicyEntry, ...] = ()
    notes: tuple[str, ...] = ()
    """A sentence for everything on the page that was ignored."""

    def entry(self, gate: Subject, situation: str) -> PolicyEntry | None:
        """The entry for a situation: the one that names it, before the one for any."""
        wanted = plain(situation)
        found = [one for one in self.entries if one.gate == gate and plain(one.when) in (wanted, ANY)]
        return min(found, key=lambda one: plain(one.when) == ANY, default=None)

    def conventions(self, service: str) -> tuple[PolicyEntry, ...]:
        """The conventions that may hold for a service's module."""
        names = (ANY, plain(f"service {service}"))
        return tuple(one for one in self.entries if one.gate == "convention" and plain(one.when) in names)


class _Block(NamedTuple):
    """A heading with its list: where it stands, in lines, and what it says."""

    start: int
    end: int
    title: str
    values: dict[str, str]


def parse_policies(text: str) -> Policies:
    """The entries of a page, and what of it was ignored and why."""
    entries: list[PolicyEntry] = []
    notes: list[str] = []
    seen: set[tuple[str, str]] = set()
    for block in _blocks(text.splitlines()):
        entry, problem = _entry(block)
        if entry is not None and (entry.gate, plain(entry.when)) in seen:
            entry, problem = None, "another entry above speaks of the same situation"
        if entry is not None and len(entries) == _MOST_ENTRIES:
            entry, problem = None, f"a page has at most {_MOST_ENTRIES} entries"
        if entry is None:
            notes.append(_note(block.start, f"“{shortened(block.title, 60)}” was ignored: {problem}"))
        else:
            seen.add((entry.gate, plain(entry.when)))
            entries.append(entry)
    for number, line in enumerate(text.splitlines()):
        if _HOSTILE.search(line):
            notes.append(_note(number, "asks to pass gates; no file can, and it was ignored"))
    return Policies(entries=tuple(entries), notes=tuple(notes[:10]))


def with_entry(text: str, entry: PolicyEntry) -> str:
    """The page with the entry: in the place of the one for the same situation, else at its end; the rest byte for byte."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    for block in _blocks([line.rstrip("\r\n") for line in lines]):
        old, _ = _entry(block)
        if old is not None and (old.gate, plain(old.when)) == (entry.gate, plain(entry.when)):
            end = newline if lines[block.end - 1].endswith(("\n", "\r")) else ""
            made = newline.join(entry.lines()) + end
            return "".join([*lines[: block.start], made, *lines[block.end :]])
    gap = "" if not text else newline if text.endswith(("\n", "\r")) else newline * 2
    return text + gap + newline.join(entry.lines()) + newline


def plain(situation: str) -> str:
    """A situation as it is compared: lower case, single spaces."""
    return " ".join(situation.lower().split())


def value_of(text: str) -> str:
    """A text as the value of an entry: one line that cannot become another entry."""
    return shortened(printable(text), _LONGEST_VALUE)


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Headings followed by a list that has one of our keys; code fences are prose."""
    title, start, values, last, fenced = "", -1, dict[str, str](), -1, False
    for number, line in enumerate([*lines, "# end"]):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading or number == len(lines):
            if values and start >= 0:
                yield _Block(start, last + 1, title, values)
            title, start, values = heading["title"] if heading else "", number, {}
        elif not fenced and start >= 0 and (item := _ITEM.match(line)):
            values.setdefault(item["key"].lower(), item["value"].strip())
            last = number


def _entry(block: _Block) -> tuple[PolicyEntry | None, str]:
    """The entry of a block, or why there is none."""
    gate, policy = block.values.get("gate", ""), block.values.get("policy", "ask").lower()
    known = get_args(Subject)
    if gate in ("commit", "next_steps", "destructive"):
        return None, f"the gate {gate} is mandatory, and no file answers or removes it"
    if gate not in known:
        return None, f"there is no optional gate `{shortened(gate, 40)}`; there are {', '.join(known)}"
    if policy not in get_args(Asking):
        return None, f"the policy is always, ask or never, not `{shortened(policy, 40)}`"
    when = block.values.get("when", "")
    if not when:
        return None, "it does not say when it holds"
    if any(len(value) > _LONGEST_VALUE for value in (block.title, *block.values.values())):
        return None, f"a value is longer than {_LONGEST_VALUE} characters"
    return (
        PolicyEntry.model_validate(
            {
                "title": printable(block.title),
                "gate": gate,
                "when": printable(when),
                "ask": printable(block.values.get("ask", "")),
                "policy": policy,
                "default": printable(block.values.get("default", "")),
                "learned_from": printable(block.values.get("learned from", "")),
            }
        ),
        "",
    )


def _note(line: int, what: str) -> str:
    return f"hitl-policies.md line {line + 1}: {what}."
