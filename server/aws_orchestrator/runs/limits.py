"""What a run has used of its limits. Every use is journaled, so that a resumed run has used what it used."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from aws_orchestrator.errors import LimitReached
from aws_orchestrator.limits import Limits
from aws_orchestrator.protocol import LimitUse

Use = Literal["tool_calls", "writes", "healing_writes", "model_calls", "failed_writes", "wrong_paths"]
USES: tuple[Use, ...] = (
    "tool_calls",
    "writes",
    "healing_writes",
    "model_calls",
    "failed_writes",
    "wrong_paths",
)


class GracefulEnd(LimitReached):
    """A limit that ends the run in good order: what is finished is kept and reported."""


class AgentStopped(LimitReached):
    """An agent reached the limit of its failures; the text is the line it ends with (`FAILED: …`, `INVALID: …`)."""


class Usage:
    """Counts what a run did; every method that counts raises when the limit would be passed."""

    def __init__(
        self, limits: Limits, record: Callable[[Use], None] | None = None, used: Iterable[str] = ()
    ) -> None:
        """`record` hears of every use before it happens; `used` are those of the run before it was interrupted."""
        self.limits = limits
        self.healing = False
        self._record = record or (lambda _use: None)
        self._used = Counter(used)
        self.of_models: Callable[[], Mapping[str, LimitUse]] = dict
        """What the run's conversations with models used of their limits; set by whoever keeps them."""

    def __getitem__(self, use: Use) -> int:
        """How often."""
        return self._used[use]

    def tool_call(self) -> None:
        """Count one tool call."""
        if self["tool_calls"] >= self.limits.tool_calls:
            raise GracefulEnd(f"The run used its {self.limits.tool_calls} tool calls and was ended.")
        self._count("tool_calls")

    def write(self) -> None:
        """Count one write: of the healer when the run is healing, else of the generator."""
        # The healer has a reserve of its own: a generator that used every write must still be corrected.
        use: Use = "healing_writes" if self.healing else "writes"
        if self[use] >= self.limits.writes:
            raise LimitReached(f"The run used its {self.limits.writes} writes and was stopped.")
        self._count(use)

    def model_call(self) -> None:
        """Count one call of a model."""
        if self["model_calls"] >= self.limits.model_calls:
            raise GracefulEnd(f"The run used its {self.limits.model_calls} model calls and was ended.")
        self._count("model_calls")

    def failed_write(self, reason: str) -> None:
        """Count one failed write."""
        self._count("failed_writes")
        if self["failed_writes"] >= self.limits.failed_writes:
            raise AgentStopped(
                f"FAILED: {self['failed_writes']} writes failed, the last one because {reason}"
            )

    def wrong_path(self, path: str) -> None:
        """Count one execution in a folder that does not exist."""
        self._count("wrong_paths")
        if self["wrong_paths"] >= self.limits.wrong_paths:
            raise AgentStopped(f"INVALID: directory not found ({path})")

    def as_data(self) -> dict[str, dict[str, int | float]]:
        """`{used, limit}` of each limit, for reports."""
        return {name: {"used": use.used, "limit": use.limit} for name, use in self.so_far().items()}

    def so_far(self) -> dict[str, LimitUse]:
        """What was used of each limit until now, for whoever watches the run."""
        counted: dict[str, LimitUse] = {use: LimitUse(used=self[use], limit=self._limit(use)) for use in USES}
        return counted | dict(self.of_models())

    def _count(self, use: Use) -> None:
        self._record(use)
        self._used[use] += 1

    def _limit(self, use: Use) -> int:
        limit: int = getattr(self.limits, "writes" if use == "healing_writes" else use)
        return limit


def used_in_words(usage: Mapping[str, LimitUse]) -> list[str]:
    """What was used of each limit, and of how much: `3 of 60 tool calls`; limits that were not used are left out."""
    return [
        f"${use.used:,.2f} of ${use.limit:,.2f}"
        if name == "money"
        else f"{use.used:,} of {use.limit:,} {name.replace('_', ' ')}"
        for name, use in usage.items()
        if use.used
    ]
