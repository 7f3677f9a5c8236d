"""The preflight: what Terraform itself cannot judge here, because providers are schemas and nothing is downloaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.catalog.constraints import Condition, parse_constraint
from aws_orchestrator.catalog.versions import Version, parse_version
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Finding, Severity, Tree
from aws_orchestrator.terraform.requirements import (
    ModuleCall,
    ProviderDemand,
    Requirements,
    locked_versions,
    requirements_of,
)

LOCK = ".terraform.lock.hcl"


@dataclass(slots=True)
class Preflight:
    """What was found before Terraform runs, and with which catalogs it may run."""

    requirements: Requirements
    catalogs: dict[str, Catalog] = field(default_factory=dict)
    """By provider address."""
    findings: list[Finding] = field(default_factory=list)
    """Of the check `init`."""
    missing: list[str] = field(default_factory=list)
    """Why some providers' types cannot be checked, a sentence each."""
    notes: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether the module asks for something that is never laid out for Terraform."""
        return bool(self.requirements.escaping)

    @property
    def complete(self) -> bool:
        """Whether all that the module demands is here, so that Terraform can check all of it."""
        return not (self.missing or self.requirements.remote or self.refused)

    @property
    def gaps(self) -> str:
        """What is not here, in sentences."""
        gaps = list(self.missing)
        if self.requirements.escaping:
            gaps.append("A module source leaves the module's root.")
        if self.requirements.remote:
            sources = ", ".join(sorted({call.source for call in self.requirements.remote}))
            gaps.append(f"Remote modules are not fetched ({sources}).")
        return " ".join(gaps)


def preflight(tree: Tree, library: CatalogLibrary | None) -> Preflight:
    """Choose the catalogs of a module and judge what only we can: versions, unknown providers, module sources.

    Without a library (real providers judge their versions themselves), the module sources only.
    """
    found = Preflight(requirements_of(tree.files, tree.module))
    folder = "" if tree.module == "." else f"{tree.module}/"
    locked = locked_versions(tree.files.get(f"{folder}{LOCK}", b""))
    if library is not None:
        for address, demands in sorted(found.requirements.demands.items()):
            _choose(found, library, address, demands, locked)
    found.findings.extend(_remote(call) for call in found.requirements.remote)
    found.findings.extend(_escaping(call) for call in found.requirements.escaping)
    return found


def _choose(
    found: Preflight,
    library: CatalogLibrary,
    address: str,
    demands: list[ProviderDemand],
    locked: Mapping[str, str],
) -> None:
    name = short_name(address)
    known = library.versions(address)
    if not known:
        detail = (
            f"No catalog of {name} is installed, so its types cannot be checked. Make one with "
            "'aws-orchestrator catalog build', or use the cli engine."
        )
        found.findings.append(
            _finding(demands[0], Severity.INFORMATION, f"Provider {name} is not known", detail)
        )
        found.missing.append(f"No catalog of {name} is installed.")
        return
    readable = [demand for demand in demands if _readable(demand.constraint)]
    # A constraint that cannot be read is Terraform's to report, at its place.
    whole = ", ".join(demand.constraint for demand in readable if demand.constraint.strip())
    version = locked.get(address)
    catalog = library.choose(address, whole, version)
    if catalog is None:
        found.missing.append(f"No known version of {name} is admitted (known: {', '.join(known)}).")
        found.findings.append(_not_admitted(name, readable, whole, known, version))
        return
    if version is not None and not parse_constraint(whole).admits(parse_version(catalog.version)):
        found.findings.append(_lock_disagrees(name, readable, catalog.version))
    elif version is not None and catalog.version != version:
        found.notes.append(
            f"{name} is locked to {version}, which has no catalog: {catalog.version} was used."
        )
    found.catalogs[address] = catalog


def _not_admitted(
    name: str, demands: list[ProviderDemand], whole: str, known: tuple[str, ...], locked: str | None
) -> Finding:
    newest = parse_version(known[-1])
    culprit = next((demand for demand in demands if not _admits_any(demand.constraint, known)), demands[-1])
    versions = ", ".join(known)
    broken = [condition for condition in parse_constraint(whole).conditions if not condition.admits(newest)]
    if locked is not None or all(_wants_older(condition, newest) for condition in broken):
        # The demanded version exists (it is locked), or is older than what we know: nothing is wrong with it.
        detail = (
            f"The module wants {whole}; catalogs are installed for {versions}. Its types cannot be checked."
        )
        return _finding(culprit, Severity.INFORMATION, f"No catalog of this version of {name}", detail)
    detail = (
        f'No known version of {name} satisfies "{whole}"; known: {versions}. Change the constraint, or make a '
        "catalog of the version with 'aws-orchestrator catalog build'."
    )
    return _finding(culprit, Severity.ERROR, "Provider version is not admitted", detail)


def _lock_disagrees(name: str, demands: list[ProviderDemand], version: str) -> Finding:
    culprit = next(demand for demand in demands if not _admits_any(demand.constraint, (version,)))
    detail = (
        f'{LOCK} holds {name} {version}, which "{culprit.constraint}" does not admit. Run terraform init -upgrade, '
        "or change the constraint."
    )
    return _finding(culprit, Severity.ERROR, "Locked provider version is not admitted", detail)


def _wants_older(condition: Condition, newest: Version) -> bool:
    """Whether a condition that the newest known version breaks asks for an older one."""
    return condition.operator in ("<", "<=", "!=") or condition.boundary < newest


def _admits_any(constraint: str, versions: tuple[str, ...]) -> bool:
    parsed = parse_constraint(constraint)
    return any(parsed.admits(parse_version(version)) for version in versions)


def _readable(constraint: str) -> bool:
    try:
        parse_constraint(constraint)
    except UsageError:
        return False
    return True


def _remote(call: ModuleCall) -> Finding:
    return Finding(
        check="init",
        severity=Severity.INFORMATION,
        summary="Remote module is not fetched",
        detail=f'"{call.source}" is somewhere else; nothing is downloaded, so what depends on it is not checked.',
        place=call.place,
    )


def _escaping(call: ModuleCall) -> Finding:
    return Finding(
        check="init",
        severity=Severity.ERROR,
        summary="Module source leaves the module's root",
        detail=f'"{call.source}" is outside of what is checked. Move the module below the root, or check its parent.',
        place=call.place,
    )


def _finding(demand: ProviderDemand, severity: Severity, summary: str, detail: str) -> Finding:
    return Finding(check="init", severity=severity, summary=summary, detail=detail, place=demand.place)
