"""A person at a terminal, or nobody: progress lines, and gates as prompts."""

import asyncio
import os
import re
import sys
import threading

from aws_orchestrator.cli.screen import Color, Screen
from aws_orchestrator.protocol import Gate, GateAnswer, GateField, RunEvent, StepEvent, StepStatus, Surface
from aws_orchestrator.runs.limits import used_in_words
from aws_orchestrator.runs.redaction import printable, shortened

_MARKS: dict[StepStatus, tuple[Color, str]] = {
    "started": ("cyan", "…"),
    "done": ("green", "✓"),
    "skipped": ("dim", "–"),
    "failed": ("red", "✗"),
}
_SHOWN_REQUEST = 160
_OF_MODELS = ("model_calls", "model_tokens", "money")


class TerminalPerson:
    """Shows what happens on a screen and asks gates there when somebody can answer."""

    def __init__(self, screen: Screen, interactive: bool) -> None:
        """`interactive` says that a person is there."""
        self._screen = screen
        self._interactive = interactive
        self._typed = b""
        self._calls: float = 0

    @property
    def is_there(self) -> bool:
        """Whether anybody can answer."""
        return self._interactive

    @property
    def surface(self) -> Surface:
        """Gates are questions on the screen."""
        return "terminal"

    async def tell(self, event: RunEvent) -> None:
        """Print a step when it ended, and the start of a run."""
        screen = self._screen
        if event.kind == "started":
            screen.line(
                screen.paint("bold", f"Run {event.run_id}"), ": ", shortened(event.summary, _SHOWN_REQUEST)
            )
        elif event.kind == "step" and event.step is not None:
            step = event.step
            color, mark = _MARKS[step.status]
            line = f" {step.index}/{step.total} {step.agent}: {step.title}"
            if step.status == "started":
                screen.step(mark, line)
            else:
                said = [printable(step.detail), self._newly_asked(step)]
                detail = "".join(screen.paint("dim", f"  {text}") for text in said if text)
                screen.replace(screen.paint(color, mark), line, detail)

    def _newly_asked(self, step: StepEvent) -> str:
        """What the run has used of its limits for models, after a step that asked one."""
        use = {name: step.usage[name] for name in _OF_MODELS if name in step.usage}
        calls = use["model_calls"].used if "model_calls" in use else 0
        asked, self._calls = calls != self._calls, calls
        return f"[{', '.join(used_in_words(use))}]" if asked and calls else ""

    async def ask(self, gate: Gate) -> GateAnswer | None:
        """The person's choice and fields; None when they end the input or nobody is there."""
        if not self._interactive:
            return None
        self._show(gate)
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

    def _show(self, gate: Gate) -> None:
        screen = self._screen
        screen.line()
        screen.line(screen.paint("bold", gate.title))
        colors: dict[str, Color] = {"+": "green", "-": "red"} if "```diff" in gate.context else {}
        for line in gate.context.splitlines():
            text = "".join(letter if letter.isprintable() else " " for letter in line)
            color = colors.get(line[:1])
            screen.line("  ", screen.paint(color, text) if color else text)
        screen.line(gate.question)
        for number, option in enumerate(gate.options, start=1):
            mark = " (default)" if option.primary else ""
            description = screen.paint("dim", f"  {option.description}") if option.description else ""
            screen.line(f"  {number}. ", screen.paint("bold", option.label), mark, description)

    async def _choose(self, gate: Gate) -> str | None:
        primary = next((option.key for option in gate.options if option.primary), None)
        while True:
            answer = await self._read(f"1-{len(gate.options)}: ")
            if answer is None:
                return None
            if not answer and primary:
                return primary
            if answer.isdecimal() and 1 <= int(answer) <= len(gate.options):
                return gate.options[int(answer) - 1].key
            if answer in {option.key for option in gate.options}:
                return answer
            self._screen.line("Type the number of a choice, or end the input (Ctrl+D) for the safe one.")

    async def _field(self, field: GateField) -> str | None:
        while True:
            default = f" [{field.default}]" if field.default else ""
            answer = await self._read(f"{field.label}{default} ")
            if answer is None:
                return None
            value = answer or field.default
            if field.required and not value:
                self._screen.line("This cannot be left empty.")
            elif field.pattern and value and not re.fullmatch(field.pattern, value):
                self._screen.line(f"This must match {field.pattern}.")
            else:
                return value

    async def _read(self, prompt: str) -> str | None:
        """The next line that the person types, without the blanks around it; None at the end of the input."""
        self._screen.line(prompt, end="")
        loop = asyncio.get_running_loop()
        while b"\n" not in self._typed:
            came: asyncio.Future[bytes] = loop.create_future()

            # A daemon thread: Ctrl+C while somebody thinks must not wait for the line to end. It reads the
            # descriptor, because a thread inside sys.stdin makes Python abort when it exits.
            threading.Thread(target=_read_some, args=(loop, came), daemon=True).start()
            chunk = await came
            if not chunk:
                self._screen.line()
                return None
            self._typed += chunk
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode(sys.stdin.encoding or "utf-8", "replace").strip()


def _read_some(loop: asyncio.AbstractEventLoop, came: "asyncio.Future[bytes]") -> None:
    try:
        chunk = os.read(0, 4096)
    except OSError:  # the terminal is gone: nobody will answer
        chunk = b""

    def deliver() -> None:
        if not came.done():
            came.set_result(chunk)

    if not loop.is_closed():
        loop.call_soon_threadsafe(deliver)


def somebody_is_there() -> bool:
    """True when a person can read our output and answer."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
