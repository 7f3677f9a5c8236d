"""Which services a sentence names: by the words of people, by the provider's names, and by what is spelled nearly so."""

import difflib
import re
from typing import NamedTuple

from aws_orchestrator.catalog import Catalog, search
from aws_orchestrator.minds.builtin.planner.companions import companions_of_service
from aws_orchestrator.minds.builtin.planner.service import service_named, service_of_type
from aws_orchestrator.minds.builtin.planner.service_table import OTHER_CLOUDS, SERVICES, Service
from aws_orchestrator.minds.builtin.planner.wording import COMMON
from aws_orchestrator.minds.builtin.words import mentions

# Words that fit several services; the first is the one that most people mean, but only a person knows.
AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "database": ("rds", "aurora", "dynamodb", "documentdb"),
    "databases": ("rds", "aurora", "dynamodb", "documentdb"),
    "db": ("rds", "aurora", "dynamodb", "documentdb"),
    "cluster": ("eks", "ecs", "aurora", "elasticache"),
    "storage": ("s3", "efs", "ebs"),
    "cache": ("elasticache", "cloudfront"),
    "containers": ("ecs", "eks"),
    "container": ("ecs", "eks"),
    "messaging": ("sqs", "sns", "eventbridge", "mq"),
    "compute": ("ec2", "lambda", "ecs"),
    "network": ("vpc", "transit-gateway"),
    "api": ("api-gateway-v2", "api-gateway", "appsync"),
    "stream": ("kinesis", "firehose", "msk"),
    "streaming": ("kinesis", "firehose", "msk"),
    "monitoring": ("cloudwatch-alarm", "cloudwatch"),
    "firewall": ("waf", "security-group", "network-firewall"),
    "file system": ("efs", "fsx-lustre"),
    "key": ("kms", "secretsmanager"),
    "policy": ("iam-policy", "iam"),
    "notebook": ("sagemaker-notebook",),
}
_RELATION = re.compile(
    r"\b(?:with|using|for|from|to|into|behind|by|via|through|of|inside|in|on|that|which|triggered|encrypted by|attached"
    r"|without|no|like)\b"
)
_CONNECTED = re.compile(
    r"(?:,|\band\b|\bplus\b|\bas well as\b|\balso\b|[.;])\s*(?:then\s+|also\s+)?"
    r"(?:(?:a|an|the|one|two|three|four|\d+|another|some)\s+)?"
    r"(?:(?:new|encrypted|small|large|private|public|fifo|managed|aws|amazon|standard|secure|production|\d+)\s+)*$"
)
_WORD = re.compile(r"[a-z0-9][a-z0-9-]*")
_TYPE = re.compile(r"\baws_[a-z0-9_]+\b")
_LEADS = 1.25
_NOT_WANTED = re.compile(r"\b(?:from|like|unlike|than|of|leaving|replacing|not|no)(?: an?| the| our)?\s*$")


class FoundServices(NamedTuple):
    """What a sentence names."""

    services: tuple[Service, ...]
    candidates: tuple[Service, ...] = ()
    """When it is not clear which one is meant."""
    confidence: float = 1.0
    other_cloud: str = ""
    unknown: tuple[str, ...] = ()
    """Types that the provider does not have."""
    read_as: str = ""
    """How a word was read that is spelled otherwise, in a sentence."""


def find_services(text: str, catalog: Catalog) -> FoundServices:
    """The services of a sentence, in its order; candidates when several fit one word."""
    lower = text.lower()
    types = list(dict.fromkeys(_TYPE.findall(lower)))
    if types:
        known = [service_of_type(name) for name in types if catalog.resource(name) is not None]
        return FoundServices(
            tuple(known), unknown=tuple(name for name in types if catalog.resource(name) is None)
        )
    named, first = _named(lower, catalog)
    cloud = _other_cloud(lower if first is None else lower[:first])
    if cloud:
        return FoundServices((), confidence=0.0, other_cloud=cloud)
    if named:
        return FoundServices(tuple(named))
    unclear = _unclear(lower)
    if unclear:
        return FoundServices((), tuple(unclear), 0.5)
    return _misspelt(lower) or _searched(lower, catalog)


def _other_cloud(lower: str) -> str:
    """The other cloud whose product the text asks for; one that something comes from, or is like, does not count."""
    for word, cloud in OTHER_CLOUDS.items():
        match = re.search(rf"\b{re.escape(word)}\b", lower)
        if match and not _NOT_WANTED.search(lower[: match.start()]):
            return cloud
    return ""


def _named(lower: str, catalog: Catalog) -> tuple[list[Service], int | None]:
    """The services, and where the first one is named."""
    keywords = {service.name: (*service.words, *_type_phrase(service)) for service in SERVICES}
    spoken = _written_out(lower, catalog)
    written = {service.name: service for service in spoken}
    keywords |= {service.name: (*service.words, *words) for service, words in spoken.items()}
    found: list[Service] = []
    first: int | None = None
    end = 0
    for mention in mentions(lower, keywords):
        service = written.get(mention.name) or service_named(mention.name)
        if service is None or not mention.wanted or service in found:
            continue
        between = lower[end : mention.start]
        if not found or _is_another(between, service, found[-1], catalog):
            found.append(service)
            first = mention.start if first is None else first
            end = mention.end
    return found, first


def _type_phrase(service: Service) -> tuple[str, ...]:
    """The core type's name as words, where it is more than one: `cognito user pool`, but not `lb`."""
    words = service.type.split("_")[1:]
    return (" ".join(words),) if len(words) > 1 else ()


def _written_out(lower: str, catalog: Catalog) -> dict[Service, tuple[str, ...]]:
    """Services of the types whose whole names are in the text, as it says them: `kinesis video stream`, `app runner service`."""
    words = re.findall(r"[a-z0-9]+", lower)
    types = {name.removeprefix("aws_").replace("_", ""): name for name in catalog.resource_names}
    found: dict[str, list[str]] = {}
    for length in (2, 3, 4, 5):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            if "".join(run) in types:
                found.setdefault(types["".join(run)], []).append(" ".join(run))
    services = {service_of_type(name): tuple(said) for name, said in sorted(found.items())}
    return {service: said for service, said in services.items() if service not in SERVICES}


def _is_another(between: str, service: Service, before: Service, catalog: Catalog) -> bool:
    """Whether a later mention asks for a service of its own, or only says something about the one before."""
    connected = _CONNECTED.search(between)
    if connected is None:
        return False
    if any(item.type == service.type for item in companions_of_service(catalog, before)):
        return False
    # "a queue encrypted with a key, and a topic": what relates stands before the connection.
    return not _RELATION.search(connected.group())


def _unclear(lower: str) -> list[Service]:
    for word, names in AMBIGUOUS.items():
        if re.search(rf"\b{re.escape(word)}\b", lower):
            return [service for name in names if (service := service_named(name)) is not None]
    return []


def _misspelt(lower: str) -> FoundServices | None:
    """A word that is nearly a word for a service: `dynmodb`."""
    vocabulary = {
        word.replace(" ", ""): service for service in SERVICES for word in service.words if len(word) > 3
    }
    for word in _WORD.findall(lower):
        if len(word) < 4 or word in COMMON:
            continue
        close = difflib.get_close_matches(word, vocabulary, n=1, cutoff=0.82)
        if close:
            service = vocabulary[close[0]]
            read_as = f"“{word}” was read as “{close[0]}”: {service.title}."
            return FoundServices((service,), confidence=0.8, read_as=read_as)
    return None


def _searched(lower: str, catalog: Catalog) -> FoundServices:
    """The resource types whose names hold the sentence's words."""
    wanted = [word for word in _WORD.findall(lower) if word not in COMMON and len(word) > 2][:30]
    hits = [hit for hit in search(catalog, wanted, limit=12) if hit.kind == "resource"] if wanted else []
    names = {part for hit in hits for part in hit.name.split("_")}
    # Arguments alone are no evidence: a word must stand in a name.
    if not hits or not any(word in names or word.rstrip("s") in names for word in wanted):
        return FoundServices((), confidence=0.0)
    best = [hit for hit in hits if hit.score * _LEADS > hits[0].score]
    if len(best) == 1 or hits[0].name.removeprefix("aws_").split("_") == [
        word for word in wanted if word in hits[0].name
    ]:
        return FoundServices((service_of_type(hits[0].name),), confidence=0.7)
    return FoundServices((), tuple(service_of_type(hit.name) for hit in best[:4]), 0.4)
