"""Where a run asks what no rule decides: which service is meant, whether a cost is wanted, whether a convention holds."""

from collections.abc import Mapping, Sequence

from aws_orchestrator.blueprint.model import Blueprint, CostDecision, Feature
from aws_orchestrator.blueprint.select import with_requirements
from aws_orchestrator.errors import GateStopped
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.optional import (
    CHEAPER,
    GO_ON,
    KEEP,
    YES,
    convention_gate,
    cost_gate,
    service_gate,
    service_situation,
    standard_gate,
)
from aws_orchestrator.minds.mind import Understood
from aws_orchestrator.runs.run import Run
from aws_orchestrator.standards import REGION, Standards

_NEVER = "2000-01"
# What costs in any module, whoever made its blueprint: the specification's own examples.
_NAT_GATEWAY = CostDecision(
    drives="each NAT gateway, by the hour and by the gigabyte; one for every zone multiplies the hours",
    magnitude="about 35 USD a month for each gateway, and 0.05 USD for each gigabyte on top",
    as_of="2025-06",
    cheaper="Leave the NAT gateways out; share one of another module, or reach AWS by VPC endpoints",
)
_DEDICATED = CostDecision(
    drives="dedicated tenancy: hardware of your own, with a fee for the region beside dearer hours",
    magnitude="about 1,500 USD a month for the region before the first instance",
    as_of="2025-06",
    cheaper="Shared tenancy, the default of AWS",
)
_FEATURES: Mapping[str, CostDecision] = {"nat_gateway": _NAT_GATEWAY, "nat_gateways": _NAT_GATEWAY}
_INPUTS: Mapping[str, CostDecision] = {"tenancy": _DEDICATED, "instance_tenancy": _DEDICATED}


async def choose_service(
    gatekeeper: Gatekeeper, run: Run, candidates: Sequence[str], described: Mapping[str, str]
) -> str:
    """The service that is meant, of those that fit; GateStopped when several do and nobody says which."""
    situation = service_situation(tuple(candidates))
    if len(candidates) == 1 and not gatekeeper.always("ambiguous", situation):
        return candidates[0]
    gate = service_gate(
        gatekeeper.key("ambiguous"),
        run.run_id,
        run.started.request,
        {name: described.get(name, "") for name in candidates},
    )
    decision = await gatekeeper.ask_optional(gate, situation)
    if decision.choice not in candidates:
        raise GateStopped(
            f"The request fits several services ({', '.join(candidates)}). Name one of them, or answer ahead "
            f"of time, as in --answer ambiguous={candidates[0]}"
        )
    return decision.choice


async def settle_standards(gatekeeper: Gatekeeper, run: Run, standards: Standards, service: str) -> None:
    """GateStopped when the request leaves the organisation's standards and nobody lets it.

    Without a service, which a mind has yet to find, only its regions are looked at.
    """
    await settle_services(gatekeeper, run, standards, [service] if service else [])
    named = dict.fromkeys(found[0] for found in REGION.finditer(run.started.request))
    outside = [region for region in named if standards.regions and region not in standards.regions]
    problems = [f"{region} is no region of it ({', '.join(standards.regions)})" for region in outside]
    await _settle(gatekeeper, run, problems)


async def settle_services(
    gatekeeper: Gatekeeper, run: Run, standards: Standards, services: Sequence[str]
) -> None:
    """GateStopped when a service is none that the organisation approved, and nobody lets it."""
    strange = [name for name in services if standards.services and name not in standards.services]
    listed = ", ".join(standards.services)
    await _settle(gatekeeper, run, [f"{name} is no approved service ({listed})" for name in strange])


async def _settle(gatekeeper: Gatekeeper, run: Run, problems: Sequence[str]) -> None:
    for problem in problems:
        gate = standard_gate(gatekeeper.key("ambiguous"), run.run_id, problem)
        decision = await gatekeeper.ask_optional(gate, f"standard: {problem}")
        if decision.choice != GO_ON:
            raise GateStopped(
                f"The organisation's standards stopped the run: {problem}. Change the request, or organisation-standards.md."
            )


async def settle_costs(
    gatekeeper: Gatekeeper, run: Run, blueprint: Blueprint, understood: Understood
) -> Understood:
    """What is selected after a person saw what costs by an order of magnitude; GateStopped when they dismiss it."""
    decisions = {
        name: decision
        for name in understood.features
        if (decision := _decision(gatekeeper, blueprint, name)) is not None
    }
    for name, decision in decisions.items():
        if name not in understood.features:
            continue  # it went with another one
        feature = blueprint.feature(name)
        title = feature.title if feature else name
        if not await _is_kept(gatekeeper, run, f"{blueprint.service}: {name}", title, decision):
            understood = _cheaper(blueprint, understood, name, decision)
    for name, value in tuple(understood.inputs.items()):
        if name in _INPUTS and value == '"dedicated"':
            situation = f"{blueprint.service}: dedicated {name}"
            if not await _is_kept(gatekeeper, run, situation, "Dedicated tenancy", _INPUTS[name]):
                inputs = {**understood.inputs, name: '"default"'}
                understood = understood.model_copy(update={"inputs": inputs})
    return understood


def known_decision(feature: Feature) -> CostDecision | None:
    """What a feature costs by an order of magnitude; None when that hardly matters."""
    return feature.cost_decision or _FEATURES.get(feature.name)


def _decision(gatekeeper: Gatekeeper, blueprint: Blueprint, name: str) -> CostDecision | None:
    """What a person decides about a feature's cost; None when it hardly matters and no policy wants to be asked."""
    feature = blueprint.feature(name)
    if feature is None:
        return None
    known = known_decision(feature)
    if known is None and feature.cost and gatekeeper.always("cost", f"{blueprint.service}: {name}"):
        return CostDecision(
            drives=feature.cost, magnitude="not known", cheaper="Leave the feature out", as_of=_NEVER
        )
    return known


async def held_conventions(gatekeeper: Gatekeeper, run: Run, service: str) -> tuple[str, ...]:
    """The conventions of the policy memory that hold for this module, in their own words."""
    held = []
    for entry in gatekeeper.policies.conventions(service):
        holds = entry.default.lower() == YES
        if entry.policy != "never" and gatekeeper.somebody_is_there:
            gate = convention_gate(gatekeeper.key("ambiguous"), run.run_id, entry.ask, holds)
            holds = (await gatekeeper.ask_optional(gate, f"convention: {entry.ask}")).choice == YES
        if holds and entry.ask:
            held.append(entry.ask)
    return tuple(held)


async def _is_kept(
    gatekeeper: Gatekeeper, run: Run, situation: str, title: str, decision: CostDecision
) -> bool:
    gate = cost_gate(
        gatekeeper.key("cost"),
        run.run_id,
        title,
        decision.drives,
        decision.magnitude if decision.as_of == _NEVER else _approximately(decision),
        decision.cheaper,
    )
    choice = (await gatekeeper.ask_optional(gate, situation)).choice
    if choice not in (KEEP, CHEAPER):
        raise GateStopped(
            f"Stopped before a decision that costs: {title} ({decision.magnitude}). Nothing was written; answer it, or "
            f"ahead of time, as in --answer cost={KEEP} or --answer cost={CHEAPER}"
        )
    return choice == KEEP


def _approximately(decision: CostDecision) -> str:
    return (
        f"{decision.magnitude} (roughly, by AWS's public prices for {decision.region} as of {decision.as_of}; nobody was "
        "asked, so look them up before you rely on it)"
    )


def _cheaper(blueprint: Blueprint, understood: Understood, name: str, decision: CostDecision) -> Understood:
    if decision.cheaper_inputs:
        return understood.model_copy(update={"inputs": {**understood.inputs, **decision.cheaper_inputs}})
    # What needs it goes with it.
    kept = tuple(
        item for item in understood.features if name not in with_requirements(blueprint, frozenset({item}))
    )
    selected = frozenset(kept)
    there = {variable.name for variable in blueprint.variables if variable.holds(selected)}
    gone = tuple(
        item.name
        for item in blueprint.features
        if item.default and item.name in understood.features and item.name not in selected
    )
    return understood.model_copy(
        update={
            "features": kept,
            "left_out": (*understood.left_out, *gone),
            "inputs": {key: value for key, value in understood.inputs.items() if key in there},
        }
    )
