"""How much a run may do: the bounds that a person can set, with the specification's values."""

import math
import re
from collections.abc import Iterable, Mapping

from pydantic import Field, ValidationError

from aws_orchestrator.errors import UsageError
from aws_orchestrator.model import Frozen

_NUMBER = re.compile(r"\d{1,15}(\.\d{1,6})?")


class Limits(Frozen):
    """The limits of a run. The defaults are the specification's; a workspace's file may lower them."""

    failed_writes: int = Field(default=3, ge=1)
    """Failed `write_file` calls before the generator stops."""
    wrong_paths: int = Field(default=3, ge=1)
    """Executions in a folder that does not exist before the validator stops."""
    writes: int = Field(default=20, ge=1)
    """Writes of a mind in a run; a compiler's batch is one. Healing has a reserve of as many."""
    tool_calls: int = Field(default=60, ge=1)
    """Tool calls of all agents in a run."""
    model_calls: int = Field(default=40, ge=1)
    """Requests to a model in a run, those that failed and were sent again included."""
    heal_rounds: int = Field(default=1, ge=0)
    """Rounds of healing before the errors are reported."""
    model_tokens: int = Field(default=2_000_000, ge=1)
    """Tokens that a model reads and writes in a run, those from its cache included."""
    money: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """What a run's model calls may cost, in US dollars at list prices; None: not limited."""

    def lowered(self, *bounds: Mapping[str, float]) -> "Limits":
        """These limits, none of them above what the bounds say."""
        values = self.model_dump()
        for bound in bounds:
            values |= {name: min(_of(values, name), value) for name, value in bound.items() if name in values}
        return Limits.model_validate(values)


def parse_bounds(limits: Limits, pairs: Iterable[str]) -> dict[str, float]:
    """What flags say of the limits of one run; UsageError for anything but a known limit that becomes lower."""
    bounds: dict[str, float] = {}
    known = limits.model_dump()
    for pair in pairs:
        name, _, value = (part.strip() for part in pair.partition("="))
        if name not in known or not _NUMBER.fullmatch(value) or ("." in value and name != "money"):
            raise UsageError(f"`{pair}` is no limit; write NAME=N, where NAME is one of {', '.join(known)}.")
        number = float(value) if name == "money" else int(value)
        if number > _of(known, name):
            raise UsageError(
                f"A flag only lowers a limit: {name} is {known[name]}. "
                "Raise it in your editor's user settings or the environment."
            )
        bounds[name] = number
    try:
        limits.lowered(bounds)
    except ValidationError as error:
        raise UsageError(
            f"The limit {error.errors()[0]['loc'][0]} is too low: {error.errors()[0]['msg']}."
        ) from error
    return bounds


def _of(values: Mapping[str, float | None], name: str) -> float:
    value = values[name]
    return math.inf if value is None else value
