"""What a model's answers cost at list prices: one dated data file, and no guess for a model that is not in it."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from aws_orchestrator.model import Frozen

_DATED = re.compile(r"-20\d{6}$")
_MILLION = 1_000_000


class ModelPrice(Frozen):
    """US dollars for a million tokens."""

    input: float
    output: float
    cache_write: float
    cache_read: float


class PriceList(Frozen):
    """The data file."""

    format_version: int
    read: str
    """When the prices were read."""
    source: str
    """Where."""
    about: str
    models: dict[str, ModelPrice]


@cache
def price_list() -> PriceList:
    """The list prices that are known here."""
    text = (files(__package__) / "model_prices.json").read_text(encoding="utf-8")
    return PriceList.model_validate_json(text)


def price_of(model: str) -> ModelPrice | None:
    """The price of a model, also under an id that ends with its date; None when it is not known here."""
    return price_list().models.get(_DATED.sub("", model))


def unpriced(models: Iterable[str]) -> str:
    """Those of the models of which no price is known, for a sentence; empty when all are known."""
    return " and ".join(sorted({model for model in models if price_of(model) is None}))


def dollars_of(model: str, usage: Mapping[str, object]) -> float | None:
    """What one answer cost by its own count of tokens; None when the model's price is not known."""
    price = price_of(model)
    if price is None:
        return None
    parts = {
        "input_tokens": price.input,
        "output_tokens": price.output,
        "cache_creation_input_tokens": price.cache_write,
        "cache_read_input_tokens": price.cache_read,
    }
    counts = {kind: count for kind in parts if isinstance(count := usage.get(kind), int)}
    return sum(count * parts[kind] for kind, count in counts.items()) / _MILLION
