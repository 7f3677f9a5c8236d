"""Errors for people: what happened, where, and what to do next, in one or two sentences.

Each class carries the terminal's exit code. Anything that is not an OrchestratorError is a defect of ours.
"""

from typing import ClassVar


class OrchestratorError(Exception):
    """A failure that a person can act on; its text is the whole message."""

    exit_code: ClassVar[int] = 1


class UsageError(OrchestratorError):
    """The request or the input is wrong: a person must change it and ask again."""

    exit_code: ClassVar[int] = 2


class GateStopped(OrchestratorError):
    """A gate was answered with the safe choice (or nobody was there), so the run stopped before an effect."""

    exit_code: ClassVar[int] = 3


class EngineError(OrchestratorError):
    """Terraform crashed, hung or could not be started; nothing is known about the module."""


class CatalogError(OrchestratorError):
    """A catalog file is missing, corrupt or of a newer format."""

    exit_code: ClassVar[int] = 2


class BlueprintError(OrchestratorError):
    """A blueprint or skill cannot be read or does not agree with the catalog."""

    exit_code: ClassVar[int] = 2


class LimitReached(OrchestratorError):
    """A guard of the run was hit; what was finished is kept and reported."""


class ToolFailed(OrchestratorError):
    """One tool call of an agent failed; the dispatcher counts it."""


class MindUnavailable(OrchestratorError):
    """The mind that a person chose cannot think now: no key, no rights, no answer, a refusal."""
