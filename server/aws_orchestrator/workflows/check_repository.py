"""Check every module of a repository: several engines side by side, nothing changed."""

import asyncio
import posixpath
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.findings import CHECKS, Check, CheckResult, Severity, Tree
from aws_orchestrator.model import Frozen
from aws_orchestrator.outside import Engine
from aws_orchestrator.workflows.check_module import check_tree, not_utf8
from aws_orchestrator.workflows.repository_tree import RepositoryTrees

_CHUNK = 8
"""How many modules an engine takes at a time."""
_EXAMPLES = frozenset({"examples", "example", "tests", "test"})


class CheckedModule(Frozen):
    """One module of a repository, checked, or the reason why it could not be."""

    path: str
    """Relative to the repository's root, with forward slashes; `.` for the root."""
    validation: Validation | None = None
    problem: str = ""
    """Why nothing is known of it, in a sentence."""
    sources: Mapping[str, bytes] = {}
    """The files that findings speak of, relative to the module: for columns, and to make fixes of."""

    @property
    def valid(self) -> bool:
        """Whether it was checked and nothing is wrong with it."""
        return self.validation is not None and self.validation.valid

    def repository_path(self, file: str) -> str:
        """The path in the repository of a file that a finding names."""
        return posixpath.normpath(posixpath.join(self.path, file))


def checked(tree: Tree, validation: Validation) -> CheckedModule:
    """A module with its results, and the files that they speak of."""
    named = {finding.place.file for finding in validation.findings if finding.place is not None}
    named |= {
        edit.file for finding in validation.findings if finding.fix is not None for edit in finding.fix.edits
    }
    paths = {file: posixpath.normpath(posixpath.join(tree.module, file)) for file in sorted(named)}
    sources = {file: tree.files[path] for file, path in paths.items() if path in tree.files}
    return CheckedModule(path=tree.module, validation=validation, sources=sources)


async def check_repository(
    engines: Sequence[Engine],
    catalogs: CatalogLibrary,
    trees: RepositoryTrees,
    folders: Sequence[Path],
    told: Callable[[CheckedModule], None],
    *,
    tests: bool = False,
    disabled_rules: frozenset[str] = frozenset(),
) -> tuple[CheckedModule, ...]:
    """The modules in the folders, checked, in the order of the folders; each is told as soon as it is.

    A module that cannot be read, or on which Terraform crashes or hangs, does not stop the others.
    """
    checks: tuple[Check, ...] = CHECKS if tests else tuple(check for check in CHECKS if check != "tests")
    waiting = iter([folders[start : start + _CHUNK] for start in range(0, len(folders), _CHUNK)])
    results: dict[Path, CheckedModule] = {}

    def finish(folder: Path, result: CheckedModule) -> None:
        results[folder] = result
        told(result)

    async def work(engine: Engine) -> None:
        for chunk in waiting:
            read: dict[Path, Tree] = {}
            for folder in chunk:
                try:
                    read[folder] = await asyncio.to_thread(trees.tree, folder)
                except OrchestratorError as error:
                    finish(folder, CheckedModule(path=trees.path(folder), problem=str(error)))
            known = await _formatted(engine, tuple(read.values()))
            for folder, tree in read.items():
                try:
                    validation = await check_tree(engine, catalogs, tree, checks, disabled_rules, known)
                except OrchestratorError as error:
                    finish(folder, CheckedModule(path=trees.path(folder), problem=str(error)))
                else:
                    finish(folder, checked(tree, _exempt(trees.path(folder), validation)))

    async with asyncio.TaskGroup() as group:
        for engine in engines:
            group.create_task(work(engine), name="check-repository")
    return tuple(results[folder] for folder in folders)


def _exempt(path: str, validation: Validation) -> Validation:
    """Examples and the modules of tests are held to what is an error only: an example has a region of its own.

    A password in an example is one that somebody uses.
    """
    if _EXAMPLES.isdisjoint(path.split("/")):
        return validation
    results = [_errors(result) if result.check == "rules" else result for result in validation.results]
    return validation.model_copy(update={"results": tuple(results)})


def _errors(result: CheckResult) -> CheckResult:
    errors = tuple(finding for finding in result.findings if finding.severity is Severity.ERROR)
    note = f"{result.note} Examples and tests are held to the rules' errors only.".strip()
    return result.model_copy(update={"findings": errors, "note": note})


async def _formatted(engine: Engine, trees: Sequence[Tree]) -> dict[Check, CheckResult]:
    """That the modules are formatted, asked for all of them at once; nothing when that is not so for each.

    Most modules are, and one `terraform fmt` of eight of them costs as much as one of each.
    """
    if len(trees) < 2 or any(not_utf8(tree) for tree in trees):
        return {}
    files = {
        path: content
        for tree in trees
        for path, content in tree.files.items()
        if tree.module == "." or path.startswith(f"{tree.module}/")
    }
    try:
        result = await engine.fmt(Tree(key="\0repository", files=files))
    except OrchestratorError:
        return {}  # asked again for each module, which then has the problem to itself
    return {"fmt": result} if result.status == "passed" and not result.note else {}
