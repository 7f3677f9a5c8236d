"""What tf-validator says of a module: every check with its result, and with what it was made."""

from aws_orchestrator.findings import CHECKS, CheckResult, Finding, Level, Severity
from aws_orchestrator.model import Frozen

_DEPTHS: dict[Level, str] = {
    "schema": "level: schema; the real provider was not asked",
    "learned": "level: schema and what was learned of the provider; the real provider was not asked",
    "real_validate": "level: validated by the real provider",
    "real_plan": "level: validated and planned by the real provider",
}


def depth_of(level: Level | None) -> str:
    """The level that a validation reached, in words."""
    return _DEPTHS[level] if level is not None else "not validated; the real provider was not asked"


class Validation(Frozen):
    """The checks of one module, in order."""

    engine: str
    provider_version: str
    results: tuple[CheckResult, ...]
    strict: bool = True
    """Whether warnings of the quality rules count as errors: they do for what we generate."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every check."""
        return tuple(finding for result in self.results for finding in result.findings)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that make the module invalid."""
        return tuple(
            finding
            for finding in self.findings
            if finding.severity is Severity.ERROR
            or (self.strict and finding.check == "rules" and finding.severity is Severity.WARNING)
        )

    @property
    def valid(self) -> bool:
        """True when no check failed and nothing blocks."""
        return not self.blocking and all(result.status != "failed" for result in self.results)

    @property
    def checks(self) -> dict[str, str]:
        """`passed`, `failed` or `skipped` of each check; a check that was not reached is skipped."""
        found = {result.check: result.status for result in self.results}
        return {check: found.get(check, "skipped") for check in CHECKS}

    @property
    def line(self) -> str:
        """`VALID: all checks passed (init, fmt, validate, …)` or `INVALID: [file:line: error] …`."""
        if self.valid:
            passed = ", ".join(check for check, status in self.checks.items() if status == "passed")
            return f"VALID: all checks passed ({passed})"
        places = " ".join(f"[{finding.line()}]" for finding in self.blocking or self.findings)
        return f"INVALID: {places or 'a check failed without saying why'}"

    @property
    def level(self) -> Level | None:
        """How deep the module was looked into; None when it was not validated."""
        return next((result.level for result in self.results if result.level is not None), None)

    @property
    def depth(self) -> str:
        """The level in words: `level: learned; the real provider was not asked`."""
        return depth_of(self.level)

    @property
    def claim(self) -> str:
        """What was checked with what, as a person may repeat it: `init, fmt: passed (bundled, aws 5.100.0)`."""
        with_what = f"{self.engine}, aws {self.provider_version}" if self.provider_version else self.engine
        said = ", ".join(f"{check} {status}" for check, status in self.checks.items())
        return f"{said} ({with_what}; {self.depth})"
