"""A person at a terminal, or nobody: progress lines, and gates as prompts."""

import asyncio
import re
import sys
import threading

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape

from aws_orchestrator.protocol import Gate, GateAnswer, GateField, RunEvent

_MARKS = {"started": "[cyan]…[/]", "done": "[green]✓[/]", "skipped": "[dim]–[/]", "failed": "[red]✗[/]"}


class TerminalPerson:
    """Shows what happens on a console and asks gates there when somebody can answer."""

    def __init__(self, console: Console, interactive: bool) -> None:
        """`interactive` says that a person is there."""
        self._console = console
        self._interactive = interactive

    async def tell(self, event: RunEvent) -> None:
        """Print a step when it ended, and the start and end of a run."""
        if event.kind == "started":
            self._console.print(f"[bold]Run {event.run_id}[/]: {escape(event.summary)}")
        elif event.step is not None and (event.step.status != "started" or self._console.is_terminal):
            step = event.step
            detail = f"  [dim]{escape(step.detail)}[/]" if step.detail else ""
            end = "\r" if step.status == "started" else "\n"
            line = f"{_MARKS[step.status]} {step.index}/{step.total} {step.agent}: {step.title}{detail}"
            self._console.print(line, end=end, highlight=False, soft_wrap=True)

    async def ask(self, gate: Gate) -> GateAnswer | None:
        """The person's choice and fields; None when they end the input or nobody is there."""
        if not self._interactive:
            return None
        self._console.rule(f"[bold]{escape(gate.title)}[/]")
        if gate.context:
            self._console.print(Markdown(gate.context))
        self._console.print(escape(gate.question))
        for number, option in enumerate(gate.options, start=1):
            mark = " (default)" if option.primary else ""
            self._console.print(
                f"  {number}. [bold]{escape(option.label)}[/]{mark}  [dim]{escape(option.description)}[/]"
            )
        choice = await self._choose(gate)
        if choice is None:
            return None
        fields = {}
        for field in gate.fields:
            if field.choices and choice not in field.choices:
                continue
            value = await self._field(field)
            if value is None:
                return None
            fields[field.key] = value
        return GateAnswer(choice=choice, fields=fields)

    async def _choose(self, gate: Gate) -> str | None:
        primary = next((option.key for option in gate.options if option.primary), None)
        while True:
            answer = await self._read(f"1-{len(gate.options)}: ")
            if answer is None:
                return None
            if not answer and primary:
                return primary
            if answer.isdigit() and 1 <= int(answer) <= len(gate.options):
                return gate.options[int(answer) - 1].key
            if answer in {option.key for option in gate.options}:
                return answer
            self._console.print("Type the number of a choice, or end the input (Ctrl+D) for the safe one.")

    async def _field(self, field: GateField) -> str | None:
        while True:
            default = f" [{field.default}]" if field.default else ""
            answer = await self._read(f"{field.label}{default} ")
            if answer is None:
                return None
            value = answer or field.default
            if field.required and not value:
                self._console.print("This cannot be left empty.")
            elif field.pattern and value and not re.fullmatch(field.pattern, value):
                self._console.print(f"This must match {escape(field.pattern)}.")
            else:
                return value

    async def _read(self, prompt: str) -> str | None:
        self._console.print(prompt, end="", markup=False)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()

        def deliver(line: str) -> None:
            if not answer.done():
                answer.set_result(line)

        def read() -> None:
            line = sys.stdin.readline()
            loop.call_soon_threadsafe(deliver, line)

        # A daemon thread: Ctrl+C while somebody thinks must not wait for the line to end.
        threading.Thread(target=read, daemon=True).start()
        line = await answer
        return line.strip() if line else None


def somebody_is_there() -> bool:
    """True when a person can read our output and answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()
