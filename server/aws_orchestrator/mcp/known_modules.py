"""The modules that are known here: those that a skill generates, of the workspace and shipped."""

from typing import Any, NamedTuple

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import SkillLibrary, SkillSummary
from aws_orchestrator.catalog import did_you_mean
from aws_orchestrator.errors import UsageError

PUBLISHER = "aws-orchestrator"
_PROVIDER = "aws"


class KnownModule(NamedTuple):
    """One module that can be generated."""

    module_id: str
    service: str
    title: str
    keywords: tuple[str, ...]


def find_modules(skills: SkillLibrary, words: str) -> tuple[tuple[KnownModule, ...], tuple[str, ...]]:
    """The modules whose service, title or keywords hold one of the words, best first; and what could not be read."""
    summaries, broken = skills.summaries()
    wanted = {word for word in words.lower().replace("-", " ").split() if len(word) > 1}
    ranked = sorted(
        ((_matches(summary, wanted), summary) for summary in summaries),
        key=lambda one: (-one[0], one[1].service),
    )
    return tuple(_known(summary) for matches, summary in ranked if matches), broken


def module_page(skills: SkillLibrary, module_id: str) -> tuple[str, dict[str, Any]]:
    """A module's page as markdown and as data; UsageError when there is no such module."""
    parts = module_id.strip().lower().split("/")
    service = parts[1] if len(parts) in (3, 4) and parts[0] == PUBLISHER else module_id.strip().lower()
    skill = skills.load(service)
    if skill is None:
        known = skills.services()
        raise UsageError(
            f"No module {module_id[:120]!r} is known here; there are "
            f"{', '.join(_module_id(one) for one in known) or 'none'}.{did_you_mean(service[:120], known)} "
            "The public registry was not asked."
        )
    return _page(skill.blueprint), _data(skill.blueprint)


def _matches(summary: SkillSummary, wanted: set[str]) -> int:
    named = set(summary.service.split("-"))
    said = " ".join((summary.title, *summary.keywords)).lower().split()
    return sum(3 if word in named else 1 for word in wanted if word in named or word in said)


def _known(summary: SkillSummary) -> KnownModule:
    return KnownModule(_module_id(summary.service), summary.service, summary.title, summary.keywords)


def _module_id(service: str) -> str:
    return f"{PUBLISHER}/{service}/{_PROVIDER}"


def _data(blueprint: Blueprint) -> dict[str, Any]:
    return {
        "moduleId": _module_id(blueprint.service),
        "service": blueprint.service,
        "title": blueprint.title,
        "provider": f"{blueprint.provider.source} {blueprint.provider.version}",
        "features": [
            {"name": one.name, "title": one.title, "default": one.default} for one in blueprint.features
        ],
        "variables": [{"name": one.name, "description": one.description} for one in blueprint.variables],
        "outputs": [{"name": one.name, "description": one.description} for one in blueprint.outputs],
        "resources": sorted({one.type for one in blueprint.resources}),
    }


def _page(blueprint: Blueprint) -> str:
    lines = [
        f"# {_module_id(blueprint.service)}: {blueprint.title}",
        "",
        blueprint.summary,
        "",
        f"Provider: {blueprint.provider.source} {blueprint.provider.version}. generate_module writes it for a sentence.",
        "",
        "## Features",
        "",
        *(
            f"- `{one.name}`{' (by default)' if one.default else ''}: {one.description}"
            for one in blueprint.features
        ),
        "",
        "## Inputs",
        "",
        *(f"- `{one.name}`: {one.description}" for one in blueprint.variables),
        "",
        "## Outputs",
        "",
        *(f"- `{one.name}`: {one.description}" for one in blueprint.outputs),
        "",
        "## Resources",
        "",
        *(f"- `{name}`" for name in sorted({one.type for one in blueprint.resources})),
    ]
    return "\n".join(lines)
