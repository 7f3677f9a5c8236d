"""What a mind's plan is held against before anything of it is kept: schema, standards, rules, Terraform, its own tests."""

from collections.abc import Collection

from aws_orchestrator.agents.plan_facts import fact_problems
from aws_orchestrator.agents.plan_standards import standards_problems
from aws_orchestrator.agents.tf_validator import rule_context, run_check
from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, Selection
from aws_orchestrator.blueprint.organisation import with_standards
from aws_orchestrator.blueprint.verify import verify
from aws_orchestrator.catalog import Catalog, did_you_mean
from aws_orchestrator.errors import BlueprintError, UsageError
from aws_orchestrator.findings import Check, Finding, Severity, Tree
from aws_orchestrator.minds.mind import Judge
from aws_orchestrator.outside import Engine
from aws_orchestrator.standards import Standards

_MOST_TOLD = 20
# In this order, each only when nothing was wrong before: what is cheap and says it best comes first.
_STAGES: tuple[tuple[Check, ...], ...] = (("rules",), ("init", "validate"), ("tests",))


def plan_judge(
    engine: Engine,
    key: str,
    catalog: Catalog,
    taken: Collection[str],
    standards: Standards | None = None,
    admitted: Collection[str] = (),
) -> Judge:
    """Judges plans against this catalog; `taken` are the services that have a skill, whose names a plan must not take.

    `standards` are applied as they are to the module that is made of the plan; `admitted` are the services that a person
    let pass all the same.
    """
    wanted = standards or Standards()

    async def judge(blueprint: Blueprint, selection: Selection) -> tuple[str, ...]:
        problems = [str(problem) for problem in verify(blueprint, catalog)]
        problems += _of_names(blueprint, selection, taken)
        if not problems:
            problems += fact_problems(blueprint, catalog)
            problems += standards_problems(blueprint, selection, wanted, admitted)
        if not problems:
            blueprint = with_standards(blueprint, wanted, catalog)
            problems += [
                f"under the organisation's standards ({wanted.sentence()}): {problem}"
                for problem in verify(blueprint, catalog)
            ]
        if problems:
            return tuple(problems[:_MOST_TOLD])
        try:
            files = compile_module(blueprint, selection, catalog).files
        except (BlueprintError, UsageError) as error:
            return (str(error),)
        declared = frozenset(name for name in files if name.endswith(".tf"))
        tree = Tree(key=key, files=files)
        for stage in _STAGES:
            found: list[str] = []
            for check in stage:
                result = await run_check(engine, check, tree, rule_context(catalog, declared, wanted))
                found += [f"{check}: {one.line()}" for one in result.findings if _blocks(one)]
                if result.status == "failed" and not found:
                    found.append(f"{check} failed: {result.note or 'it does not say why'}")
            if found:
                return tuple(found[:_MOST_TOLD])
        return ()

    return judge


def _of_names(blueprint: Blueprint, selection: Selection, taken: Collection[str]) -> list[str]:
    problems = []
    if blueprint.service in taken:
        problems.append(
            f"service: {blueprint.service} is the name of a skill that is there; choose a name that says more"
        )
    known = [feature.name for feature in blueprint.features]
    for name in sorted(selection.features - set(known)):
        problems.append(f"features: the blueprint has no feature {name}.{did_you_mean(name, known)}")
    names = [variable.name for variable in blueprint.variables]
    for name in sorted(selection.inputs.keys() - set(names)):
        problems.append(f"inputs: the blueprint has no variable {name}.{did_you_mean(name, names)}")
    return problems


def _blocks(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR or (
        finding.check == "rules" and finding.severity is Severity.WARNING
    )
