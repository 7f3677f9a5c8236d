"""Which mind thinks: the one that a person chose, and with `auto` Claude as long as it can be used."""

from collections.abc import Mapping, Sequence

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import SkillSummary
from aws_orchestrator.errors import MindUnavailable
from aws_orchestrator.findings import Finding
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.minds.claude.credentials import Credentials, find_credentials
from aws_orchestrator.minds.claude.mind import ClaudeMind
from aws_orchestrator.minds.claude.requests import Requests
from aws_orchestrator.minds.mind import (
    GenerationTask,
    Mind,
    MindsChange,
    MindsPlan,
    PlanningTask,
    Understood,
    UpdateTask,
)
from aws_orchestrator.runs.dispatcher import Dispatcher
from aws_orchestrator.runs.exchanges import money_without_price
from aws_orchestrator.runs.model_prices import unpriced
from aws_orchestrator.settings import Settings


def choose_mind(settings: Settings, environment: Mapping[str, str], stored_key: str = "") -> Mind:
    """The mind that the settings name; MindUnavailable when that is Claude and it cannot be asked within the limits."""
    if settings.mind == "builtin":
        return BuiltinMind("chosen in the settings")
    try:
        credentials = find_credentials(settings.claude, environment, stored_key)
        _expect_prices(settings)
    except MindUnavailable as error:
        if settings.mind == "claude":
            raise
        return BuiltinMind(str(error))
    mind = ClaudeMind(Requests(credentials), settings.claude, _reason(settings, credentials))
    return mind if settings.mind == "claude" else AutoMind(mind)


def recorded_mind(settings: Settings, free: bool) -> Mind:
    """A mind that knows what a run recorded, and gives way to the built-in one where that ends; not `free`: that one alone."""
    if not free:
        return BuiltinMind("the recorded run was its own")
    return AutoMind(ClaudeMind(Requests(None), settings.claude, "its recorded answers"))


def _expect_prices(settings: Settings) -> None:
    """MindUnavailable when money is limited and what would be asked has no known price: nobody could keep the limit."""
    if settings.limits.money is None:
        return
    claude = settings.claude
    # The clouds bill by price lists of their own.
    elsewhere = {"bedrock": "a model of Amazon Bedrock", "vertex": "a model of Vertex AI"}
    unknown = elsewhere.get(claude.provider) or unpriced((claude.planning_model, claude.editing_model))
    if unknown:
        raise MindUnavailable(money_without_price(unknown))


def _reason(settings: Settings, credentials: Credentials) -> str:
    chosen = "chosen in the settings" if settings.mind == "claude" else "there are credentials for it"
    return f"{chosen}; asked at {credentials.where}"


class AutoMind:
    """Claude, until it cannot be used; from then on the built-in mind, with the reason."""

    def __init__(self, claude: Mind) -> None:
        """Nothing went wrong yet."""
        self._now: Mind = claude

    @property
    def name(self) -> str:
        """Whose thoughts count now."""
        return self._now.name

    @property
    def reason(self) -> str:
        """Why it is this one."""
        return self._now.reason

    @property
    def plans_anything(self) -> bool:
        """Whether it is still Claude."""
        return self._now.plans_anything

    async def choose_service(self, request: str, skills: Sequence[SkillSummary]) -> tuple[str, ...]:
        """As the mind of now."""
        return await self._now.choose_service(request, skills)

    async def understand(self, request: str, blueprint: Blueprint) -> Understood:
        """As the mind of now."""
        return await self._now.understand(request, blueprint)

    async def plan(self, task: PlanningTask, tools: Dispatcher) -> MindsPlan | None:
        """Claude's plan; None when it cannot be used."""
        try:
            return await self._now.plan(task, tools)
        except MindUnavailable as error:
            self._give_way(error)
            return None

    async def generate(self, task: GenerationTask, tools: Dispatcher) -> None:
        """The module's files; without what Claude alone could have written when it cannot be used."""
        try:
            await self._now.generate(task, tools)
        except MindUnavailable as error:
            await self._give_way(error).generate(task, tools)

    async def heal(self, task: GenerationTask, findings: Sequence[Finding], tools: Dispatcher) -> None:
        """The corrected files."""
        try:
            await self._now.heal(task, findings, tools)
        except MindUnavailable as error:
            await self._give_way(error).heal(task, findings, tools)

    async def change(self, task: UpdateTask, tools: Dispatcher) -> MindsChange | None:
        """Claude's change; None when it cannot be used."""
        try:
            return await self._now.change(task, tools)
        except MindUnavailable as error:
            self._give_way(error)
            return None

    async def correct(self, findings: Sequence[Finding], tools: Dispatcher) -> None:
        """What Claude corrects of an update; nothing when it cannot be used."""
        try:
            await self._now.correct(findings, tools)
        except MindUnavailable as error:
            self._give_way(error)

    def _give_way(self, error: MindUnavailable) -> BuiltinMind:
        mind = BuiltinMind(str(error))
        self._now = mind
        return mind
