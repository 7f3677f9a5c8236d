"""SIGINT and SIGTERM: end the work in good order, with the exit codes that a shell expects."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any

SIGINT_EXIT = 130
SIGTERM_EXIT = 143


def run_interruptible(work: Coroutine[Any, Any, int], on_interrupt: Callable[[], None]) -> int:
    """The coroutine's exit code, or 130 after SIGINT and 143 after SIGTERM; `on_interrupt` then tells the person.

    The work is cancelled, so that its `finally` blocks stop what it started.
    """
    return asyncio.run(_run(work, on_interrupt))


async def _run(work: Coroutine[Any, Any, int], on_interrupt: Callable[[], None]) -> int:
    task = asyncio.ensure_future(work)
    received: list[int] = []

    def interrupt(number: int) -> None:
        # Once is enough: a second cancellation would end the `finally` blocks, which stop Terraform.
        if not received:
            received.append(number)
            task.cancel()

    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        # The loop there has no signal handlers; Ctrl+C still arrives between callbacks.
        signal.signal(signal.SIGINT, lambda number, _frame: loop.call_soon_threadsafe(interrupt, number))
    else:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, interrupt, number)
    try:
        return await task
    except asyncio.CancelledError:
        if not received:
            raise
        on_interrupt()
        return SIGTERM_EXIT if received[0] == signal.SIGTERM else SIGINT_EXIT
