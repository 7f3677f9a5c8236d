"""The conversations of a run with a model: recorded in its journal, and read back instead of being held again.

The same form scripts the tests and feeds `replay`: one entry an exchange, in order.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from aws_orchestrator.errors import MindUnavailable
from aws_orchestrator.limits import Limits
from aws_orchestrator.model import Wire
from aws_orchestrator.protocol import LimitUse
from aws_orchestrator.runs.limits import GracefulEnd, Usage
from aws_orchestrator.runs.model_prices import dollars_of, price_list, price_of, unpriced

KIND = "model_exchange"
"""The kind of journal entry."""
LOOKUP = "registry"
"""The purpose of what is no request to a model, but what a registry server answered to one: heard again, not counted."""
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
    dollars: float | None = None
    """What the answers cost at list prices; None where a model's price is not known."""
    prices: str = ""
    """Where that figure comes from, or why there is none; in a clause."""


Kind = Literal["input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"]


class Exchanges:
    """The exchanges of one run."""

    def __init__(
        self,
        recorded: Iterable[Mapping[str, Any]] = (),
        record: Callable[[Exchange], None] | None = None,
        usage: Usage | None = None,
    ) -> None:
        """`recorded` are those that may be read back, `record` hears of every new one, `usage` has the run's limits."""
        self._waiting = [Recorded.model_validate(data) for data in recorded]
        self._seen = list(self._waiting)
        self._record = record or (lambda _exchange: None)
        self._limits: Limits | None = None
        if usage is not None:
            self._limits = usage.limits
            usage.of_models = self.so_far

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
        asked = [entry for entry in self._seen if entry.purpose != LOOKUP]
        if not asked:
            return None
        fresh, read, written = (
            self._sum("input_tokens"),
            self._sum("cache_read_input_tokens"),
            self._sum("cache_creation_input_tokens"),
        )
        purposes: dict[str, int] = {}
        for entry in asked:
            purposes[entry.purpose] = purposes.get(entry.purpose, 0) + 1
        whole = fresh + read + written
        models = tuple(sorted({entry.model for entry in self._seen if entry.model}))
        unknown = unpriced(models)
        prices = price_list()
        return ModelUse(
            models=models,
            calls=len(asked),
            by_purpose=purposes,
            input_tokens=fresh,
            output_tokens=self._sum("output_tokens"),
            cache_read_tokens=read,
            cache_write_tokens=written,
            cache_hit_rate=round(read / whole, 4) if whole else 0.0,
            dollars=None if unknown else self._dollars(),
            prices=f"what {unknown} costs is not known here"
            if unknown
            else f"Anthropic's list prices of {prices.read}",
        )

    def so_far(self) -> dict[str, LimitUse]:
        """What was used of the limits of tokens and money, where there is such a limit."""
        if self._limits is None:
            return {}
        found = {"model_tokens": LimitUse(used=self._all_tokens(), limit=self._limits.model_tokens)}
        if self._limits.money is not None:
            found["money"] = LimitUse(used=self._dollars(), limit=self._limits.money)
        return found

    def expect_within_limits(self, model: str) -> None:
        """Return when the run may ask that model; GracefulEnd when it used its tokens or its money.

        MindUnavailable when money is limited and nobody can tell what the model costs. One answer may pass a limit: what
        it costs is known when it is there.
        """
        limits = self._limits
        if limits is None:
            return
        if self._all_tokens() >= limits.model_tokens:
            raise GracefulEnd(f"The run used its {limits.model_tokens:,} tokens of a model and was ended.")
        if limits.money is None:
            return
        if price_of(model) is None:
            raise MindUnavailable(money_without_price(model))
        if (spent := self._dollars()) >= limits.money:
            raise GracefulEnd(
                f"The run used its ${limits.money:,.2f} for models (${spent:,.2f} at list prices) and was ended."
            )

    def _all_tokens(self) -> int:
        kinds: tuple[Kind, ...] = (
            "input_tokens",
            "output_tokens",
            "cache_read_input_tokens",
            "cache_creation_input_tokens",
        )
        return sum(self._sum(kind) for kind in kinds)

    def _dollars(self) -> float:
        costs = (dollars_of(entry.model, (entry.message or {}).get("usage") or {}) for entry in self._seen)
        return round(sum(cost for cost in costs if cost is not None), 6)

    def _sum(self, kind: Kind) -> int:
        found = ((entry.message or {}).get("usage") or {} for entry in self._seen)
        return sum(value for usage in found if isinstance(value := usage.get(kind), int))


def money_without_price(models: str) -> str:
    """Why models cannot be asked under a limit in money, and what to do."""
    return (
        f"Claude cannot be used with a limit in money: what {models} costs is not known here. Choose a model of the price "
        "list (docs/governance.md names it), or limit tokens (model_tokens) instead."
    )
