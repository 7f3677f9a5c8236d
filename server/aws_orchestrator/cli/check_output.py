"""What `check` has to show: the modules, where they are, and how it ended; the formats are in the files beside this one."""

from collections import Counter
from typing import Literal, NamedTuple

from aws_orchestrator.findings import Finding
from aws_orchestrator.workflows.check_repository import CheckedModule

Format = Literal["human", "json", "sarif", "junit"]
FORMATS: tuple[Format, ...] = ("human", "json", "sarif", "junit")


class Checked(NamedTuple):
    """One run of `check`."""

    modules: tuple[CheckedModule, ...]
    notes: tuple[str, ...] = ()
    """What was not looked into, a sentence each."""

    @property
    def valid(self) -> bool:
        """Whether every module was checked and nothing is wrong."""
        return all(module.valid for module in self.modules)

    @property
    def exit_code(self) -> int:
        """0 when nothing is wrong, else 1."""
        return 0 if self.valid else 1

    @property
    def findings(self) -> tuple[tuple[CheckedModule, Finding], ...]:
        """Every finding with its module."""
        return tuple(
            (module, finding)
            for module in self.modules
            if module.validation is not None
            for finding in module.validation.findings
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many modules there are of each outcome, and findings of each severity."""
        severities = Counter(finding.severity.value for _, finding in self.findings)
        return {
            "modules": len(self.modules),
            "valid": sum(module.valid for module in self.modules),
            "invalid": sum(module.validation is not None and not module.valid for module in self.modules),
            "notChecked": sum(module.validation is None for module in self.modules),
            "errors": severities["error"],
            "warnings": severities["warning"],
            "information": severities["information"],
        }


def counted(count: int, noun: str) -> str:
    """`1 module`, `2 modules`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
