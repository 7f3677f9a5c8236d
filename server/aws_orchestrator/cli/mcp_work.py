"""What `aws-orchestrator mcp` does for its tools: the workflows, with nobody there to answer a gate."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_orchestrator.catalog import library_of
from aws_orchestrator.cli.composition import terminal_engine, terminal_house
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Check, Tree
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.mcp.module_tools import Target
from aws_orchestrator.mcp.tool import Progress
from aws_orchestrator.outside import Engine
from aws_orchestrator.protocol import FORMAT_VERSION, Gate, GateAnswer, RunEvent, Surface
from aws_orchestrator.settings import load_settings
from aws_orchestrator.workflows.check_module import check_tree
from aws_orchestrator.workflows.module_tree import load_tree, module_root
from aws_orchestrator.workflows.report import ValidationReport
from aws_orchestrator.workflows.session import finish, start_run

_INLINE = "files given over MCP"


class TerminalWork:
    """Checks and generates for the tools, with one warm engine for the server's own workspace."""

    def __init__(self, root: Path, confined: bool) -> None:
        """`confined` keeps every path inside the root: over HTTP other programs of the machine may call."""
        self._root = root
        self._confined = confined
        self._engine: Engine | None = None
        self._checking = asyncio.Lock()

    async def close(self) -> None:
        """Stop the engine."""
        if self._engine is not None:
            await self._engine.close()
            self._engine = None

    async def check(self, target: Target, checks: tuple[Check, ...]) -> Mapping[str, Any]:
        """The validation report of a module, as `check --json` prints it, with its claim in a sentence."""
        if target.files:
            root, tree = self._root, Tree(key=_INLINE, files=target.contents)
        else:
            folder = self._inside(target.path)
            root = self._root if self._confined else module_root(folder)
            tree = load_tree(folder, root)
        # One module at a time: the engine says what it checked with of its last check only.
        async with self._checking:
            settings = load_settings(self._root)
            validation = await check_tree(
                self._warm_engine(), library_of(root), tree, checks, disabled_rules=settings.disabled_rules
            )
        report = ValidationReport.of(validation).model_dump(mode="json", by_alias=True)
        return {
            "formatVersion": FORMAT_VERSION,
            "path": target.path or None,
            "claim": validation.claim,
            **report,
        }

    async def generate(
        self, request: str, workspace: str, answers: Mapping[str, str], progress: Progress
    ) -> Mapping[str, Any]:
        """The report of a run; nobody is there, so a gate that is not answered takes the safe choice."""
        prepared = PreparedAnswers(answers)  # approves nothing destructive: there is no way to
        folder = self._inside(workspace)
        house = terminal_house(folder, _Caller(progress))
        try:
            outcome = await finish(house, start_run(house, request, prepared), prepared)
        finally:
            await house.engine.close()
        return outcome.as_data()

    def _warm_engine(self) -> Engine:
        if self._engine is None:
            self._engine = terminal_engine(self._root, load_settings(self._root))
        return self._engine

    def _inside(self, path: str) -> Path:
        """The folder that a caller named; UsageError when it may not be."""
        folder = (self._root / path.strip()).resolve()
        if self._confined and not folder.is_relative_to(self._root):
            raise UsageError(
                f"{path} is outside of {self._root}, and over HTTP no path may leave the server's workspace; "
                "start the server with --workspace, or over stdio."
            )
        return folder


class _Caller:
    """A program that hears the steps of a run and is asked nothing."""

    is_there = False
    surface: Surface = "agent"

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    async def ask(self, gate: Gate) -> GateAnswer | None:
        """Nobody is there: the safe choice."""
        return None

    async def tell(self, event: RunEvent) -> None:
        """Report a step that ended as progress."""
        step = event.step
        if step is not None and step.status != "started":
            await self._progress(step.index, step.total, f"{step.agent}: {step.title}")
