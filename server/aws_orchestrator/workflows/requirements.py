"""Phase 1 with a person: contradictions decided, open questions answered, misunderstandings corrected, before any plan."""

from aws_orchestrator.agents import tf_planner
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import GateStopped
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.requirements_gate import (
    CORRECTION,
    GENERATE,
    contradiction_gate,
    requirements_gate,
)
from aws_orchestrator.minds.builtin.planner.results import Requirements
from aws_orchestrator.minds.builtin.planner.settling import decided

# Below this a person is asked whether the service is the one that was meant.
_SURE = 0.6


async def consistent_request(gatekeeper: Gatekeeper, run_id: str, request: str) -> str:
    """The request without the words that a person decided against; GateStopped when nobody decides."""
    for one, other in tf_planner.contradictions(request):
        gate = contradiction_gate(gatekeeper.key("ambiguous"), run_id, (one, other), f"“{request[:160]}”")
        decision = await gatekeeper.ask_optional(gate, f"{one} or {other}")
        if decision.choice not in (one, other):
            raise GateStopped(
                f"The request says both {one} and {other}. Say which is meant, or answer ahead of time, as in "
                f"--answer ambiguous={other}"
            )
        request = decided(request, other if decision.choice == one else one)
    return request


async def settled_requirements(
    gatekeeper: Gatekeeper, run_id: str, requirements: Requirements, catalog: Catalog
) -> Requirements:
    """The requirements of one service after a person saw them, where something is open; otherwise as they are."""
    wanted = requirements.services[0]
    if not wanted.questions and not wanted.unread and wanted.confidence >= _SURE:
        return requirements
    understood = f"{wanted.title} (`{wanted.type}`); {tf_planner.understood_of(requirements).sentence()}"
    if wanted.unread:
        understood += f". {tf_planner.unread_sentence(wanted.unread)}"
    gate = requirements_gate(
        gatekeeper.key("ambiguous"),
        run_id,
        understood,
        [(item.variable, item.text, item.pattern) for item in wanted.questions],
    )
    # With nobody there the module is made: what nobody answered is an input, which its caller gives.
    decision = await gatekeeper.ask_optional(gate, f"values of {wanted.service}")
    if decision.choice != GENERATE:
        raise GateStopped(
            "Nothing was generated, because the requirements were not settled. Ask again with what was missing, or "
            f"answer ahead of time, as in --answer ambiguous={GENERATE}"
        )
    answers = {key: value for key, value in decision.fields.items() if key != CORRECTION}
    return tf_planner.settled(requirements, answers, decision.fields.get(CORRECTION, ""), catalog)
