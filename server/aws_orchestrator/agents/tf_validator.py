"""tf-validator: the triple check (init, fmt, validate), the quality rules, and the module's own tests against mocks."""

import asyncio
import posixpath
from collections.abc import Awaitable, Callable, Mapping
from typing import get_args

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import ToolFailed
from aws_orchestrator.findings import CHECKS, Check, CheckResult, Finding, Severity, TestsResult, Tree
from aws_orchestrator.outside import Engine, PlanningEngine
from aws_orchestrator.rules import RuleContext, check_module
from aws_orchestrator.runs.dispatcher import Dispatcher, WrongPath
from aws_orchestrator.standards import Standards

Execute = Callable[..., Awaitable[CheckResult]]


def execute_tool(
    engine: Engine, key: str, files: Callable[[], Mapping[str, bytes]], rules: RuleContext
) -> Execute:
    """The tool `execute(check, folder)`: one check of the module files in a scratch copy, never a shell.

    `folder` is relative to the module; WrongPath when it holds no files.
    """

    async def execute(check: Check, folder: str = ".") -> CheckResult:
        if check not in get_args(Check):
            raise ToolFailed(f"There is no check {check}; there are {', '.join(CHECKS)}.")
        present = files()
        inside = [path for path in present if folder == "." or path.startswith(f"{folder.strip('/')}/")]
        if not inside:
            raise WrongPath(folder)
        return await run_check(engine, check, Tree(key=key, files=present, module=folder), rules)

    return execute


async def run_check(
    engine: Engine, check: Check, tree: Tree, rules: RuleContext, disabled_rules: frozenset[str] = frozenset()
) -> CheckResult:
    """One check of one module; its findings name files relative to the module's folder."""
    if check == "rules":
        # They parse and read every file, for as long as a big module takes: not on the loop.
        return await asyncio.to_thread(check_module, own_files(tree), rules, disabled_rules)
    result: CheckResult
    if check == "init":
        result = await engine.init(tree)
    elif check == "fmt":
        result = await engine.fmt(tree)
    elif check == "validate":
        result = await _planned(engine, await engine.validate(tree), tree)
    else:
        result = await engine.test(tree)
    return _seen_from_module(result, tree.module)


async def run_together(engine: Engine, checks: tuple[Check, ...], tree: Tree) -> dict[Check, CheckResult]:
    """Those of init, fmt and validate that are among the checks, at one go; as `run_check` gives each."""
    wanted = tuple(check for check in checks if check in ("init", "fmt", "validate"))
    results = await engine.check(tree, wanted) if wanted else ()
    return {
        result.check: _seen_from_module(await _planned(engine, result, tree), tree.module)
        for result in results
    }


def _seen_from_module(result: CheckResult, module: str) -> CheckResult:
    # Terraform validates the modules that tests call as well: one that calls this module says everything twice.
    findings = tuple(dict.fromkeys(_seen_from(finding, module) for finding in result.findings))
    return result.model_copy(update={"findings": findings})


async def _planned(engine: Engine, result: CheckResult, tree: Tree) -> CheckResult:
    """The result; that of a validate that passed with what the real provider's plan says, where the engine has one."""
    if result.check != "validate" or result.status != "passed" or not isinstance(engine, PlanningEngine):
        return result
    return _with_plan(result, await engine.real_plan(tree))


def _with_plan(validated: CheckResult, planned: TestsResult) -> CheckResult:
    """The result of validate with what the real provider's plan found on top of it."""
    findings = tuple(finding.model_copy(update={"check": "validate"}) for finding in planned.findings)
    update: dict[str, object] = {
        "findings": (*validated.findings, *findings),
        "note": f"{validated.note}. {planned.note}" if validated.note else planned.note,
    }
    if planned.status != "skipped":
        update |= {"status": planned.status, "level": "real_plan"}
    return validated.model_copy(update=update)


def own_files(tree: Tree) -> dict[str, bytes]:
    """The files of the tree's module, by their paths from its folder."""
    prefix = "" if tree.module == "." else f"{tree.module}/"
    return {
        path.removeprefix(prefix): content for path, content in tree.files.items() if path.startswith(prefix)
    }


def _seen_from(finding: Finding, module: str) -> Finding:
    """The finding with its files relative to the module's folder; the engine names them from the tree's root."""
    if module == ".":
        return finding
    place, fix = finding.place, finding.fix
    if place is not None:
        place = place.model_copy(update={"file": posixpath.relpath(place.file, module)})
    if fix is not None:
        edits = tuple(
            edit.model_copy(update={"file": posixpath.relpath(edit.file, module)}) for edit in fix.edits
        )
        fix = fix.model_copy(update={"edits": edits})
    return finding.model_copy(update={"place": place, "fix": fix})


async def validate(tools: Dispatcher, engine: Engine) -> Validation:
    """The result of every check of the run's module; tests only run on a module that is valid without them."""
    results: list[CheckResult] = []
    for check in CHECKS:
        if check == "tests" and any(has_errors(result) for result in results):
            note = "not run: the module has errors"
            results.append(CheckResult(check="tests", status="skipped", note=note))
            continue
        results.append(await _persistently(tools, check))
    return Validation(engine=engine.name, provider_version=engine.provider_version, results=tuple(results))


async def _persistently(tools: Dispatcher, check: Check) -> CheckResult:
    # A wrong path is tried again until the dispatcher ends it: the folder is the module's own, so it can only be
    # wrong while nothing was generated.
    while True:
        try:
            result: CheckResult = await tools.call("execute", check=check, folder=".")
        except WrongPath:
            continue
        return result


def has_errors(result: CheckResult) -> bool:
    """True when the check found an error."""
    return any(finding.severity is Severity.ERROR for finding in result.findings)


def rule_context(
    catalog: Catalog | None, declared: frozenset[str] | None = None, standards: Standards | None = None
) -> RuleContext:
    """What the rules need to know of a module: the catalog, the files that its blueprint declares, the standards."""
    return RuleContext(catalog=catalog, declared_files=declared, standards=standards)
