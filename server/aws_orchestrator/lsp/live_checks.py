"""The checks of a module while a person edits it: all but the tests, with nothing heavy on the server's loop."""

import asyncio
import posixpath
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace

from aws_orchestrator.agents.tf_validator import own_files, rule_context, run_together
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.findings import Check, CheckResult, Severity, Tree
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.hcl.parsed_files import ParsedFiles
from aws_orchestrator.hcl.pieces import pieces
from aws_orchestrator.hcl.syntax import first_error
from aws_orchestrator.outside import Engine
from aws_orchestrator.rules import check_view
from aws_orchestrator.workflows.check_module import catalog_of, not_utf8

_MOST_MODULES = 32
# What HCL's own parser refuses and tree-sitter's grammar accepts.
_REFUSED_BY_HCL = frozenset({"Attribute redefined", "Missing newline after argument"})


@dataclass
class _Edited:
    """What is kept of a module between its checks."""

    parsed: ParsedFiles = field(default_factory=ParsedFiles)
    whole: dict[str, bytes] = field(default_factory=dict)
    """The last content of each file that was HCL."""
    broken: frozenset[str] = frozenset()
    """The files that are none now."""


class LiveChecks:
    """Checks modules that are being edited; what did not change since the last check is not looked at again."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._modules: dict[str, _Edited] = {}

    async def check(
        self, engine: Engine, catalogs: CatalogLibrary, tree: Tree, disabled_rules: frozenset[str]
    ) -> Validation:
        """What init, fmt, validate and the quality rules say of a module. One check of a module at a time."""
        edited = self._modules.pop(tree.key, None) or _Edited()
        self._modules[tree.key] = edited  # last: the most recently used
        while len(self._modules) > _MOST_MODULES:
            del self._modules[next(iter(self._modules))]
        # Beside Terraform, which runs in another process.
        rules = asyncio.ensure_future(asyncio.to_thread(_rules, edited, catalogs, tree, disabled_rules))
        try:
            terraform = await _terraform(engine, edited, tree, rules)
        finally:
            judged, version = await rules
        return Validation(
            engine=engine.name,
            provider_version=version or engine.provider_version,
            results=(*terraform, judged),
            strict=False,
        )


def _rules(
    edited: _Edited, catalogs: CatalogLibrary, tree: Tree, disabled: frozenset[str]
) -> tuple[CheckResult, str]:
    """What the rules say, and the version of the catalog that they used."""
    catalog = catalog_of(catalogs, tree)
    files = own_files(tree)
    view = edited.parsed.view(files)
    _keep_whole(edited, tree, view)
    context = replace(rule_context(catalog), files=files)
    return check_view(view, context, disabled), catalog.version if catalog else ""


def _keep_whole(edited: _Edited, tree: Tree, view: ModuleView) -> None:
    prefix = "" if tree.module == "." else f"{tree.module}/"
    edited.whole |= {prefix + name: file.content for name, file in view.files.items() if file.error is None}
    edited.broken = frozenset(prefix + name for name, file in view.files.items() if file.error is not None)


async def _terraform(
    engine: Engine, edited: _Edited, tree: Tree, read: Awaitable[object]
) -> tuple[CheckResult, ...]:
    """What Terraform says. When `read` is done, what is `edited` knows the files as they are now."""
    checks: tuple[Check, ...] = ("init", "fmt", "validate")
    known = not_utf8(tree)
    if not known:
        known = await run_together(engine, checks, tree)
        suspected = _suspected(tree, known["validate"])
        if suspected:
            await read
            # Beside the loop: parsing a large file takes longer than a hover may.
            broken = await asyncio.to_thread(_broken, edited, tree, suspected)
            if broken:
                known = {**known, "validate": await _around(engine, edited, tree, known["validate"], broken)}
    return tuple(known[check] for check in checks)


def _suspected(tree: Tree, validated: CheckResult) -> dict[str, bool]:
    """The files with an error, by their paths in the tree, and whether it is one that only HCL's own parser has."""
    suspected: dict[str, bool] = {}
    for finding in validated.findings:
        if finding.severity is not Severity.ERROR or finding.place is None:
            continue
        path = posixpath.normpath(posixpath.join(tree.module, finding.place.file))
        if path in tree.files and path.endswith(".tf"):
            suspected[path] = suspected.get(path, False) or finding.summary in _REFUSED_BY_HCL
    return suspected


def _broken(edited: _Edited, tree: Tree, suspected: Mapping[str, bool]) -> frozenset[str]:
    """The files of which a syntax error kept Terraform from loading the module."""

    def is_broken(path: str) -> bool:
        content = tree.files[path]
        # A file of a child module is not among those that are kept parsed.
        return path in edited.broken or (
            edited.whole.get(path) != content and first_error(content) is not None
        )

    return frozenset(path for path, refused in suspected.items() if refused or is_broken(path))


async def _around(
    engine: Engine, edited: _Edited, tree: Tree, validated: CheckResult, broken: frozenset[str]
) -> CheckResult:
    """The result with what Terraform says of the other files, which it does not look at while one does not load.

    The broken files stand there as they were when they last loaded; what is said of them then is left out.
    """
    whole = {path: edited.whole.get(path) or _loadable(tree.files[path]) for path in broken}
    loaded = tree.model_copy(update={"files": _with(tree.files, whole)})
    others = (await run_together(engine, ("validate",), loaded))["validate"]
    found = tuple(
        finding
        for finding in others.findings
        if finding.place is not None
        and posixpath.normpath(posixpath.join(tree.module, finding.place.file)) not in broken
    )
    return validated.model_copy(update={"findings": tuple(dict.fromkeys((*validated.findings, *found)))})


def _with(files: Mapping[str, bytes], over: Mapping[str, bytes]) -> dict[str, bytes]:
    return {**files, **over}


def _loadable(content: bytes) -> bytes:
    """What of a broken file is HCL by itself."""
    return b"".join([piece for piece in pieces(content) if first_error(piece) is None])
