"""The server's commands: parse the one argument, do it, and answer with data or a sentence."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pygls.exceptions import JsonRpcException

from aws_orchestrator.agents.update_request import HEAL_REQUEST
from aws_orchestrator.errors import OrchestratorError, UsageError
from aws_orchestrator.lsp.composition import Parts
from aws_orchestrator.lsp.diagnostics import module_folder
from aws_orchestrator.lsp.uris import path_of
from aws_orchestrator.model import Wire
from aws_orchestrator.protocol import (
    AUDIT_RUN,
    CANCEL_RUN,
    GENERATE_MODULE,
    HEAL_MODULE,
    LIST_RUNS,
    PRUNE_RUNS,
    RESUME_RUN,
    REVERT_RUN,
    RUN_CONTENT,
    RUN_TESTS,
    SHOW_RUN,
    UPDATE_MODULE,
    VALIDATE_MODULE,
    ContentParams,
    FolderParams,
    GenerateParams,
    HealParams,
    ListedRuns,
    ModuleParams,
    PrunedRuns,
    PruneParams,
    RunAudit,
    RunContent,
    RunParams,
    RunStarted,
    ShownRun,
    UpdateParams,
)
from aws_orchestrator.runs.audit import audit_of
from aws_orchestrator.runs.clock import SystemClock
from aws_orchestrator.runs.prune import prune_runs
from aws_orchestrator.runs.shown import listed_runs, run_content, shown_run
from aws_orchestrator.runs.store import RunStore
from aws_orchestrator.workflows.report import TestsReport, ValidationReport

_Params = TypeVar("_Params", bound=Wire)

_REQUEST_FAILED = -32803
_INVALID_PARAMS = -32602
# `github:owner/repo//modules/s3@main`
_ON_GITHUB = "github:"


async def execute(parts: Parts, command: str, arguments: tuple[Any, ...]) -> Any:
    """The command's result as plain data; errors for people become errors of the protocol with the same sentence."""
    try:
        result = await _COMMANDS[command](parts, arguments)
    except OrchestratorError as error:
        code = _INVALID_PARAMS if isinstance(error, UsageError) else _REQUEST_FAILED
        raise JsonRpcException(message=str(error), code=code, data={"kind": type(error).__name__}) from error
    return None if result is None else result.model_dump(mode="json", by_alias=True)


async def _generate(parts: Parts, arguments: tuple[Any, ...]) -> RunStarted:
    given = _parse(GenerateParams, arguments)
    folder = _folder(given.workspace_folder)
    return RunStarted(run_id=await parts.runs.generate(folder, given.request, given.answers))


async def _update(parts: Parts, arguments: tuple[Any, ...]) -> RunStarted:
    given = _parse(UpdateParams, arguments)
    if given.uri.startswith(_ON_GITHUB):
        if not given.workspace_folder:
            raise UsageError("A module of GitHub needs a workspaceFolder, which keeps the run.")
        kept_in, name = _folder(given.workspace_folder), given.uri.removeprefix(_ON_GITHUB)
        return RunStarted(
            run_id=await parts.runs.update_on_github(kept_in, name, given.request, given.answers)
        )
    path = _folder(given.uri)
    module = path if path.is_dir() else path.parent
    folder = _folder(given.workspace_folder) if given.workspace_folder else parts.files.folder_around(module)
    if folder is None:
        raise UsageError(f"{module} is in no open folder; open the folder that holds it.")
    return RunStarted(run_id=await parts.runs.update(folder, module, given.request, given.answers))


async def _heal(parts: Parts, arguments: tuple[Any, ...]) -> RunStarted:
    given = _parse(HealParams, arguments)
    path = _folder(given.uri)
    module = path if path.is_dir() else path.parent
    folder = parts.files.folder_around(module)
    if folder is None:
        raise UsageError(f"{module} is in no open folder; open the folder that holds it.")
    return RunStarted(run_id=await parts.runs.update(folder, module, HEAL_REQUEST, given.answers))


async def _resume(parts: Parts, arguments: tuple[Any, ...]) -> RunStarted:
    given = _parse(RunParams, arguments)
    return RunStarted(run_id=await parts.runs.resume(_folder_of_run(parts, given), given.run_id))


async def _cancel(parts: Parts, arguments: tuple[Any, ...]) -> None:
    given = _parse(RunParams, arguments)
    if not parts.runs.cancel_here(given.run_id):
        await parts.runs.cancel_interrupted(_folder_of_run(parts, given), given.run_id)


async def _revert(parts: Parts, arguments: tuple[Any, ...]) -> RunStarted:
    given = _parse(RunParams, arguments)
    return RunStarted(run_id=await parts.runs.revert(_folder_of_run(parts, given), given.run_id))


async def _audit(parts: Parts, arguments: tuple[Any, ...]) -> RunAudit:
    given = _parse(RunParams, arguments)
    store = RunStore(_folder_of_run(parts, given))
    return RunAudit(run_id=given.run_id, markdown=await asyncio.to_thread(audit_of, store, given.run_id))


async def _prune(parts: Parts, arguments: tuple[Any, ...]) -> PrunedRuns:
    given = _parse(PruneParams, arguments)
    store = RunStore(_folder(given.workspace_folder))
    return await asyncio.to_thread(prune_runs, store, SystemClock().now(), given.keep, given.older_than_days)


async def _validate(parts: Parts, arguments: tuple[Any, ...]) -> ValidationReport:
    path = _folder(_parse(ModuleParams, arguments).uri)
    folder = path if path.is_dir() else path.parent
    validation = await parts.diagnostics.refresh(folder)
    if validation is None:
        raise UsageError(f"{folder} holds no Terraform module; open one of its files.")
    return ValidationReport.of(validation)


async def _list(parts: Parts, arguments: tuple[Any, ...]) -> ListedRuns:
    given = _parse(FolderParams, arguments)
    folders = [_folder(given.workspace_folder)] if given.workspace_folder else list(parts.files.folders)

    def read() -> ListedRuns:
        runs = [run for folder in folders for run in listed_runs(RunStore(folder))]
        return ListedRuns(runs=tuple(sorted(runs, key=lambda run: run.run_id, reverse=True)))

    return await asyncio.to_thread(read)


async def _show(parts: Parts, arguments: tuple[Any, ...]) -> ShownRun:
    given = _parse(RunParams, arguments)
    store = RunStore(_folder_of_run(parts, given))
    return await asyncio.to_thread(shown_run, store, given.run_id)


async def _content(_parts: Parts, arguments: tuple[Any, ...]) -> RunContent:
    given = _parse(ContentParams, arguments)
    store = RunStore(_folder(given.workspace_folder))
    return RunContent(text=await asyncio.to_thread(run_content, store, given.run_id, given.digest))


async def _test(parts: Parts, arguments: tuple[Any, ...]) -> TestsReport:
    path = _folder(_parse(ModuleParams, arguments).uri)
    return await parts.lenses.run_tests(path if path.is_dir() else module_folder(path))


_COMMANDS: Mapping[str, Callable[[Parts, tuple[Any, ...]], Awaitable[Wire | None]]] = {
    GENERATE_MODULE: _generate,
    UPDATE_MODULE: _update,
    HEAL_MODULE: _heal,
    RESUME_RUN: _resume,
    CANCEL_RUN: _cancel,
    LIST_RUNS: _list,
    SHOW_RUN: _show,
    RUN_CONTENT: _content,
    REVERT_RUN: _revert,
    AUDIT_RUN: _audit,
    PRUNE_RUNS: _prune,
    VALIDATE_MODULE: _validate,
    RUN_TESTS: _test,
}


def _parse(model: type[_Params], arguments: tuple[Any, ...]) -> _Params:
    """The command's one argument as its model; UsageError names what is wrong with it."""
    if len(arguments) != 1 or not isinstance(arguments[0], Mapping):
        raise UsageError("The command takes one argument, an object; docs/protocol.md describes it.")
    try:
        return model.model_validate(dict(arguments[0]))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise UsageError(f"The command's argument is wrong: {where}: {first['msg']}.") from error


def _folder(uri: str) -> Path:
    path = path_of(uri)
    if path is None:
        raise UsageError(f"`{uri}` is no folder or file of this machine; open one that is.")
    return path


def _folder_of_run(parts: Parts, given: RunParams) -> Path:
    return _folder(given.workspace_folder) if given.workspace_folder else parts.folder_of_run(given.run_id)
