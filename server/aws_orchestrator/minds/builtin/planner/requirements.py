"""Phase 1: what a sentence asks for: services, features, values, and what has to be asked back."""

import re
from collections.abc import Mapping

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.blueprint.select import with_requirements
from aws_orchestrator.catalog import Catalog, did_you_mean
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.amounts import NUMBER_WORDS, amounts_of
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.part import PlannedPart
from aws_orchestrator.minds.builtin.planner.plan_needs import PLAN_FOLLOWS, PLAN_NEEDS
from aws_orchestrator.minds.builtin.planner.questions import questions_of
from aws_orchestrator.minds.builtin.planner.results import Requirements, ServiceRequirements
from aws_orchestrator.minds.builtin.planner.service import PlannedService, plan_service
from aws_orchestrator.minds.builtin.planner.service_search import FoundServices, find_services
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES, Service
from aws_orchestrator.minds.builtin.planner.wishes import environment_of, environment_values, wishes_of
from aws_orchestrator.minds.builtin.unread import parts_of, without_inner
from aws_orchestrator.minds.builtin.words import Mention, mentions

_MOST_READ = 6000
# Said of one thing, these contradict each other.
_CONTRADICTIONS = (("public", "private"), ("encrypted", "unencrypted"), ("internal", "internet-facing"))
_OTHER_THING = re.compile(
    r"[,;.]|\b(?:and|or|with|without|for|in|into|on|to|from|of|by|not|no|than|plus|beside|between|behind|via)\b"
)
_FAR = 6
_SHARED_ENDINGS = (
    "vpc_id",
    "subnet_id",
    "subnet_ids",
    "security_group_ids",
    "vpc_security_group_ids",
    "kms_key_id",
    "kms_key_arn",
    "kms_master_key_id",
    "role_arn",
    "iam_role_arn",
    "db_subnet_group_name",
    "certificate_arn",
)

# The features, those left out, and the inputs that a text asks for.
_Reading = tuple[tuple[str, ...], tuple[str, ...], dict[str, Value]]


def requirements_of(request: str, catalog: Catalog, facts: Facts) -> Requirements:
    """What the request asks for; UsageError when it names nothing that AWS has.

    Requirements with candidates have no services: a person chooses, and asks again with the choice.
    """
    text, notes = _readable(request)
    found = find_services(text, catalog)
    if found.unknown:
        name = found.unknown[0]
        raise UsageError(
            f"{catalog.provider} {catalog.version} has no resource type {name}.{did_you_mean(name, catalog.resource_names)}"
        )
    if not found.services and not found.candidates:
        raise _nothing(text, found)
    if found.read_as:
        notes.append(found.read_as)
    clashes = contradictions_of(text)
    environment = environment_of(text)
    services = tuple(
        _of_service(text, service, plan_service(catalog, facts, service), environment, found)
        for service in found.services
    )
    scope = "none" if not services else "single service" if len(services) == 1 else "several services"
    return Requirements.model_validate(
        {
            "request": request,
            "scope": scope,
            "services": services,
            "candidates": tuple(service.name for service in found.candidates),
            "environment": environment,
            "contradictions": clashes,
            "notes": tuple(notes),
        }
    )


def service_requirements(
    request: str, service: Service, catalog: Catalog, facts: Facts
) -> ServiceRequirements:
    """What the request asks of a service that a person chose."""
    text, _ = _readable(request)
    found = FoundServices((service,))
    planned = plan_service(catalog, facts, service)
    return _of_service(text, service, planned, environment_of(text), found)


def _readable(request: str) -> tuple[str, list[str]]:
    """The part of a request that is read, in lower case where case tells nothing."""
    text = " ".join(request.split())
    if len(text) <= _MOST_READ:
        return text, []
    cut = text[:_MOST_READ].rpartition(" ")[0]
    return cut, [f"The request has {len(text)} characters; only the first {len(cut)} were read."]


def _nothing(text: str, found: FoundServices) -> UsageError:
    shortened = text if len(text) <= 80 else f"{text[:77]}…"
    if found.other_cloud:
        return UsageError(
            f"“{shortened}” asks for {found.other_cloud}; modules are made for AWS alone. "
            "Name the AWS service that you want instead."
        )
    names = [word for service in SERVICES for word in service.words]
    hints = [did_you_mean(word, names) for word in re.findall(r"[a-z0-9-]{4,}", text.lower())[:40]]
    hint = next((item for item in hints if item), "")
    return UsageError(
        f"No AWS service fits “{shortened}”.{hint} Name a service, as in "
        "“an encrypted SQS queue”, or a resource type, as aws_sqs_queue."
    )


def rest_of(requirements: Requirements, position: int) -> str:
    """The request for all services but those up to a position, in words that are understood the same way again."""
    others = [item for index, item in enumerate(requirements.services) if index > position]
    if not others:
        return ""
    text = " and ".join(item.clause or item.type for item in others)
    kind = requirements.environment
    return text if not kind or environment_of(text) else f"{text}, for {kind}"


def contradictions_of(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of words that the text says of one thing and that cannot both hold."""
    lower = text.lower()
    return tuple((one, other) for one, other in _CONTRADICTIONS if _of_one_thing(lower, one, other))


def _of_one_thing(lower: str, one: str, other: str) -> bool:
    """Whether both words are said with nothing between them that begins another thing: "a public encrypted private bucket"."""
    between = re.search(rf"\b(?:{one}\b(.*?)\b{other}|{other}\b(.*?)\b{one})\b", lower)
    if between is None:
        return False
    text = between[1] if between[1] is not None else between[2]
    return len(text.split()) <= _FAR and not _OTHER_THING.search(text)


def _of_service(
    text: str, service: Service, planned: PlannedService, environment: str, found: FoundServices
) -> ServiceRequirements:
    core = planned.parts[0]
    scope = text if len(found.services) == 1 else _clause(text, service, found.services)
    features, left_out, inputs = reading = _read(scope, service, planned, environment)
    spoken = (service.title, service.type.replace("_", " "), service.name, *service.words)
    known = {word for words in spoken for word in re.findall(r"\w+", words.lower())}
    known |= _settled_words(planned, features)
    unread = [
        part.said
        for part in parts_of(scope, known)
        if _read(part.without, service, planned, environment) == reading
        and not _is_said_twice(part.said, service, planned, reading)
    ]
    return ServiceRequirements(
        service=service.name,
        type=service.type,
        title=service.title,
        confidence=found.confidence,
        features=features,
        left_out=left_out,
        inputs=inputs,
        questions=questions_of(core, inputs),
        dependencies=tuple(core.names[field.name] for field in core.fields if field.name in _SHARED_ENDINGS),
        clause="" if scope == text else _bare(scope),
        unread=without_inner(unread),
    )


def _is_said_twice(said: str, service: Service, planned: PlannedService, reading: _Reading) -> bool:
    """Whether a part says by itself what the rest of the request says too: "a production database, multi-AZ"."""
    features, left_out, inputs = alone = _read(said, service, planned, "")
    return (
        alone != _read("", service, planned, "")
        and set(features) <= set(reading[0])
        and set(left_out) <= set(reading[1])
        and all(reading[2].get(name) == value for name, value in inputs.items())
    )


def _read(scope: str, service: Service, planned: PlannedService, environment: str) -> _Reading:
    """What a text asks for."""
    core = planned.parts[0]
    lower = scope.lower()
    values: dict[str, Value] = environment_values(environment, core.fields)
    values |= amounts_of(lower, service.type, core.fields)
    values |= wishes_of(lower, service.type, core.fields)
    values |= {
        key: value
        for key, value in wishes_of(scope, service.type, core.fields).items()
        if not isinstance(value, bool)
    }
    for name, follows in PLAN_FOLLOWS.get(service.type, {}).items():
        if name in values:
            values = {**follows, **values}
    values |= dict.fromkeys(_excluded_examples(core, values), "null")
    inputs = {core.names[name]: value for name, value in values.items() if name in core.names}
    inputs |= _feature_values(lower, planned)
    features, left_out = _features(lower, planned, inputs)
    return features, left_out, inputs


def _excluded_examples(core: PlannedPart, values: Mapping[str, Value]) -> set[str]:
    """Arguments that the module's own example gives, and that a wanted one excludes: replicas, a number of nodes."""
    needed = PLAN_NEEDS.get(core.schema.name, {}).keys() - values.keys()
    groups = (*core.level.exactly_one, *core.level.conflicts)
    return {name for group in groups if not values.keys().isdisjoint(group) for name in needed & set(group)}


def _settled_words(planned: PlannedService, features: tuple[str, ...]) -> set[str]:
    """The words of what the module does in any case: its security controls, its selected features."""
    blueprint = planned.blueprint
    texts = [
        text for item in blueprint.features if item.name in features for text in (item.title, *item.keywords)
    ]
    texts += [
        f"{field.name.replace('_', ' ')} {field.control}"
        for part in planned.parts
        for field in part.fields
        if field.default not in (None, False)
    ]
    texts += [control.title for control in blueprint.controls]
    return {word for text in texts for word in re.findall(r"[a-z0-9]+", text.lower())}


def _clause(text: str, service: Service, services: tuple[Service, ...]) -> str:
    """The part of a request for several services that speaks of one of them: from its mention to that of the next."""
    found = mentions(text.lower(), {item.name: item.words for item in services})
    starts: dict[str, int] = {}
    for mention in found:
        starts.setdefault(mention.name, mention.start)
    begin = starts.get(service.name, 0)
    later = [start for start in starts.values() if start > begin]
    before = [start for start in starts.values() if start < begin]
    # Adjectives stand before the mention: "and an encrypted queue".
    head = max(
        (text.rfind(mark, max(before, default=0), begin) for mark in (" and ", ", ", ". ", "; ")), default=-1
    )
    end = min(later, default=len(text))
    tail = (
        max((text.rfind(mark, begin, end) for mark in (" and ", ", ", ". ", "; ")), default=-1)
        if later
        else -1
    )
    return text[max(head, 0) if before else 0 : tail if tail > begin else end]


def _bare(clause: str) -> str:
    return re.sub(r"^(?:\s|,|;|\.|and\b|plus\b|also\b|then\b|as well as\b)+", "", clause).strip(" ,.;")


def _feature_values(lower: str, planned: PlannedService) -> dict[str, Value]:
    """What the text gives to inputs of features: `in three zones`, `three t3.large nodes`."""
    found: dict[str, Value] = {}
    numbers = {item.name for item in planned.blueprint.variables if item.type == "number"}
    for feature in planned.blueprint.features:
        for phrase in feature.inputs:
            for pattern in phrase.patterns:
                match = re.search(pattern, lower)
                if match:
                    word = match["value"]
                    value = _number(word) if phrase.variable in numbers else quote(word)
                    found.setdefault(phrase.variable, value)
    return found


def _number(word: str) -> Value:
    number = float(NUMBER_WORDS.get(word) or word)
    return int(number) if number == int(number) else number


def _says_service(mention: Mention, service: Mention) -> bool:
    """Whether the words only name the service: the user of a "cognito user pool" is no wish for users."""
    ends_inside = service.start < mention.end < service.end
    return ends_inside or (service.start <= mention.start and mention.end <= service.end)


def _features(
    lower: str, planned: PlannedService, inputs: Mapping[str, Value]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    blueprint = planned.blueprint
    chosen: set[str] = set()
    # What the text gives in the place of what a feature makes: with a role of the caller's no role is made.
    denied = {name for item in blueprint.variables if item.name in inputs for name in item.unless}
    own = mentions(lower, {blueprint.service: blueprint.keywords})
    for mention in mentions(lower, {item.name: (item.title, *item.keywords) for item in blueprint.features}):
        if any(_says_service(mention, one) for one in own):
            continue
        (chosen if mention.wanted else denied).add(mention.name)
    chosen |= {
        feature.name
        for feature in blueprint.features
        if any(phrase.variable in inputs for phrase in feature.inputs)
    }
    chosen |= {
        feature.name
        for feature in blueprint.features
        if feature.default and not with_requirements(blueprint, frozenset({feature.name})) & denied
    }
    selected = with_requirements(blueprint, frozenset(chosen - denied))
    return (
        tuple(feature.name for feature in blueprint.features if feature.name in selected),
        tuple(
            feature.name for feature in blueprint.features if feature.default and feature.name not in selected
        ),
    )
