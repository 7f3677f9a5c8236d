"""The cli engine: the user's own terraform or tofu, with real providers from a mirror on disk."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path

from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.errors import EngineError
from aws_orchestrator.findings import Finding, TestsResult, Tree
from aws_orchestrator.terraform.behaviour import tests_result
from aws_orchestrator.terraform.bundled import AWS
from aws_orchestrator.terraform.engine import TerraformEngine, normal
from aws_orchestrator.terraform.environment import terraform_environment
from aws_orchestrator.terraform.limits import EngineLimits
from aws_orchestrator.terraform.preflight import LOCK, Preflight, preflight
from aws_orchestrator.terraform.real_plan import PLAN_FILE, plan_tree
from aws_orchestrator.terraform.requirements import locked_versions
from aws_orchestrator.terraform.supervisor import Output


class CliEngine(TerraformEngine):
    """A Terraform binary; its providers come from the mirror and from nowhere else."""

    def __init__(
        self,
        binary: Path,
        mirror: Path | None = None,
        scratch_root: Path | None = None,
        limits: EngineLimits | None = None,
    ) -> None:
        """`mirror` is the root of a filesystem mirror (`registry.terraform.io/hashicorp/aws/…` below it)."""
        super().__init__(scratch_root)
        self._binary = binary
        self._mirror = mirror
        self._limits = limits or EngineLimits()
        self._versions: dict[str, str] = {}

    @property
    def name(self) -> str:
        """`cli`."""
        return "cli"

    @property
    def provider_version(self) -> str:
        """The version of the real AWS provider that the last check used; empty before any."""
        return self._versions.get(AWS, "")

    async def real_plan(self, tree: Tree) -> TestsResult:
        """The module planned by the real provider, without an account and without leaving the machine.

        Every run of the module's tests is planned with its variables; what would ask AWS is answered by overrides.
        """
        async with self._one_check:
            planned = plan_tree(normal(tree))
            found = await self._preflight(planned)
            if not found.complete:
                return TestsResult(check="tests", status="skipped", note=f"Not planned: {found.gaps}")
            folder = await self._lay_out(planned)
            await self._make_ready(planned, folder, found)
            arguments = ("test", "-json", "-no-color", f"-filter={PLAN_FILE}")
            output = await self._run("plan", folder, arguments, found)
            result = tests_result(output, planned.module, "")
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

    def _needs_init(self, found: Preflight) -> bool:
        return True

    def _against(self, found: Preflight) -> str:
        versions = [f"{short_name(address)} {version}" for address, version in sorted(self._versions.items())]
        return ", ".join([self.name, *versions])

    async def _run(
        self, kind: str, folder: Path, arguments: tuple[str, ...], found: Preflight | None
    ) -> Output:
        environment = await asyncio.to_thread(
            terraform_environment, self._scratch.root / "home", self._mirror
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
        if kind == "init":
            self._versions = await asyncio.to_thread(_installed, folder)
        code = process.returncode if process.returncode is not None else -1
        if code < 0:
            raise EngineError(
                f"Terraform was ended by signal {-code} during {kind}: nothing is known about the module. Try again."
            )
        return Output(code, stdout.decode(errors="replace"), stderr.decode(errors="replace"))


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
