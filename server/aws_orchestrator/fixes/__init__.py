"""The fixes of findings: every file of this folder that defines `REMEDY` is one way to mend, found without a list."""

import pkgutil
from functools import cache
from importlib import import_module

from aws_orchestrator.findings import Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import MendedModule, Site

__all__ = ["MendedModule", "Remedy", "Site", "all_remedies", "fixes_of"]


@cache
def all_remedies() -> tuple[Remedy, ...]:
    """Every remedy, by id."""
    modules = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = [module.REMEDY for module in modules if isinstance(getattr(module, "REMEDY", None), Remedy)]
    return tuple(sorted(found, key=lambda remedy: remedy.id))


def fixes_of(finding: Finding, module: MendedModule) -> tuple[Fix, ...]:
    """What may mend the finding, the one that the finding carries first; nothing here was tried yet.

    At most one is preferred, and none is made for a file with a syntax error: its tree is a guess.
    """
    found: list[Fix] = [finding.fix] if finding.fix is not None else []
    place = finding.place
    if place is not None and place.file in module.view.files:
        site = Site(module, finding, place)
        for remedy in all_remedies():
            found += remedy.propose(finding, site)
    broken = {name for name, file in module.view.files.items() if file.error is not None}
    result: list[Fix] = []
    for fix in found:
        known = any(fix.edits == other.edits for other in result)
        if fix.edits and not known and not any(edit.file in broken for edit in fix.edits):
            result.append(fix)
    # Two right answers are none: then a person chooses.
    if sum(fix.preferred for fix in result) > 1:
        first = next(fix for fix in result if fix.preferred)
        result = [
            fix if fix is first and fix is finding.fix else fix.model_copy(update={"preferred": False})
            for fix in result
        ]
    return tuple(result)
