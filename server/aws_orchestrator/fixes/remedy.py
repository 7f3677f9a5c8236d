"""What a remedy is: a pure function from a finding and its module to edits, in a file of this folder."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aws_orchestrator.findings import Finding, Fix
from aws_orchestrator.fixes.site import Site


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to mend findings."""

    id: str
    """Kebab-case; its name in the documentation."""
    title: str
    """What it does, in a clause for people."""
    propose: Callable[[Finding, Site], Iterable[Fix]]
    """The fixes for a finding, none when it is not one of those that the remedy knows."""
