"""The tools that run Terraform or write a module. What they do is given to them: this package knows no workflow."""

from collections.abc import Mapping
from typing import Any, Protocol

from pydantic import Field

from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import CHECKS, Check
from aws_orchestrator.mcp.tool import LONGEST_TEXT, OwnArguments, Progress, Tool, ToolAnswer, failure

_MOST_FILES = 200
_MOST_BYTES = 4 * 1024 * 1024
_FINDINGS_IN_TEXT = 60


class ModuleWork(Protocol):
    """What the tools need done; raises OrchestratorError with a sentence for people."""

    async def check(self, target: "Target", checks: tuple[Check, ...]) -> Mapping[str, Any]:
        """The validation report of a module, as `check --json` prints it, with `claim`: what was checked with what."""
        ...

    async def generate(
        self, request: str, workspace: str, answers: Mapping[str, str], progress: Progress
    ) -> Mapping[str, Any]:
        """The report of a run, as `generate --json` prints it. Gates that are not answered take the safe choice."""
        ...


class Target(OwnArguments):
    """The module that a tool is about: a folder of the disk, or files given whole."""

    path: str = Field(
        default="", max_length=4096, description="The module's folder; relative to the server's workspace."
    )
    files: dict[str, str] = Field(
        default={}, description="The module's files by relative path, such as main.tf, instead of a path."
    )

    @property
    def contents(self) -> dict[str, bytes]:
        """The files given whole, as bytes."""
        return {name: text.encode() for name, text in self.files.items()}


class ValidateModule(Target):
    """Arguments of `validate_module`."""

    checks: list[Check] = Field(
        default=list(CHECKS),
        min_length=1,
        description="Which checks, in their order; all of them by default.",
    )


class GenerateModule(OwnArguments):
    """Arguments of `generate_module`."""

    request: str = Field(
        min_length=1,
        max_length=LONGEST_TEXT,
        description="What to generate: an encrypted bucket with versioning.",
    )
    workspace: str = Field(
        default="",
        max_length=4096,
        description="The workspace folder that gets the module; the server's by default.",
    )
    answers: dict[str, str] = Field(
        default={},
        description='Answers to gates ahead of time: {"commit": "keep_local"}. Without one: the safe choice.',
    )


def module_tools(work: ModuleWork) -> tuple[Tool[Any], ...]:
    """The three tools, over what does the work."""

    async def validate_module(asked: ValidateModule, _: Progress) -> ToolAnswer:
        _expect_one_target(asked)
        wanted = tuple(check for check in CHECKS if check in asked.checks)
        return _checked(await work.check(asked, wanted))

    async def check_rules(asked: Target, _: Progress) -> ToolAnswer:
        _expect_one_target(asked)
        return _checked(await work.check(asked, ("rules",)))

    async def generate_module(asked: GenerateModule, progress: Progress) -> ToolAnswer:
        following = asked.answers.get("next_steps", "done")
        if following != "done":
            raise UsageError(
                f"One call makes one module, so next_steps cannot be {following[:40]!r} here: call generate_module again."
            )
        report = await work.generate(asked.request, asked.workspace, asked.answers, progress)
        return _generated(report)

    return (
        Tool(
            "validate_module",
            "Validate a Terraform module",
            "Really runs Terraform on a module, offline and on a copy: init, fmt, validate against the provider's schema, "
            "the quality rules, and the module's own tests against mocks. Give a path, or the files themselves.",
            ValidateModule,
            validate_module,
        ),
        Tool(
            "check_rules",
            "Check the quality rules",
            "The quality rules on a module: security, tags, variables, outputs, provider versions. Nothing is run; give "
            "a path, or the files themselves.",
            Target,
            check_rules,
        ),
        Tool(
            "generate_module",
            "Generate a Terraform module",
            "Generates a verified Terraform module from a sentence and writes it below the workspace after every check "
            "passed. Files that a person changed are never overwritten: that needs a person's approval.",
            GenerateModule,
            generate_module,
            read_only=False,
        ),
    )


def _expect_one_target(target: Target) -> None:
    if bool(target.path.strip()) == bool(target.files):
        raise UsageError('Give either the path of the module\'s folder or its files, as {"main.tf": "…"}.')
    if len(target.files) > _MOST_FILES or sum(map(len, target.files.values())) > _MOST_BYTES:
        raise UsageError(
            f"The module is larger than {_MOST_FILES} files or {_MOST_BYTES >> 20} MB; give its path instead."
        )


def _checked(report: Mapping[str, Any]) -> ToolAnswer:
    """An invalid module is a good answer, not a failure of the tool."""
    findings = report["findings"]
    lines = [f"{report['status']}: {report['claim']}"]
    lines += [_line(finding) for finding in findings[:_FINDINGS_IN_TEXT]]
    lines += [f"and {len(findings) - _FINDINGS_IN_TEXT} more"] if len(findings) > _FINDINGS_IN_TEXT else []
    lines += [f"note on {check}: {note}" for check, note in report.get("notes", {}).items()]
    return ToolAnswer("\n".join(lines), report)


def _line(finding: Mapping[str, Any]) -> str:
    where = f"{finding['file']}:{finding['line']}: " if finding.get("file") else ""
    code = f" ({finding['code']})" if finding.get("code") else ""
    detail = " ".join(str(finding.get("detail", "")).split())
    return f"{finding['severity']}: {where}{finding['summary']}{': ' + detail if detail else ''}{code}"


def _generated(report: Mapping[str, Any]) -> ToolAnswer:
    if report["status"] not in ("done", "cancelled"):
        return failure(str(report["message"]))._replace(data=report)
    lines = [f"{report['status']}: {report['message']}"]
    module = report.get("module")
    if module and report["status"] == "done":
        lines += [f"{module['path']}/{name}" for name in module["files"]]
    lines += [f"gate {gate['kind']}: {gate['choice']} ({gate['by']})" for gate in report.get("gates", ())]
    lines += [f"note: {note}" for note in report.get("notes", ())]
    return ToolAnswer("\n".join(lines), report)
