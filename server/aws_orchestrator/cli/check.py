"""`aws-orchestrator check DIR`: every check of a module or of a whole repository; nothing is changed."""

import argparse
import json
import os
import time
from pathlib import Path

from aws_orchestrator.catalog import CatalogLibrary, did_you_mean, library_of
from aws_orchestrator.cli.check_output import FORMATS, Checked
from aws_orchestrator.cli.check_output_human import print_module, print_of_many, print_summary
from aws_orchestrator.cli.check_output_json import module_json, repository_json
from aws_orchestrator.cli.check_output_junit import junit_xml
from aws_orchestrator.cli.check_output_sarif import sarif_json
from aws_orchestrator.cli.interruption import run_interruptible
from aws_orchestrator.cli.screen import Screen, screen
from aws_orchestrator.errors import UsageError
from aws_orchestrator.outside import Engine
from aws_orchestrator.protocol import FORMAT_VERSION
from aws_orchestrator.rules import all_rules
from aws_orchestrator.settings import Settings, load_settings
from aws_orchestrator.terraform.engines import create_engine
from aws_orchestrator.workflows.check_module import check_tree
from aws_orchestrator.workflows.check_repository import check_repository, checked
from aws_orchestrator.workflows.house import engine_limits, workspace_engine
from aws_orchestrator.workflows.module_folders import module_folders
from aws_orchestrator.workflows.module_tree import load_tree, module_root
from aws_orchestrator.workflows.repository_tree import RepositoryTrees
from aws_orchestrator.workflows.settled_catalogs import SettledCatalogs

_MOST_JOBS = 16
_MOST_JOBS_OF_A_WORKER = 3_000
_DEFAULT_MOST_JOBS = 4
"""An engine takes some 200 MB: many processors are no reason to fill the memory unasked."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("check", help="check a module: init, fmt, validate, quality rules, tests")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the module's folder, or the repository's")
    parser.add_argument(
        "--recursive", action="store_true", help="check every module below DIR, without their tests"
    )
    parser.add_argument("--tests", action="store_true", help="with --recursive: run the modules' tests too")
    parser.add_argument("--jobs", type=_jobs, metavar="N", help="with --recursive: how many modules at once")
    parser.add_argument(
        "--rule-off",
        action="append",
        default=[],
        metavar="ID",
        help="leave a quality rule out (can be given several times; see docs/rules.md)",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="human", help="what standard output gets (default: %(default)s)"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object as the last line of the output (as --format json)",
    )
    parser.set_defaults(run=run)


def _jobs(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"it must be a number from 1 to {_MOST_JOBS}, not {text!r}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Check; 0 when nothing is wrong, 1 when something is, 2 when the folder is no module or holds none."""
    if arguments.json and arguments.format in ("sarif", "junit"):
        raise UsageError(f"--json and --format {arguments.format} ask for two outputs; choose one.")
    if arguments.json:
        arguments.format = "json"
    # Whoever reports errors looks at it.
    arguments.json = arguments.format == "json"
    root = _root(arguments.folder)
    settings = load_settings(root)
    disabled = settings.disabled_rules | _switched_off(arguments.rule_off)
    settings = settings.model_copy(update={"disabled_rules": disabled})
    output = screen(arguments.format != "human")
    if arguments.recursive:
        return _check_many(arguments, root, settings, output)
    if arguments.tests or arguments.jobs:
        raise UsageError(
            "--tests and --jobs go with --recursive; one module is always checked with its tests."
        )
    return _check_one(arguments, root, settings, output)


def _root(folder: Path) -> Path:
    try:
        folder.stat()
        return module_root(folder)
    except FileNotFoundError:
        raise UsageError(f"{folder} is not a folder; name the folder of a module.") from None
    except (OSError, RuntimeError, ValueError) as error:
        # A loop of links, a name that is too long, a byte that no name may have.
        raise UsageError(f"{folder} cannot be read ({error}); name the folder of a module.") from error


def _switched_off(ids: list[str]) -> frozenset[str]:
    known = {rule.id for rule in all_rules()}
    unknown = next((id_ for id_ in ids if id_ not in known), None)
    if unknown is not None:
        hint = did_you_mean(unknown, known) or f" There are: {', '.join(sorted(known))}."
        raise UsageError(f'There is no quality rule "{unknown}".{hint}')
    return frozenset(ids)


def _check_one(arguments: argparse.Namespace, root: Path, settings: Settings, output: Screen) -> int:
    tree = load_tree(arguments.folder, root)
    engine = workspace_engine(root, settings)

    async def work() -> int:
        try:
            validation = await check_tree(
                engine, library_of(root), tree, disabled_rules=settings.disabled_rules
            )
        finally:
            await engine.close()
        print_module(validation, output)
        if arguments.format == "json":
            print(module_json(str(arguments.folder), validation), flush=True)
        else:
            _print_document(arguments, Checked((checked(tree, validation),)))
        return 0 if validation.valid else 1

    return run_interruptible(work(), lambda: _tell_interruption(arguments, output))


def _check_many(arguments: argparse.Namespace, root: Path, settings: Settings, output: Screen) -> int:
    top = arguments.folder.resolve()
    if not top.is_dir():
        raise UsageError(f"{arguments.folder} is not a folder; name the folder of a repository.")
    found = module_folders(top)
    if not found.folders:
        left_out = f" {' '.join(found.notes)}" if found.notes else ""
        raise UsageError(f"No folder in {top} holds .tf files; name a folder with modules in it.{left_out}")
    catalogs = SettledCatalogs(library_of(root))
    engines = repository_engines(
        root, settings, catalogs, min(arguments.jobs or _processors(), len(found.folders))
    )
    began = time.perf_counter()

    async def work() -> int:
        try:
            modules = await check_repository(
                engines,
                catalogs,
                RepositoryTrees(root, found.folders),
                found.folders,
                lambda module: print_of_many(module, output),
                tests=arguments.tests,
                disabled_rules=settings.disabled_rules,
            )
        finally:
            for engine in engines:
                await engine.close()
        result = Checked(modules, found.notes)
        print_summary(result, time.perf_counter() - began, output)
        if arguments.format == "json":
            print(repository_json(str(arguments.folder), result), flush=True)
        else:
            _print_document(arguments, result)
        return result.exit_code

    return run_interruptible(work(), lambda: _tell_interruption(arguments, output))


def repository_engines(
    root: Path, settings: Settings, catalogs: CatalogLibrary, count: int
) -> tuple[Engine, ...]:
    """That many engines, which share the catalogs; no process runs yet."""
    # A new worker costs as much as forty modules: here only its memory and its open files end one.
    limits = engine_limits(settings).model_copy(update={"jobs": _MOST_JOBS_OF_A_WORKER})
    return tuple(create_engine("bundled", library=catalogs, limits=limits) for _ in range(count))


def _processors() -> int:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _DEFAULT_MOST_JOBS)


def _print_document(arguments: argparse.Namespace, result: Checked) -> None:
    if arguments.format == "sarif":
        print(sarif_json(result), flush=True)
    elif arguments.format == "junit":
        print(junit_xml(result), end="", flush=True)


def _tell_interruption(arguments: argparse.Namespace, output: Screen) -> None:
    message = "Interrupted; nothing was changed."
    output.line(message)
    if arguments.json:
        document = {"formatVersion": FORMAT_VERSION, "path": str(arguments.folder), "status": "interrupted"}
        print(json.dumps({**document, "message": message}, ensure_ascii=False), flush=True)
