"""The conversations of a run with a model: recorded in its journal, and read back instead of being held again.

The same form scripts the tests and feeds `replay`: one entry an exchange, in order.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from aws_orchestrator.model import Wire
from aws_orchestrator.runs.limits import GracefulEnd

KIND = "model_exchange"
"""The kind of journal entry."""
FORMAT_VERSION = 1
PLANNING = frozenset({"requirements", "plan"})
"""The purposes for which the planning model is asked; the editing model for all others."""


class Failure(Wire):
    """Why a request got no answer."""

    reason: str
    status: int | None = None
    retry_after: float | None = None


class Recorded(Wire):
    """One request and what came of it, as the journal holds it."""

    format_version: int = FORMAT_VERSION
    purpose: str
    request: str
    """Digest of the request without secrets."""
    model: str = ""
    body: str = ""
    """Digest of the kept content that holds the request."""
    message: dict[str, Any] | None = None
    """The answer as the Messages API writes it."""
    failure: Failure | None = None


class Exchange(NamedTuple):
    """One request on its way, and then with its answer."""

    purpose: str
    request: str
    body: Mapping[str, Any]
    message: dict[str, Any] | None = None
    failure: Failure | None = None

    def answered(self, message: dict[str, Any]) -> "Exchange":
        """The exchange with its answer."""
        return self._replace(message=message)

    def failed(self, reason: str, status: int | None, retry_after: float | None) -> "Exchange":
        """The exchange without one."""
        return self._replace(failure=Failure(reason=reason, status=status, retry_after=retry_after))


class ModelUse(Wire):
    """What a run asked of models."""

    models: tuple[str, ...]
    calls: int
    """Requests that were sent, those without an answer included."""
    by_purpose: dict[str, int]
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int
    cache_hit_rate: float
    """Which part of what was read came from the cache, between 0 and 1."""


Kind = Literal["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"]


class Exchanges:
    """The exchanges of one run."""

    def __init__(
        self,
        recorded: Iterable[Mapping[str, Any]] = (),
        record: Callable[[Exchange], None] | None = None,
        tokens: int | None = None,
    ) -> None:
        """`recorded` are those that may be read back, `record` hears of every new one, `tokens` is the run's limit."""
        self._waiting = [Recorded.model_validate(data) for data in recorded]
        self._seen = list(self._waiting)
        self._record = record or (lambda _exchange: None)
        self._tokens = tokens

    def recall(self, purpose: str, request: str) -> dict[str, Any] | None:
        """The recorded answer to the very same request, once; None when there is none."""
        for index, entry in enumerate(self._waiting):
            if (entry.purpose, entry.request) == (purpose, request) and entry.message is not None:
                del self._waiting[index]
                return entry.message
        return None

    def record(self, exchange: Exchange) -> None:
        """Record an exchange that just ended."""
        self._seen.append(
            Recorded(
                purpose=exchange.purpose,
                request=exchange.request,
                model=str(exchange.body.get("model", "")),
                message=exchange.message,
                failure=exchange.failure,
            )
        )
        self._record(exchange)

    def use(self) -> ModelUse | None:
        """What the run asked so far; None when it asked nothing."""
        if not self._seen:
            return None
        fresh, read, written = (
            self._sum("input_tokens"),
            self._sum("cache_read_input_tokens"),
            self._sum("cache_creation_input_tokens"),
        )
        purposes: dict[str, int] = {}
        for entry in self._seen:
            purposes[entry.purpose] = purposes.get(entry.purpose, 0) + 1
        whole = fresh + read + written
        return ModelUse(
            models=tuple(sorted({entry.model for entry in self._seen if entry.model})),
            calls=len(self._seen),
            by_purpose=purposes,
            input_tokens=fresh,
            output_tokens=self._sum("output_tokens"),
            cache_read_tokens=read,
            cache_write_tokens=written,
            cache_hit_rate=round(read / whole, 4) if whole else 0.0,
        )

    def expect_tokens(self) -> None:
        """Return when the run may ask more; GracefulEnd when it used its tokens."""
        if self._tokens is None:
            return
        kinds: tuple[Kind, ...] = (
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
        )
        if sum(self._sum(kind) for kind in kinds) >= self._tokens:
            raise GracefulEnd(f"The run used its {self._tokens:,} tokens of a model and was ended.")

    def _sum(self, kind: Kind) -> int:
        found = ((entry.message or {}).get("usage") or {} for entry in self._seen)
        return sum(value for usage in found if isinstance(value := usage.get(kind), int))
