"""The machine's clock. It dates journals; nothing that is generated or decided depends on it."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's time."""

    def now(self) -> str:
        """UTC, RFC 3339, seconds."""
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def monotonic(self) -> float:
        """Seconds that never go backwards."""
        return time.monotonic()
