"""tf-planner's three phases as steps of a run: each leaves its typed result in the journal before the next one begins."""

from collections.abc import Callable
from pathlib import Path

from aws_orchestrator.agents import tf_planner
from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.minds.mind import Understood
from aws_orchestrator.runs.run import Run
from aws_orchestrator.workflows.optional_gates import settle_costs
from aws_orchestrator.workflows.phases import (
    PLAN,
    PLANNER,
    REQUIREMENTS,
    SECURITY,
    Chosen,
    Phase1,
    Phase2,
    Phase3,
)
from aws_orchestrator.workflows.requirements import settled_requirements

BLUEPRINT = "blueprint.yaml"


async def plan_in_phases(
    run: Run,
    gatekeeper: Gatekeeper,
    chosen: Chosen,
    catalog: Catalog,
    skills: Path,
    under_standards: Callable[[Blueprint, Catalog, Understood], Blueprint],
) -> Chosen:
    """The choice with the three results in it; the skill is written to `skills`."""
    found = chosen.requirements
    assert found is not None

    async def settle() -> Phase1:
        requirements = await settled_requirements(gatekeeper, run.run_id, found, catalog)
        requirements = tf_planner.enforced(requirements, catalog)
        return Phase1(requirements=requirements, detail=tf_planner.understood_of(requirements).sentence())

    async def review() -> Phase2:
        security = tf_planner.review(phase1.requirements, catalog)
        return Phase2(security=security, detail=security.sentence)

    async def plan() -> Phase3:
        planned = tf_planner.plan(phase1.requirements, catalog, skills)
        blueprint = planned.execution.blueprint
        understood = await settle_costs(gatekeeper, run, blueprint, planned.understood)
        kept = run.keep(
            {BLUEPRINT: under_standards(blueprint, catalog, understood).model_dump_json().encode()}
        )
        update = {
            "blueprint": kept[BLUEPRINT],
            "understood": understood,
            "requirements": phase1.requirements,
            "security": phase2.security,
            "plan": planned.summary,
            "notes": tuple(dict.fromkeys((*chosen.notes, *phase1.requirements.notes))),
        }
        return Phase3(
            chosen=chosen.model_copy(update=update),
            plan=planned.summary,
            detail=f"{blueprint.title} planned from {phase1.requirements.services[0].type} of {catalog.provider} "
            f"{catalog.version}: {len(blueprint.variables)} inputs, {len(blueprint.outputs)} outputs",
        )

    phase1 = await run.step(PLANNER, REQUIREMENTS, Phase1, settle)
    phase2 = await run.step(PLANNER, SECURITY, Phase2, review)
    phase3 = await run.step(PLANNER, PLAN, Phase3, plan)
    return phase3.chosen
