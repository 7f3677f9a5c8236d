"""What can be ordered to go wrong between a client and GitHub: once, or as often as asked."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["drop_before", "drop_after", "status", "slow", "huge", "endless", "meanwhile"]


@dataclass
class Fault:
    """One fault: which calls it strikes, and how."""

    kind: Kind
    method: str = ""
    """`POST`, …; any when empty."""
    path: str = ""
    """A regular expression that is searched in the path behind `/repos/OWNER/NAME`."""
    skip: int = 0
    """How many matching calls go well before."""
    times: int = 1
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 0
    act: Callable[[], object] | None = None
    struck: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether this call is struck; counts it."""
        if self.times <= 0 or (self.method and method != self.method) or not re.search(self.path, path):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        self.struck += 1
        return True


def rate_limited(reset: int, **where: Any) -> Fault:
    """403 as GitHub answers it when the hour's requests are used up."""
    return Fault(
        "status",
        status=403,
        headers={
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(reset),
        },
        body={"message": "API rate limit exceeded for user ID 1."},
        **where,
    )


def answered(status: int, message: str, **where: Any) -> Fault:
    """An error that GitHub answers with."""
    return Fault("status", status=status, body={"message": message}, **where)
