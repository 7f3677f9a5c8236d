"""The limits of a run and what is used of them."""

from collections.abc import Mapping

from pydantic import Field

from aws_orchestrator.errors import LimitReached
from aws_orchestrator.model import Frozen

_COUNTERS = ("tool_calls", "writes", "model_calls", "failed_writes", "wrong_paths")


class Limits(Frozen):
    """How much a run may do. The defaults are the specification's; settings may lower them."""

    failed_writes: int = Field(default=3, ge=1)
    """Failed `write_file` calls before the generator stops."""
    wrong_paths: int = Field(default=3, ge=1)
    """Executions in a folder that does not exist before the validator stops."""
    writes: int = Field(default=20, ge=1)
    """Writes of a mind in a run; a compiler's batch is one."""
    tool_calls: int = Field(default=60, ge=1)
    model_calls: int = Field(default=40, ge=1)
    heal_rounds: int = Field(default=1, ge=0)


class GracefulEnd(LimitReached):
    """A limit that ends the run in good order: what is finished is kept and reported."""


class AgentStopped(LimitReached):
    """An agent reached the limit of its failures; the text is the line it ends with (`FAILED: …`, `INVALID: …`)."""


class Usage:
    """Counts what a run did; every `use_` raises when the limit would be passed."""

    def __init__(self, limits: Limits) -> None:
        """Nothing used yet."""
        self.limits = limits
        self.tool_calls = 0
        self.writes = 0
        self.model_calls = 0
        self.failed_writes = 0
        self.wrong_paths = 0

    def use_tool_call(self) -> None:
        """Count one tool call."""
        if self.tool_calls >= self.limits.tool_calls:
            raise GracefulEnd(
                f"The run used its {self.limits.tool_calls} tool calls and ended; what was finished is kept."
            )
        self.tool_calls += 1

    def use_write(self) -> None:
        """Count one write."""
        if self.writes >= self.limits.writes:
            raise LimitReached(
                f"The run used its {self.limits.writes} writes and was stopped; nothing was written to the workspace."
            )
        self.writes += 1

    def use_model_call(self) -> None:
        """Count one call of a model."""
        if self.model_calls >= self.limits.model_calls:
            raise GracefulEnd(
                f"The run used its {self.limits.model_calls} model calls and ended; what was finished is kept."
            )
        self.model_calls += 1

    def failed_write(self, reason: str) -> None:
        """Count one failed write."""
        self.failed_writes += 1
        if self.failed_writes >= self.limits.failed_writes:
            raise AgentStopped(f"FAILED: {self.failed_writes} writes failed, the last one because {reason}")

    def wrong_path(self, path: str) -> None:
        """Count one execution in a folder that does not exist."""
        self.wrong_paths += 1
        if self.wrong_paths >= self.limits.wrong_paths:
            raise AgentStopped(f"INVALID: directory not found ({path})")

    def counts(self) -> dict[str, int]:
        """The counters, to be journaled."""
        return {name: getattr(self, name) for name in _COUNTERS}

    def restore(self, counts: Mapping[str, int]) -> None:
        """Take over journaled counters: a resumed run has used what it used."""
        for name in _COUNTERS:
            setattr(self, name, max(getattr(self, name), counts.get(name, 0)))

    def as_data(self) -> dict[str, dict[str, int]]:
        """`{used, limit}` of each counter, for reports."""
        return {
            name: {"used": getattr(self, name), "limit": getattr(self.limits, name)} for name in _COUNTERS
        }
