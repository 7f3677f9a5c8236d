"""Check a module of the disk, whoever wrote it: every check of tf-validator, nothing changed."""

from aws_orchestrator.agents.tf_validator import has_errors, rule_context, run_check
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import Catalog, CatalogLibrary
from aws_orchestrator.catalog.addresses import source_address
from aws_orchestrator.findings import CHECKS, Check, CheckResult, Tree
from aws_orchestrator.outside import Engine
from aws_orchestrator.terraform.preflight import preflight

_AWS = "hashicorp/aws"


async def check_tree(
    engine: Engine,
    catalogs: CatalogLibrary,
    tree: Tree,
    checks: tuple[Check, ...] = CHECKS,
    disabled_rules: frozenset[str] = frozenset(),
) -> Validation:
    """The results of the checks, in order; tests only run when nothing before them found an error."""
    rules = rule_context(_catalog(catalogs, tree))
    results: list[CheckResult] = []
    for check in checks:
        if check == "tests" and any(has_errors(result) for result in results if result.check != "fmt"):
            results.append(CheckResult(check=check, status="skipped", note="not run: the module has errors"))
            continue
        results.append(await run_check(engine, check, tree, rules, disabled_rules))
    return Validation(
        engine=engine.name, provider_version=engine.provider_version, results=tuple(results), strict=False
    )


def _catalog(catalogs: CatalogLibrary, tree: Tree) -> Catalog | None:
    """The catalog of the AWS provider that the module's lock file or constraint chooses, as the engine chooses it."""
    return preflight(tree, catalogs).catalogs.get(source_address(_AWS))
