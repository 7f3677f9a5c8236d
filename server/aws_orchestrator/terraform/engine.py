"""What both engines do the same: the four checks, on scratch copies, over whatever runs Terraform."""

import asyncio
import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from weakref import WeakValueDictionary

from aws_orchestrator.findings import Check, CheckResult, Finding, Level, Severity, TestsResult, Tree
from aws_orchestrator.terraform.behaviour import ran_nothing, refusals, tests_result
from aws_orchestrator.terraform.diagnostics import event_diagnostics, events, finding_of, validate_diagnostics
from aws_orchestrator.terraform.formatted_pieces import FormattedPieces
from aws_orchestrator.terraform.formatting import FORMATTED, fmt_result, formattable
from aws_orchestrator.terraform.preflight import Preflight
from aws_orchestrator.terraform.scratch import Scratch, jailed
from aws_orchestrator.terraform.supervisor import Output

TOGETHER: tuple[Check, ...] = ("init", "fmt", "validate")

_INIT = ("init", "-input=false", "-backend=false", "-json", "-no-color")
_VALIDATE = ("validate", "-json", "-no-color")
_TEST = ("test", "-json", "-no-color")
_FMT = ("fmt", "-list=false", "-no-color", ".")
_DOES_NOT_LOAD = "The module does not load: see validate."
_UNFORMATTED = re.compile(r"\bon (?:\./)?f(\d+)\.\S+ line (\d+)")

# What validate says when it could not even begin, because something is not here: our preflight's notes say it
# better.
_INIT_PREAMBLE = "Terraform encountered problems during initialisation"
_NOT_HERE = ("Module not installed", "Missing required provider", "Failed to load plugin schemas")


class TerraformEngine(ABC):
    """An engine, but for how Terraform is run (`_run`) and where its providers are from (`_preflight`)."""

    def __init__(self, scratch_root: Path | None, workers: int = 1) -> None:
        self._scratch = Scratch(scratch_root)
        self._initialised: dict[tuple[str, str], str] = {}
        self._pieces = FormattedPieces()
        self._numbers = itertools.count()
        # As many checks at a time as there are workers. What waits has laid out nothing yet, so that the copies in use
        # are always the last used ones, which the scratch keeps.
        self._one_check = asyncio.Semaphore(workers)
        self._alone: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    @abstractmethod
    def name(self) -> str:
        """`bundled` or `cli`."""

    @property
    @abstractmethod
    def provider_version(self) -> str:
        """The AWS provider version that the last check used."""

    @abstractmethod
    async def _preflight(self, tree: Tree) -> Preflight:
        """What the module demands, judged."""

    @abstractmethod
    async def _run(
        self, kind: str, folder: Path, arguments: tuple[str, ...], found: Preflight | None
    ) -> Output:
        """Run one Terraform command in the folder."""

    @abstractmethod
    def _against(self, found: Preflight) -> str:
        """The engine and the provider versions behind a check."""

    @abstractmethod
    def _level(self, found: Preflight) -> Level:
        """How deep this engine's validate looks into the module."""

    @abstractmethod
    def _needs_init(self, found: Preflight) -> bool:
        """Whether validate and test need an initialised folder."""

    def _copy_of(self, key: str) -> asyncio.Lock:
        """Held by who uses the scratch copy of a tree: it must not change under a command that reads it."""
        return self._alone.setdefault(key, asyncio.Lock())

    async def check(self, tree: Tree, checks: tuple[Check, ...] = TOGETHER) -> tuple[CheckResult, ...]:
        """The wanted ones of init, fmt and validate, in this order, with no command that is not needed.

        `terraform init` is run when what it depends on changed; only what changed in a file is formatted.
        """
        tree = normal(tree)
        async with self._copy_of(tree.key), self._one_check:
            found = await self._preflight(tree)
            validated = await self._validated(tree, found)
            ready = not self._needs_init(found) or (tree.key, tree.module) in self._initialised
            if found.complete and ready:
                # Nothing was left for init to find: it was run before with all that it depends on, or has nothing to do.
                status = "skipped" if found.requirements.broken else None
                note = _DOES_NOT_LOAD if found.requirements.broken else " ".join(found.notes)
                initialised = _result("init", found.findings, status, note)
            else:
                initialised = await self._inited(tree, found)
        results = [initialised, validated]
        if "fmt" in checks:
            results.insert(1, await self.fmt(tree))
        return tuple(result for result in results if result.check in checks)

    async def init(self, tree: Tree) -> CheckResult:
        """Provider constraints, module sources and `terraform init` on a scratch copy."""
        tree = normal(tree)
        async with self._copy_of(tree.key), self._one_check:
            return await self._inited(tree, await self._preflight(tree))

    async def _inited(self, tree: Tree, found: Preflight) -> CheckResult:
        if not found.complete:
            failed = _has_error(found.findings)
            return _result("init", found.findings, "failed" if failed else "skipped", found.gaps)
        folder = await self._lay_out(tree)
        output = await self._initialise(tree, folder, found)
        findings = [finding_of(found, "init", tree.module) for found in event_diagnostics(events(output))]
        note = " ".join(found.notes)
        if _has_error(findings):
            # A configuration that does not load is validate's to report, with the same diagnostics.
            shared = {
                _same(finding_of(diagnostic, "init", tree.module))
                for diagnostic in validate_diagnostics(await self._validate(folder, found))
            }
            findings = [
                finding
                for finding in findings
                if _same(finding) not in shared and not finding.summary.startswith(_INIT_PREAMBLE)
            ]
            if not _has_error(findings):
                return _result("init", found.findings, "skipped", _DOES_NOT_LOAD)
        return _result("init", [*found.findings, *findings], None, note)

    async def validate(self, tree: Tree) -> CheckResult:
        """`terraform validate` on a scratch copy, initialised when needed."""
        tree = normal(tree)
        async with self._copy_of(tree.key), self._one_check:
            return await self._validated(tree, await self._preflight(tree))

    async def _validated(self, tree: Tree, found: Preflight) -> CheckResult:
        if found.refused:
            return _result("validate", [], "skipped", f"Not checked: {found.gaps}")
        folder = await self._lay_out(tree)
        if found.complete:
            await self._make_ready(tree, folder, found)
        diagnostics = validate_diagnostics(await self._validate(folder, found))
        if not found.complete:
            diagnostics = [found for found in diagnostics if not found["summary"].startswith(_NOT_HERE)]
        findings = [finding_of(diagnostic, "validate", tree.module) for diagnostic in diagnostics]
        if not found.complete and not _has_error(findings):
            return _result("validate", findings, "skipped", f"Not checked: {found.gaps}")
        checked = _result("validate", findings, None, self._against(found))
        return checked.model_copy(update={"level": self._level(found)})

    async def test(self, tree: Tree) -> TestsResult:
        """`terraform test` with mocked providers: planned and applied, nothing is reached."""
        tree = normal(tree)
        async with self._copy_of(tree.key), self._one_check:
            found = await self._preflight(tree)
            if not found.requirements.tests:
                return TestsResult(check="tests", status="skipped", note="The module has no tests.")
            if not found.complete:
                return TestsResult(check="tests", status="skipped", note=f"Not run: {found.gaps}")
            refused = refusals(found.requirements)
            if refused:
                note = f"Not run: {refused[0].summary}."
                return TestsResult(check="tests", status="skipped", findings=tuple(refused), note=note)
            folder = await self._lay_out(tree)
            await self._make_ready(tree, folder, found)
            output = await self._run("test", folder, _TEST, found)
            written = sum(facts.runs for facts in found.requirements.tests.values())
            if written and ran_nothing(output):
                # Seen on overloaded machines only, and never made to happen on purpose: Terraform skips every run and
                # says nothing. Nothing was tested, so nothing is lost by asking again.
                output = await self._run("test", folder, _TEST, found)
            return tests_result(output, tree.module, self._against(found), written)

    async def fmt(self, tree: Tree) -> CheckResult:
        """One finding for each file that is not formatted, with the fix."""
        files = formattable(normal(tree))
        after, broken = await self._pieces.format(files, self._format)
        return fmt_result(files, after, broken)

    async def format(self, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """What `terraform fmt` makes of the files; a file that does not parse comes back unchanged."""
        return (await self._format(files))[0]

    async def close(self) -> None:
        """Remove every scratch copy."""
        await asyncio.to_thread(self._scratch.close)
        self._initialised.clear()

    async def _lay_out(self, tree: Tree) -> Path:
        if not self._scratch.holds(tree.key):
            for key in [key for key in self._initialised if key[0] == tree.key]:
                del self._initialised[key]
        return await asyncio.to_thread(self._scratch.lay_out, tree)

    async def _initialise(self, tree: Tree, folder: Path, found: Preflight) -> Output:
        """Run `terraform init`, and remember on what it depended."""
        output = await self._run("init", folder, _INIT, found)
        if output.code == 0:
            self._initialised[tree.key, tree.module] = found.requirements.depends_on
        return output

    async def _make_ready(self, tree: Tree, folder: Path, found: Preflight) -> None:
        """Run `terraform init` where it is needed and what it depends on has changed since the last."""
        known = self._initialised.get((tree.key, tree.module))
        if self._needs_init(found) and known != found.requirements.depends_on:
            await self._initialise(tree, folder, found)

    async def _validate(self, folder: Path, found: Preflight) -> Output:
        return await self._run("validate", folder, _VALIDATE, found)

    async def _format(self, files: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, int]]:
        """The formatted files, and the line of the first error of those that do not parse."""
        after = dict(files)
        paths = [path for path in files if path.endswith(FORMATTED)]
        if not paths:
            return after, {}
        async with self._one_check:
            # Numbered names: one flat folder, whatever the paths are, and every error names its file.
            names = {path: f"f{number}{_suffix(path)}" for number, path in enumerate(paths)}
            tree = Tree(key=f"\0fmt{next(self._numbers)}", files={names[path]: files[path] for path in paths})
            folder = await asyncio.to_thread(self._scratch.lay_out, tree)
            try:
                output = await self._run("fmt", folder, _FMT, None)
                for path, name in names.items():
                    after[path] = (folder / name).read_bytes()
            finally:
                # fmt wrote into the copy: it no longer holds what the scratch thinks.
                self._scratch.forget(tree.key)
        broken: dict[str, int] = {}
        for number, line in _UNFORMATTED.findall(output.stderr):
            broken.setdefault(paths[int(number)], int(line))
        return after, broken


def normal(tree: Tree) -> Tree:
    """The tree with its module folder written in the one way that all of us compare with (UsageError: outside)."""
    module = jailed(tree.module)
    return tree if module == tree.module else tree.model_copy(update={"module": module})


def _suffix(path: str) -> str:
    name = PurePosixPath(path).name
    return next(suffix for suffix in reversed(FORMATTED) if name.endswith(suffix))


def _has_error(findings: list[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def _same(finding: Finding) -> tuple[object, ...]:
    return finding.summary, finding.detail, finding.place


def _result(check: str, findings: list[Finding], status: str | None, note: str) -> CheckResult:
    decided = status or ("failed" if _has_error(findings) else "passed")
    return CheckResult.model_validate(
        {"check": check, "status": decided, "findings": tuple(findings), "note": note}
    )
