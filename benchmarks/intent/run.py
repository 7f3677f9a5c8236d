"""How many of sixty wishes a mind understands: each becomes a module, and the plan that Terraform makes of it is looked at.

    python benchmarks/intent/run.py                    the built-in mind
    python benchmarks/intent/run.py --mind claude      Claude; the key is in ANTHROPIC_API_KEY
    python benchmarks/intent/run.py --only queue       the wishes with that word (repeatable)

A wish is met when its module is valid, and the plan of its own example holds what `wishes.json` says. Nothing of AWS is
asked: the provider is mocked.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.findings import Tree
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.minds.choice import choose_mind
from aws_orchestrator.protocol import Gate, GateAnswer, RunEvent, Surface
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.settings import load_settings
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.diagnostics import events
from aws_orchestrator.workflows.disk import DiskWorkspace
from aws_orchestrator.workflows.house import open_house
from aws_orchestrator.workflows.report import Outcome
from aws_orchestrator.workflows.session import finish, start_run

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.intent.check import Planned, Wish, planned_of, unmet

EXAMPLE_RUN = "basic_example"
WISHES = Path(__file__).with_name("wishes.json")


class NotPlanned(Exception):
    """The bench, not the mind, failed: a module that is valid has an example that Terraform plans."""


class PlanReader(BundledEngine):
    """The engine, which also tells what the run of a module's example plans."""

    async def plan(self, key: str, files: Mapping[str, bytes]) -> list[Planned]:
        """The resources that the example's plan creates."""
        tree = Tree(key=f"intent {key}", files=files)
        async with self._one_check:
            found = await self._preflight(tree)
            folder = await self._lay_out(tree)
            await self._make_ready(tree, folder, found)
            output = await self._run("test", folder, ("test", "-json", "-verbose", "-no-color"), found)
        for event in events(output):
            if event.get("type") == "test_plan" and event.get("@testrun") == EXAMPLE_RUN:
                return planned_of(event["test_plan"].get("resource_changes", []))
        raise NotPlanned(f"The example of {key} was not planned: {output.stdout[-1_000:]} {output.stderr}")


class FirstReading:
    """Takes the first reading where a wish is ambiguous, and what is recommended where something costs."""

    is_there = True
    surface: Surface = "terminal"

    async def ask(self, gate: Gate) -> GateAnswer | None:
        """The likeliest reading, the recommended option, or the safe choice."""
        if gate.kind not in ("ambiguous", "cost"):
            return None
        primary = [option for option in gate.options if option.primary]
        return GateAnswer(choice=(primary or list(gate.options))[0].key)

    async def tell(self, event: RunEvent) -> None:
        """Nobody listens."""


def read_wishes(words: list[str]) -> list[Wish]:
    """The wishes, or those with any of the words alone."""
    data = json.loads(WISHES.read_text(encoding="utf-8"))
    wishes = [Wish(one["wish"], one["planned"], one.get("absent", [])) for one in data]
    return [wish for wish in wishes if not words or any(word in wish.text for word in words)]


async def main() -> int:
    """Print a line for each wish, and the score."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mind", choices=("builtin", "claude"), default="builtin")
    parser.add_argument("--only", action="append", default=[], metavar="WORDS")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there")
    arguments = parser.parse_args()
    os.environ["AWS_ORCHESTRATOR_MIND"] = arguments.mind
    settings = load_settings(None)
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = PlanReader(shipped_library(), Path(folder) / "scratch")
        try:
            for number, wish in enumerate(read_wishes(arguments.only), start=1):
                mind = choose_mind(settings, os.environ)
                root = Path(folder) / f"wish-{number}"
                await asyncio.to_thread(root.mkdir)
                house = open_house(DiskWorkspace(root), engine, mind, FirstReading(), SystemClock(), settings)
                house = house._replace(catalogs=shipped_library())
                began = time.monotonic()
                nothing = PreparedAnswers({})
                outcome = await finish(house, start_run(house, wish.text, nothing), nothing)
                results.append(await judged(engine, root, wish, outcome, time.monotonic() - began))
                tell(number, results[-1])
        except OrchestratorError as error:
            print(error, file=sys.stderr)
            return error.exit_code
        finally:
            await engine.close()
    summarise(results)
    if arguments.json:
        await asyncio.to_thread(
            arguments.json.write_text, json.dumps(results, indent=1, ensure_ascii=False) + "\n"
        )
    return 0


async def judged(
    engine: PlanReader, root: Path, wish: Wish, outcome: Outcome, seconds: float
) -> dict[str, Any]:
    """What came of one wish."""
    report = outcome.report
    problems = [report.message]
    if report.status == "done" and report.module is not None:
        folder = root / report.module.path
        files = {name: await asyncio.to_thread((folder / name).read_bytes) for name in report.module.files}
        problems = unmet(wish, await engine.plan(root.name, files))
    use = report.model
    return {
        "wish": wish.text,
        "met": not problems,
        "problems": problems,
        "status": report.status,
        "service": report.module.service if report.module else "",
        "calls": use.calls if use else 0,
        "tokens": use.input_tokens + use.output_tokens + use.cache_read_tokens + use.cache_write_tokens
        if use
        else 0,
        "cacheHitRate": use.cache_hit_rate if use else 0.0,
        "dollars": use.dollars if use else 0.0,
        "seconds": round(seconds, 1),
    }


def tell(number: int, result: Mapping[str, Any]) -> None:
    """One line for one wish."""
    mark = "met  " if result["met"] else "unmet"
    why = "" if result["met"] else f"\n           {'; '.join(result['problems'])[:300]}"
    print(
        f"{number:>3} {mark} {result['seconds']:>6.1f} s {result['calls']:>2} calls  {result['wish']}{why}",
        flush=True,
    )


def summarise(results: list[dict[str, Any]]) -> None:
    """The score."""
    met, valid = sum(one["met"] for one in results), sum(one["status"] == "done" for one in results)
    calls = [one["calls"] for one in results]
    print(f"\n{met} of {len(results)} wishes met; {valid} became valid modules.")
    if any(calls):
        print(
            f"{sum(calls)} calls, {max(calls)} at most for one wish; {sum(one['tokens'] for one in results):,} tokens."
        )
        if all(one["dollars"] is not None for one in results):
            print(f"About ${sum(one['dollars'] for one in results):,.2f} at list prices.")


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
