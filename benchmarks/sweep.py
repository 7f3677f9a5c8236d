"""Every resource type of the shipped AWS catalog as a module: planned, compiled, formatted, initialised, validated, judged.

`python benchmarks/sweep.py [WORD…]` sweeps the types whose names hold one of the words (all without one). FULL=1 in the
environment also runs each module's own tests. STEP=12 takes every twelfth type only.
Ends with 1 when a module is not valid or a rule has a finding.
"""

import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from aws_orchestrator.blueprint.compile import CompiledModule, compile_module
from aws_orchestrator.blueprint.model import Blueprint, default_selection
from aws_orchestrator.blueprint.verify import verify
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.findings import CheckResult, Severity, Tree
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from aws_orchestrator.minds.builtin.planner.resource import plan_resource
from aws_orchestrator.outside import Engine
from aws_orchestrator.rules import RuleContext, check_module
from aws_orchestrator.terraform.bundled import AWS, BundledEngine

_SHOWN = 5
_BATCH = 60

# Types that cannot be clean for a reason outside of the planner. They count as failed in the table all the same.
OPEN = {
    "aws_autoscaling_group_tag": "its one `tag` block is what it manages, and the rule merge-tagging takes it for its own tags",
    "aws_inspector_resource_group": "its `tags` are required, which verify does not expect of what the compiler writes",
    "aws_s3_bucket_object": "the type and its required arguments are deprecated, which verify and the rules refuse",
}


class Swept(NamedTuple):
    """What became of one type."""

    name: str
    problems: tuple[tuple[str, str], ...]
    """Each with its stage: `plan`, `verify`, `compile`, `fmt`, `init`, `validate`, `rules`, `tests`."""
    warnings: tuple[str, ...]
    """What Terraform warned of: a type that the provider itself calls deprecated."""
    seconds: float


def shipped_catalog() -> Catalog:
    """The newest AWS catalog that ships."""
    catalog = shipped_library().choose(AWS)
    assert catalog is not None
    return catalog


async def sweep_type(engine: Engine, catalog: Catalog, name: str, *, tests: bool) -> Swept:
    """The module of one resource type through all checks."""
    start = time.perf_counter()
    try:
        blueprint = plan_resource(catalog, known_facts(catalog), name)
        problems, warnings = await check_blueprint(engine, catalog, blueprint, tests=tests)
    except OrchestratorError as error:
        problems, warnings = [("plan", str(error))], []
    return Swept(name, tuple(problems), tuple(warnings), time.perf_counter() - start)


async def check_blueprint(
    engine: Engine, catalog: Catalog, blueprint: Blueprint, *, tests: bool
) -> tuple[list[tuple[str, str]], list[str]]:
    """The problems and warnings of a blueprint and of the module that its default selection makes."""
    problems = [("verify", str(problem)) for problem in verify(blueprint, catalog)]
    compiled = compile_module(blueprint, default_selection(blueprint), catalog)
    tree = Tree(key="sweep", files=compiled.files)
    checks = [engine.fmt, engine.init, engine.validate, *([engine.test] if tests else [])]
    warnings: list[str] = []
    for check in checks:
        result = await check(tree)
        problems += _problems(result)
        warnings += [item.line() for item in result.findings if item.severity is not Severity.ERROR]
    # Our own rules have to be silent altogether.
    return problems + [("rules", item.line()) for item in _rules(catalog, compiled).findings], warnings


def _rules(catalog: Catalog, compiled: CompiledModule) -> CheckResult:
    declared = frozenset(name for name in compiled.files if name.endswith(".tf"))
    return check_module(compiled.files, RuleContext(catalog, declared))


def _problems(result: CheckResult) -> list[tuple[str, str]]:
    found = [
        (str(result.check), finding.line())
        for finding in result.findings
        if finding.severity is Severity.ERROR
    ]
    if result.status != "passed" and not found:
        found.append((str(result.check), f"{result.status}: {result.note}"))
    return found


def sweep_names(names: Sequence[str], tests: bool) -> list[Swept]:
    """The names one after the other, with one warm engine."""

    async def sweep() -> list[Swept]:
        catalog = shipped_catalog()
        with tempfile.TemporaryDirectory() as folder:
            engine = BundledEngine(shipped_library(), Path(folder))
            try:
                return [await sweep_type(engine, catalog, name, tests=tests) for name in names]
            finally:
                await engine.close()

    return asyncio.run(sweep())


def report(swept: Iterable[Swept], seconds: float, catalog: Catalog) -> int:
    """Print the table; the exit code."""
    every = list(swept)
    failed = [item for item in every if item.problems]
    valid = [item for item in every if all(stage == "rules" for stage, _ in item.problems)]
    print(
        f"{catalog.provider} {catalog.version}: {len(every)} types in {seconds:.0f} s ({len(every) / seconds:.1f}/s)"
    )
    print(
        f"valid {len(valid)} of {len(every)} ({100 * len(valid) / len(every):.2f}%), "
        f"without any finding {len(every) - len(failed)}"
    )
    warned = [item.name for item in every if item.warnings and not item.problems]
    print(f"with a warning of Terraform (deprecated by the provider): {len(warned)}")
    groups: dict[tuple[str, str], list[str]] = {}
    for item in failed:
        for stage, problem in item.problems:
            groups.setdefault((stage, _kind(problem, item.name)), []).append(f"{item.name}: {problem}")
    for (stage, kind), problems in sorted(groups.items(), key=lambda group: -len(group[1])):
        print(f"\n{stage}: {len(problems)} × {kind}")
        for problem in problems[:_SHOWN]:
            print(f"    {problem[:300]}")
    stages = Counter(stage for item in failed for stage in {stage for stage, _ in item.problems})
    print("\n| stage | types with a problem |\n|---|---|")
    for stage in ("plan", "verify", "compile", "fmt", "init", "validate", "rules", "tests"):
        print(f"| {stage} | {stages.get(stage, 0)} |")
    for name in sorted(OPEN.keys() & {item.name for item in failed}):
        print(f"known: {name}: {OPEN[name]}")
    return 1 if any(item.name not in OPEN for item in failed) else 0


def _kind(problem: str, name: str) -> str:
    """The problem without what differs from type to type."""
    head = problem.partition(": ")[2] if ".tf:" in problem or ".hcl:" in problem else problem
    return head.replace(name, "TYPE").partition(":")[0][:60]


def main(words: Sequence[str]) -> int:
    """Sweep in as many processes as there are cores."""
    catalog = shipped_catalog()
    names = [name for name in catalog.resource_names if not words or any(word in name for word in words)]
    names = names[:: int(os.environ.get("STEP", "1"))]
    tests = os.environ.get("FULL") == "1"
    batches = [names[index : index + _BATCH] for index in range(0, len(names), _BATCH)]
    start = time.perf_counter()
    swept: list[Swept] = []
    # Spawned, not forked: gRPC and Terraform's library do not survive a fork.
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        for found in pool.map(sweep_names, batches, [tests] * len(batches)):
            swept += found
            print(f"\r{len(swept)} of {len(names)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return report(swept, time.perf_counter() - start, catalog)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
