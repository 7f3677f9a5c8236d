"""What the Commit Gate asks for when something is committed, and what such a text may be: names without tricks."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from aws_orchestrator.errors import UsageError
from aws_orchestrator.model import Frozen
from aws_orchestrator.protocol import GateField

PUSH, LOCAL = "push_to_github", "commit_locally"
# Patterns are read by Python and by the editor's JavaScript alike.
REPOSITORY = r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}"
# git's own rules for branch names, and no name that could be taken for an option, a commit or a whole reference.
BRANCH = (
    r"(?!HEAD$)(?!refs/)(?![0-9a-fA-F]{40}$)(?!.*(\.\.|//|@\{|/\.|\.lock(/|$)|[/.]$))"
    r"[A-Za-z0-9_][A-Za-z0-9._/@+=#,-]{0,199}"
)
PATH = r"(?!.*(^|/)(\.{1,2}|\.[Gg][Ii][Tt])(/|$))[A-Za-z0-9_.][A-Za-z0-9_.-]*(/[A-Za-z0-9_.][A-Za-z0-9_.-]*){0,19}"
# Control characters, and marks that make a text read in another order than it is written.
MESSAGE = (
    r"(?=[^]*\S)[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,4000}"
).replace("[^]", r"[\s\S]")
YES_OR_NO = r"yes|no"


class _Field(NamedTuple):
    label: str
    pattern: str
    advice: str
    choices: tuple[str, ...]


_FIELDS: Mapping[str, _Field] = {
    "repository": _Field("GitHub repository (owner/name)", REPOSITORY, "write it as owner/name", (PUSH,)),
    "branch": _Field(
        "Branch (made when it does not exist)",
        BRANCH,
        "it is no branch name that git takes, as feat/s3",
        (PUSH, LOCAL),
    ),
    "path": _Field(
        "Folder in the repository", PATH, "write a folder of the repository, as modules/s3", (PUSH,)
    ),
    "message": _Field(
        "Commit message",
        MESSAGE,
        "it must hold a text of at most 4,000 characters, without control characters",
        (PUSH, LOCAL),
    ),
    "pull_request": _Field("Open a pull request (yes or no)", YES_OR_NO, "answer yes or no", (PUSH,)),
}
COMMIT_FIELDS = tuple(_FIELDS)


class CommitDefaults(Frozen):
    """What the fields of the gate propose."""

    branch: str
    message: str
    path: str
    repository: str = ""
    pull_request: str = "no"


def commit_fields(defaults: CommitDefaults, push: bool, local: bool) -> tuple[GateField, ...]:
    """The fields of the choices that are offered."""
    offered = {choice for choice, is_offered in ((PUSH, push), (LOCAL, local)) if is_offered}
    return tuple(
        GateField(
            key=key,
            label=field.label,
            default=getattr(defaults, key),
            required=True,
            pattern=field.pattern,
            choices=tuple(choice for choice in field.choices if choice in offered),
        )
        for key, field in _FIELDS.items()
        if offered.intersection(field.choices)
    )


def expect_commit_answers(given: Mapping[str, str]) -> None:
    """UsageError for a field of the Commit Gate that was answered ahead of time with what it cannot take."""
    for key, value in given.items():
        field = _FIELDS[key]
        if not re.fullmatch(field.pattern, value):
            shown = "".join(letter if letter.isprintable() else "?" for letter in value[:80])
            raise UsageError(f"--answer commit.{key}={shown} cannot be taken: {field.advice}.")
