"""A provider's complaints about arguments that exclude or need each other, read as rules."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from aws_orchestrator.catalog.probe.drafts import Names
from aws_orchestrator.catalog.probe.sentences import Complaint

Rule = Literal["missing", "missing_one_only", "too_many", "conflict", "together"]


@dataclass(frozen=True, slots=True)
class GroupComplaint:
    """One rule between arguments that a configuration broke; `subject` is the argument that has the rule."""

    rule: Rule
    subject: Names
    names: tuple[Names, ...]


_Read: TypeAlias = tuple["re.Pattern[str]", Rule]
# The SDK names the argument that has the rule first, then all of the group between backquotes.
_SDK: tuple[_Read, ...] = (
    (re.compile(r'"(?P<subject>[^"]+)": one of `(?P<names>[^`]+)` must be specified'), "missing"),
    (re.compile(r'"(?P<subject>[^"]+)": only one of `(?P<names>[^`]+)` can be specified'), "too_many"),
    (re.compile(r'"(?P<subject>[^"]+)": all of `(?P<names>[^`]+)` must be specified'), "together"),
    (re.compile(r'"(?P<subject>[^"]+)": conflicts with (?P<names>\S+)'), "conflict"),
)
_FRAMEWORK: tuple[_Read, ...] = (
    (
        re.compile(
            r'Attribute "(?P<subject>[^"]+)" cannot be specified when "(?P<names>[^"]+)" is specified'
        ),
        "conflict",
    ),
    (
        re.compile(r'Attribute "(?P<names>[^"]+)" must be specified when "(?P<subject>[^"]+)" is specified'),
        "together",
    ),
    (
        re.compile(
            r"No attribute specified when one \(and only one\) of \[(?P<names>.+)\] is required", re.DOTALL
        ),
        "missing_one_only",
    ),
    (
        re.compile(
            r"\d+ attributes specified when one \(and only one\) of \[(?P<names>.+)\] is required", re.DOTALL
        ),
        "too_many",
    ),
    (
        re.compile(r"Exactly one of these attributes must be configured: \[(?P<names>.+)\]", re.DOTALL),
        "missing_one_only",
    ),
    (
        re.compile(r"At least one of these attributes must be configured: \[(?P<names>.+)\]", re.DOTALL),
        "missing",
    ),
    (re.compile(r"At least one attribute out of \[(?P<names>.+)\] must be specified", re.DOTALL), "missing"),
    (re.compile(r"These attributes cannot be configured together: \[(?P<names>.+)\]", re.DOTALL), "too_many"),
    (re.compile(r"These attributes must be configured together: \[(?P<names>.+)\]", re.DOTALL), "together"),
)
_LIKELY = re.compile(r"specified|conflicts with|one \(and only one\)|must be configured|cannot be configured")
_INDEX = re.compile(r"\[[^\]]*\]|\.\d+(?=\.|$)")


def group_in(complaint: Complaint) -> GroupComplaint | None:
    """The rule between arguments that the complaint states; None when it states none."""
    if not _LIKELY.search(complaint.text):
        return None
    for expression, rule in (*_SDK, *_FRAMEWORK):
        match = expression.search(complaint.text)
        if match is None:
            continue
        written = [one for one in re.split(r"[,\s]+", _INDEX.sub("", _bare(match["names"]))) if one]
        # "a.<.b" is how the framework writes b seen from a: a itself has the rule and is not named otherwise.
        own = [_path(one.partition(".<")[0]) for one in written if ".<" in one]
        names = tuple(dict.fromkeys([*own, *map(_path, written)]))
        said = match.groupdict().get("subject")
        subject = _path(said) if said else ()
        if rule == "conflict" or (rule == "together" and (subject, rule) != ((), rule)):
            names = tuple(dict.fromkeys((subject, *names)))
        return GroupComplaint(rule, subject, names)
    return None


def _bare(names: str) -> str:
    return names.replace('"', "").replace("`", "")


def _path(written: str) -> Names:
    names: list[str] = []
    for part in _INDEX.sub("", written.strip().rstrip(".")).split("."):
        if part == "<":  # the framework writes "one up" so in paths that start at another argument
            names = names[:-1]
        elif part:
            names.append(part)
    return tuple(names)
