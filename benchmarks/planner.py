"""How long a sentence takes to become a planned and validated module in a warm process: no skill, all three phases, all checks.

`python benchmarks/planner.py` plans one service after the other in one process with one warm engine, the first of them to
warm up, and prints each time, their share of planning alone, and whether the target is met.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.gates.answers import PreparedAnswers
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from aws_orchestrator.minds.builtin.planner.plan import plan_requirements
from aws_orchestrator.minds.builtin.planner.requirements import requirements_of
from aws_orchestrator.protocol import Gate, GateAnswer, RunEvent, Surface
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.settings import Settings
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.workflows.disk import DiskWorkspace
from aws_orchestrator.workflows.house import open_house
from aws_orchestrator.workflows.session import finish, start_run

TARGET_SECONDS = 2.0
WARM_UP = "a container registry"
SENTENCES = (
    "an encrypted SQS queue named jobs",
    "a lambda function named resize in python3.12 with 512 MB memory",
    "a postgres 16 database db.t4g.medium with 20 GB",
    "a VPC 10.0.0.0/16 with public and private subnets in two zones",
    "an EKS cluster named core",
    "a glue crawler named nightly",
    "an opensearch domain named logs",
)


class Nobody:
    """Nobody answers, nobody listens."""

    is_there = False
    surface: Surface = "terminal"

    async def ask(self, gate: Gate) -> GateAnswer | None:
        """The safe choice."""
        return None

    async def tell(self, event: RunEvent) -> None:
        """Nothing."""


async def measure(root: Path) -> list[tuple[str, float, float]]:
    """Each sentence with its time as a whole and that of planning alone."""
    library = shipped_library()
    catalog = library.choose("hashicorp/aws")
    assert catalog is not None
    engine = BundledEngine(library, root / "scratch")
    workspace = root / "workspace"
    workspace.mkdir()
    house = open_house(DiskWorkspace(workspace), engine, BuiltinMind(), Nobody(), SystemClock(), Settings())
    found = []
    try:
        for sentence in (WARM_UP, *SENTENCES):
            answers = PreparedAnswers({})
            began = time.perf_counter()
            outcome = await finish(house, start_run(house, sentence, answers), answers)
            whole = time.perf_counter() - began
            assert outcome.report.status == "done", outcome.report.message
            planned = sum(
                seconds
                for step, seconds in outcome.report.timings.items()
                if step.startswith(("tf-planner", "coordinator: Check"))
            )
            found.append((sentence, whole, planned))
    finally:
        await engine.close()
    began = time.perf_counter()
    for sentence in SENTENCES:
        for wanted in requirements_of(sentence, catalog, known_facts(catalog)).services:
            plan_requirements(wanted, catalog, known_facts(catalog))
    print(f"planning alone, all of them again: {time.perf_counter() - began:.2f} s")
    return found[1:]


def main() -> int:
    """Measure and print; always 0: a benchmark reports, it does not fail."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder)))
    for sentence, whole, planned in found:
        print(f"{whole:6.2f} s  (planning {planned:5.2f} s)  {sentence}")
    slowest = max(whole for _, whole, _ in found)
    median = statistics.median(whole for _, whole, _ in found)
    print(
        f"median {median:.2f} s, slowest {slowest:.2f} s; target under {TARGET_SECONDS:.0f} s warm: ", end=""
    )
    print(
        "met" if slowest < TARGET_SECONDS else "met by the median" if median < TARGET_SECONDS else "NOT met"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
