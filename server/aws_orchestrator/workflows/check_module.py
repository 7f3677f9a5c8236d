"""Check a module of the disk, whoever wrote it: every check of tf-validator, nothing changed."""

import asyncio
import posixpath
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from aws_orchestrator.agents.tf_validator import has_errors, rule_context, run_check, run_together
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.catalog.addresses import source_address
from aws_orchestrator.findings import CHECKS, Check, CheckResult, Finding, Severity, Tree, place_in
from aws_orchestrator.outside import Engine
from aws_orchestrator.standards import standards_around
from aws_orchestrator.terraform.preflight import preflight

_AWS = "hashicorp/aws"
_TERRAFORM_READS = (".tf", ".tfvars", ".tftest.hcl", ".tfmock.hcl")
_NOTHING: Mapping[Check, CheckResult] = MappingProxyType({})


async def check_tree(
    engine: Engine,
    catalogs: CatalogLibrary,
    tree: Tree,
    checks: tuple[Check, ...] = CHECKS,
    disabled_rules: frozenset[str] = frozenset(),
    known: Mapping[Check, CheckResult] = _NOTHING,
) -> Validation:
    """The results of the checks, in order; tests only run when nothing before them found an error.

    `known` holds results that need not be found again.
    """
    catalog = await asyncio.to_thread(catalog_of, catalogs, tree)
    standards = await asyncio.to_thread(standards_around, Path(tree.key))
    rules = rule_context(catalog, standards=standards)
    known = {**not_utf8(tree), **known}
    wanted = tuple(check for check in checks if check not in known)
    known = {**await run_together(engine, wanted, tree), **known}
    results: list[CheckResult] = []
    for check in checks:
        if check == "tests" and any(has_errors(result) for result in results if result.check != "fmt"):
            results.append(CheckResult(check=check, status="skipped", note="not run: the module has errors"))
            continue
        results.append(known.get(check) or await run_check(engine, check, tree, rules, disabled_rules))
    return Validation(
        engine=engine.name, provider_version=engine.provider_version, results=tuple(results), strict=False
    )


def not_utf8(tree: Tree) -> dict[Check, CheckResult]:
    """The results of Terraform's checks when a file of theirs is not UTF-8; empty when all are.

    Terraform says so too, but quotes the bytes, and its library then ends the process that reads its answer.
    """
    findings = []
    for path, content in sorted(tree.files.items()):
        if not path.endswith(_TERRAFORM_READS):
            continue
        try:
            content.decode()
        except UnicodeDecodeError as error:
            file = posixpath.relpath(path, tree.module)
            findings.append(
                Finding(
                    check="validate",
                    severity=Severity.ERROR,
                    summary="File is not UTF-8",
                    detail=f"Byte {error.start} cannot be read; Terraform wants UTF-8. Save the file as UTF-8.",
                    place=place_in(file, content, error.start, error.end),
                )
            )
    if not findings:
        return {}
    skipped: tuple[Check, ...] = ("init", "fmt", "tests")
    note = "Not run: a file is not UTF-8."
    results: dict[Check, CheckResult] = {
        check: CheckResult(check=check, status="skipped", note=note) for check in skipped
    }
    return {**results, "validate": CheckResult(check="validate", status="failed", findings=tuple(findings))}


def catalog_of(catalogs: CatalogLibrary, tree: Tree) -> Catalog | None:
    """The catalog of the AWS provider that the module's lock file or constraint chooses, as the engine chooses it."""
    return preflight(tree, catalogs).catalogs.get(source_address(_AWS))
