"""Blueprint against catalog: what is wrong is refused by its path, before any HCL exists."""

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.problems import Problem
from aws_orchestrator.blueprint.verify_references import reference_problems
from aws_orchestrator.blueprint.verify_schema import schema_problems
from aws_orchestrator.blueprint.verify_structure import structure_problems
from aws_orchestrator.blueprint.verify_variables import variable_problems
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.constraints import parse_constraint
from aws_orchestrator.catalog.versions import parse_version
from aws_orchestrator.errors import BlueprintError

_NAMED_PROBLEMS = 10


def verify(blueprint: Blueprint, catalog: Catalog) -> tuple[Problem, ...]:
    """Every problem of the blueprint, section by section; empty when every selection of it can be compiled.

    The catalog's facts decide which types, arguments and blocks exist; the document's own names decide what may be
    referred to. A part may only refer to parts that exist in every selection that it exists in itself.
    """
    if problem := _provider_problem(blueprint, catalog):
        # Against another provider's catalog every resource would be wrong: one sentence says it better.
        return (problem,)
    return (
        *structure_problems(blueprint),
        *variable_problems(blueprint, catalog),
        *schema_problems(blueprint, catalog),
        *reference_problems(blueprint, catalog),
    )


def require_verified(blueprint: Blueprint, catalog: Catalog, origin: str) -> None:
    """Return when the blueprint is right; raise BlueprintError with its problems when it is not."""
    problems = verify(blueprint, catalog)
    if problems:
        more = f" (and {len(problems) - _NAMED_PROBLEMS} more)" if len(problems) > _NAMED_PROBLEMS else ""
        raise BlueprintError(
            f"{origin} does not agree with {catalog.provider} {catalog.version}: "
            + "; ".join(str(problem) for problem in problems[:_NAMED_PROBLEMS])
            + more
        )


def _provider_problem(blueprint: Blueprint, catalog: Catalog) -> Problem | None:
    wanted = blueprint.provider
    if wanted.source != catalog.provider:
        return Problem(
            "provider.source", f"this is {wanted.source}, but the catalog is of {catalog.provider}"
        )
    if not parse_constraint(wanted.version).admits(parse_version(catalog.version)):
        return Problem("provider.version", f"{wanted.version} does not admit the catalog's {catalog.version}")
    return None
