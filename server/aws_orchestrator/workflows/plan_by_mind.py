"""The planning step of a mind that plans anything: what it is given, how its plan is judged, and whom it may ask."""

from aws_orchestrator.agents.plan_judge import plan_judge
from aws_orchestrator.agents.plan_standards import unapproved
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import GateStopped
from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.gates.optional import doubt_gate
from aws_orchestrator.memories import POLICY_FILE, read_policies
from aws_orchestrator.minds.mind import MindsPlan, PlanningTask
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.exchanges import Exchanges
from aws_orchestrator.runs.limits import Usage
from aws_orchestrator.runs.module_files import ModuleFiles
from aws_orchestrator.runs.redaction import printable
from aws_orchestrator.runs.run import Run
from aws_orchestrator.standards import STANDARDS_FILE, read_standards
from aws_orchestrator.workflows.house import House
from aws_orchestrator.workflows.optional_gates import settle_services


async def plan_by_mind(
    run: Run, house: House, gatekeeper: Gatekeeper, usage: Usage, exchanges: Exchanges, catalog: Catalog
) -> MindsPlan | None:
    """What the house's mind plans for the run's request; None when it leaves that to the catalog's facts.

    It sees what is in the task, and nothing else of the workspace.
    """

    async def ask(question: str, readings: tuple[str, ...]) -> str:
        key = gatekeeper.key("ambiguous")
        gate = doubt_gate(key, run.run_id, run.started.request, printable(question), readings)
        decision = await gatekeeper.ask(gate)
        chosen = {option.key: option.label for option in gate.options}.get(decision.choice)
        if chosen is None:
            listing = "; ".join(f"{option.key}: {option.label}" for option in gate.options)
            raise GateStopped(
                f"{gate.question} Say more in the request, or answer ahead of time with --answer ambiguous=… ({listing})"
            )
        return chosen

    policies, _ = read_policies(house.workspace.root)
    texts = {POLICY_FILE: policies}
    # As they were read: code applies them to the plan, whatever the mind made of them.
    standards = read_standards(house.workspace.root)
    if standards.sentence():
        texts[STANDARDS_FILE] = standards.sentence()
    admitted: set[str] = set()

    async def admit(types: tuple[str, ...]) -> None:
        services = unapproved(types, standards)
        await settle_services(gatekeeper, run, standards, services)
        admitted.update(services)

    key = f"{house.workspace.root}/{run.started.modules_folder}"
    task = PlanningTask(
        request=run.started.request,
        catalog=catalog,
        library=house.catalogs,
        skills=house.skills,
        standards=texts,
        judge=plan_judge(house.engine, key, catalog, frozenset(house.skills.services()), standards, admitted),
        ask=ask,
        admit=admit,
    )
    tools = Dispatcher(usage, ModuleFiles(frozenset()), exchanges)
    thought = await house.mind.plan(task, tools)
    if thought is None or not tools.notes:
        return thought
    noted = (*thought.requirements.notes, *tools.notes)
    return thought.model_copy(
        update={"requirements": thought.requirements.model_copy(update={"notes": noted})}
    )
