"""Which service a request to change a module speaks of, when no skill plans it: that of a resource of the module."""

import re
from collections.abc import Mapping

from aws_orchestrator.agents.update_draft import Module
from aws_orchestrator.agents.update_features import wished_features
from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.knowledge import known_facts
from aws_orchestrator.minds.builtin.planner.service import plan_service
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES
from aws_orchestrator.minds.builtin.words import mentions


def planned_service(module: Module, request: str, catalog: Catalog) -> Blueprint | None:
    """tf-planner's blueprint of the service of which the request wishes a feature; None when it wishes none of any.

    Features are added, not removed: which of the module's resources would be one is not known of a module that others wrote.
    UsageError when several resources of the module could have it, and the request names none of them.
    """
    types = {block.labels[0]: block for block in reversed(list(module.view.resources()))}
    found: dict[str, Blueprint] = {}
    for service in SERVICES:
        if service.type in types and service.type not in found and catalog.resource(service.type) is not None:
            blueprint = plan_service(catalog, known_facts(catalog), service).blueprint
            wish = wished_features(request, blueprint)
            if wish.wanted and not wish.unwanted:
                found[service.type] = blueprint
    if len(found) <= 1:
        return next(iter(found.values()), None)
    addresses = {name: module.view.address(types[name]) for name in found}
    named = {name for name, address in addresses.items() if address in request or name in request}
    named = named or _spoken_of(request, found)
    if len(named) != 1:
        raise UsageError(
            f"Several resources of {module.path} can have that: name the one that is meant by its address, as in "
            f"{' or '.join(sorted(addresses.values()))}."
        )
    return found[named.pop()]


def _spoken_of(request: str, found: Mapping[str, Blueprint]) -> set[str]:
    """The types whose services the request names beside the feature: a dead letter queue of a function is no queue."""
    text = request.lower()
    keywords = {word for item in found.values() for feature in item.features for word in feature.keywords}
    for word in sorted(keywords, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(word)}\b", " ", text)
    words = {item.type: item.words for item in SERVICES if item.type in found}
    return {mention.name for mention in mentions(text, words)}
