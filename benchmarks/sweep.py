"""Every resource type of the shipped AWS catalog as a module: planned, compiled, formatted, initialised, validated, judged.

`python benchmarks/sweep.py [WORD…]` sweeps the types whose names hold one of the words (all without one). The modules of
150 types over all services are tested as well (applied against mocks), with FULL=1 in the environment all of them, with
TESTS=0 none. STEP=12 takes every twelfth type only. RESULTS=FILE keeps what is done there, so that an interrupted sweep
goes on where it was; a file of another catalog or of other code is refused.
Ends with 1 when a module is not valid or a rule has a finding.
"""

import asyncio
import hashlib
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import aws_orchestrator
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
# Small enough that little is lost when a sweep is interrupted.
_BATCH = 30
_TESTED = 150

# Types that cannot be clean for a reason outside of the planner. They count as failed in the table all the same.
OPEN = {
    "aws_s3_bucket_object": "the provider deprecates the type, and the rule no-deprecated-arguments says so",
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


def sweep_names(names: Sequence[str], tested: frozenset[str]) -> list[Swept]:
    """The names one after the other, with one warm engine; the tests of those that are to be tested run as well."""

    async def sweep() -> list[Swept]:
        catalog = shipped_catalog()
        with tempfile.TemporaryDirectory() as folder:
            engine = BundledEngine(shipped_library(), Path(folder))
            try:
                return [await sweep_type(engine, catalog, name, tests=name in tested) for name in names]
            finally:
                await engine.close()

    return asyncio.run(sweep())


def report(swept: Iterable[Swept], catalog: Catalog) -> int:
    """Print the table; the exit code."""
    every = list(swept)
    failed = [item for item in every if item.problems]
    valid = [item for item in every if all(stage == "rules" for stage, _ in item.problems)]
    print(f"{catalog.provider} {catalog.version}: {len(every)} types")
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


def tested_names(names: Sequence[str]) -> frozenset[str]:
    """Whose modules' own tests run: 150 types, at least one of every service (the first word of the names)."""
    wanted = os.environ.get("FULL", ""), os.environ.get("TESTS", "")
    if "0" in wanted[1:] or not names:
        return frozenset()
    if wanted[0] == "1":
        return frozenset(names)
    services = {name.split("_")[1]: name for name in reversed(names)}
    spread = names[:: max(1, len(names) // max(1, _TESTED - len(services)))]
    return frozenset({*services.values(), *spread})


def code_digest() -> str:
    """What the results of a sweep depend on beside the catalog: every source file of the package."""
    root = Path(aws_orchestrator.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")) + sorted(root.rglob("*.json")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Results:
    """What was swept, one JSON line a type, after a line that says with what."""

    def __init__(self, path: Path | None, catalog: Catalog, tested: frozenset[str]) -> None:
        """Read what an interrupted sweep left; SystemExit when it was another catalog, code or selection of tests."""
        self._path = path
        self.swept: list[Swept] = []
        head = {"catalog": catalog.version, "code": code_digest(), "tested": len(tested)}
        if path is None:
            return
        if path.exists():
            first, *lines = path.read_text(encoding="utf-8").splitlines()
            if json.loads(first) != head:
                raise SystemExit(f"{path} is of another sweep ({first}); remove it or name another file.")
            self.swept = [_read(json.loads(line)) for line in lines]
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(head) + "\n", encoding="utf-8")

    def add(self, found: Sequence[Swept]) -> None:
        """Keep what a batch found."""
        self.swept += found
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(json.dumps(item) + "\n" for item in found)


def _read(item: list[Any]) -> Swept:
    name, problems, warnings, seconds = item
    return Swept(name, tuple((stage, text) for stage, text in problems), tuple(warnings), seconds)


def main(words: Sequence[str]) -> int:
    """Sweep in as many processes as there are cores."""
    catalog = shipped_catalog()
    names = [name for name in catalog.resource_names if not words or any(word in name for word in words)]
    names = names[:: int(os.environ.get("STEP", "1"))]
    tested = tested_names(names)
    kept = os.environ.get("RESULTS")
    results = Results(Path(kept) if kept else None, catalog, tested)
    done = {item.name for item in results.swept}
    todo = [name for name in names if name not in done]
    batches = [todo[index : index + _BATCH] for index in range(0, len(todo), _BATCH)]
    start = time.perf_counter()
    workers = int(os.environ.get("WORKERS", os.cpu_count() or 1))
    # Spawned, not forked: gRPC and Terraform's library do not survive a fork.
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        for found in pool.map(sweep_names, batches, [tested] * len(batches)):
            results.add(found)
            print(f"\r{len(results.swept)} of {len(names)}", end="", file=sys.stderr, flush=True)
    seconds = time.perf_counter() - start
    print(file=sys.stderr)
    if todo:
        print(
            f"{len(todo)} types in {seconds:.0f} s: {len(todo) / seconds:.1f} types a second, {workers} processes"
        )
    print(f"with their own tests: {len(tested & {item.name for item in results.swept})} types")
    return report(results.swept, catalog)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
