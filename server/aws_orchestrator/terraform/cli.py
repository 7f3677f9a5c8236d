"""The cli engine: the user's own terraform or tofu, with the real providers that are installed on this machine."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path

from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.catalog.versions import parse_version
from aws_orchestrator.errors import EngineError, UsageError
from aws_orchestrator.findings import Finding, Level, Severity, TestsResult, Tree
from aws_orchestrator.terraform.behaviour import tests_result
from aws_orchestrator.terraform.engine import TerraformEngine, normal
from aws_orchestrator.terraform.environment import terraform_environment
from aws_orchestrator.terraform.limits import EngineLimits
from aws_orchestrator.terraform.preflight import LOCK, Preflight, preflight
from aws_orchestrator.terraform.real_plan import PLAN_FILE, missing_values, plan_tree
from aws_orchestrator.terraform.requirements import locked_versions
from aws_orchestrator.terraform.supervisor import Output

_AWS = "/hashicorp/aws"
_OLDEST = (1, 7)
_CLOSED_PROXY = "127.0.0.1:9"


class CliEngine(TerraformEngine):
    """A Terraform binary; its providers come from folders on disk and from nowhere else."""

    def __init__(
        self,
        binary: Path,
        mirrors: Sequence[Path] = (),
        scratch_root: Path | None = None,
        limits: EngineLimits | None = None,
    ) -> None:
        """`mirrors` are roots of filesystem mirrors (`registry.terraform.io/hashicorp/aws/…` below them)."""
        super().__init__(scratch_root)
        self._binary = binary
        self._mirrors = tuple(mirrors)
        self._checked = False
        self._limits = limits or EngineLimits()
        self._versions: dict[str, str] = {}

    @property
    def name(self) -> str:
        """`cli`."""
        return "cli"

    @property
    def provider_version(self) -> str:
        """The version of the real AWS provider that the last check used; empty before any."""
        # tofu names the same provider by its own registry.
        return next((version for address, version in self._versions.items() if address.endswith(_AWS)), "")

    async def real_plan(self, tree: Tree) -> TestsResult:
        """The module planned by the real provider, without an account and without leaving the machine.

        Every run of the module's tests is planned with its variables; what would ask AWS is answered by overrides.
        """
        missing = missing_values(normal(tree))
        if missing:
            note = f"Not planned: no test gives a value to {', '.join(missing)}."
            return TestsResult(check="tests", status="skipped", note=note)
        planned = plan_tree(normal(tree))
        async with self._copy_of(planned.key), self._one_check:
            found = await self._preflight(planned)
            if not found.complete:
                return TestsResult(check="tests", status="skipped", note=f"Not planned: {found.gaps}")
            folder = await self._lay_out(planned)
            await self._make_ready(planned, folder, found)
            arguments = ("test", "-json", "-no-color", f"-filter={PLAN_FILE}")
            output = await self._run("plan", folder, arguments, found)
            result = tests_result(output, planned.module, "", 0)
            asking = [finding for finding in result.findings if _asks_aws(finding)]
            if asking:
                what = "; ".join(sorted({finding.summary for finding in asking}))
                note = f"Not planned in full: the plan asks AWS, which is not reached ({what})."
                findings = tuple(finding for finding in result.findings if finding not in asking)
                result = result.model_copy(update={"findings": findings})
                if not any(finding.severity is Severity.ERROR for finding in findings):
                    return result.model_copy(update={"status": "skipped", "note": note})
            good = sum(run.status == "pass" for run in result.runs)
            note = f"{good} of {len(result.runs)} runs planned by the real provider ({self._against(found)})."
            # The test file is ours: a place in it would lead nowhere.
            findings = tuple(
                finding.model_copy(update={"place": None}) if _in_plan(finding) else finding
                for finding in result.findings
            )
            return result.model_copy(update={"note": note, "findings": findings})

    async def _preflight(self, tree: Tree) -> Preflight:
        return await asyncio.to_thread(preflight, tree, None)

    def _level(self, found: Preflight) -> Level:
        return "real_validate"

    def _needs_init(self, found: Preflight) -> bool:
        return True

    def _against(self, found: Preflight) -> str:
        versions = [f"{short_name(address)} {version}" for address, version in sorted(self._versions.items())]
        return ", ".join([self.name, *versions])

    async def _run(
        self, kind: str, folder: Path, arguments: tuple[str, ...], found: Preflight | None
    ) -> Output:
        if not self._checked:
            check_version(
                self._binary, await self._start("version", self._scratch.root, ("version", "-json"))
            )
            self._checked = True
        output = await self._start(kind, folder, arguments)
        if kind == "init":
            self._versions = await asyncio.to_thread(_installed, folder)
        return output

    async def _start(self, kind: str, folder: Path, arguments: tuple[str, ...]) -> Output:
        environment = await asyncio.to_thread(
            terraform_environment, self._scratch.root / "home", self._mirrors
        )
        try:
            process = await asyncio.create_subprocess_exec(
                str(self._binary),
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=folder,
                env=environment,
                # A group of its own, so that the provider processes end with it.
                start_new_session=True,
            )
        except OSError as error:
            raise EngineError(
                f"{self._binary} could not be started ({error.strerror}): give the path of a terraform or tofu binary."
            ) from error
        limit = self._limits.of(kind)
        try:
            async with asyncio.timeout(limit):
                stdout, stderr = await process.communicate()
        except TimeoutError as error:
            raise EngineError(
                f"Terraform did not finish {kind} within {limit:g} seconds and was stopped: nothing is known about "
                "the module. Try again, or raise the limit."
            ) from error
        finally:
            _kill_group(process.pid)
            await asyncio.shield(process.wait())
        code = process.returncode if process.returncode is not None else -1
        if code < 0:
            raise EngineError(
                f"Terraform was ended by signal {-code} during {kind}: nothing is known about the module. Try again."
            )
        return Output(code, stdout.decode(errors="replace"), stderr.decode(errors="replace"))


def check_version(binary: Path, output: Output) -> None:
    """Nothing when the answer to `version -json` is of a Terraform that is new enough; else EngineError."""
    try:
        version = str(json.loads(output.stdout)["terraform_version"])
        found = parse_version(version)
    except (ValueError, KeyError, TypeError, UsageError) as error:
        said = (output.stdout or output.stderr).strip().splitlines()[:1]
        raise EngineError(
            f"{binary} is neither terraform nor tofu: asked for its version, it said "
            f"{said[0][:80]!r}. Give the path of a terraform or tofu binary."
            if said
            else f"{binary} is neither terraform nor tofu: asked for its version, it said nothing. "
            "Give the path of a terraform or tofu binary."
        ) from error
    if (found.major, found.minor) < _OLDEST:
        raise EngineError(
            f"{binary} is version {version}; tests against mocks and plans without an account need "
            f"{_OLDEST[0]}.{_OLDEST[1]} or newer. Install a newer one, or use the bundled engine."
        )


def _asks_aws(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and _CLOSED_PROXY in f"{finding.summary} {finding.detail}"


def _in_plan(finding: Finding) -> bool:
    return finding.place is not None and finding.place.file.rpartition("/")[2] == PLAN_FILE


def _installed(folder: Path) -> dict[str, str]:
    lock = folder / LOCK
    return locked_versions(lock.read_bytes()) if lock.is_file() else {}


def _kill_group(leader: int) -> None:
    # Also after a good end: a provider that lost its Terraform would stay for ever.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(leader, signal.SIGKILL)
        else:
            os.kill(leader, signal.SIGTERM)
