"""What the Commit Gate asks for when something is committed, and what such a text may be: names without tricks."""

import re
from collections.abc import Mapping

from aws_orchestrator.errors import UsageError
from aws_orchestrator.model import Frozen
from aws_orchestrator.protocol import GateField

PUSH, LOCAL = "push_to_github", "commit_locally"
COMMIT_FIELDS = ("repository", "branch", "path", "message", "pull_request")
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
_WHAT = {
    "repository": (REPOSITORY, "write it as owner/name"),
    "branch": (BRANCH, "it is no branch name that git takes, as feat/s3"),
    "path": (PATH, "write a folder of the repository, as modules/s3"),
    "message": (MESSAGE, "it must hold a text of at most 4,000 characters, without control characters"),
    "pull_request": (YES_OR_NO, "answer yes or no"),
}


class CommitDefaults(Frozen):
    """What the fields of the gate propose."""

    branch: str
    message: str
    path: str
    repository: str = ""
    pull_request: str = "no"


def commit_fields(defaults: CommitDefaults, push: bool, local: bool) -> tuple[GateField, ...]:
    """The fields of the choices that are offered."""
    pushed = (PUSH,)
    both = tuple(choice for choice, offered in ((PUSH, push), (LOCAL, local)) if offered)
    fields = [
        GateField(
            key="repository",
            label="GitHub repository (owner/name)",
            default=defaults.repository,
            required=True,
            pattern=REPOSITORY,
            choices=pushed,
        ),
        GateField(
            key="branch",
            label="Branch (made when it does not exist)",
            default=defaults.branch,
            required=True,
            pattern=BRANCH,
            choices=both,
        ),
        GateField(
            key="path",
            label="Folder in the repository",
            default=defaults.path,
            required=True,
            pattern=PATH,
            choices=pushed,
        ),
        GateField(
            key="message",
            label="Commit message",
            default=defaults.message,
            required=True,
            pattern=MESSAGE,
            choices=both,
        ),
        GateField(
            key="pull_request",
            label="Open a pull request (yes or no)",
            default=defaults.pull_request,
            required=True,
            pattern=YES_OR_NO,
            choices=pushed,
        ),
    ]
    return tuple(field for field in fields if set(field.choices) & set(both))


def expect_commit_answers(given: Mapping[str, str]) -> None:
    """UsageError for a field of the Commit Gate that was answered ahead of time with what it cannot take."""
    for key, value in given.items():
        pattern, advice = _WHAT[key]
        if not re.fullmatch(pattern, value):
            shown = "".join(letter if letter.isprintable() else "?" for letter in value[:80])
            raise UsageError(f"--answer commit.{key}={shown} cannot be taken: {advice}.")
