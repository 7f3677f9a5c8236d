"""Values that speak for themselves: an allowed value by its name, an id by its prefix, a domain by its ending."""

import re
from collections.abc import Iterator, Sequence

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.minds.builtin.planner.naming import naming_field
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES
from aws_orchestrator.minds.builtin.planner.shape import Field
from aws_orchestrator.minds.builtin.planner.wording import COMMON
from aws_orchestrator.minds.builtin.words import mentions

# Allowed values that are words of every sentence.
_VAGUE = frozenset(
    {
        "all",
        "any",
        "auto",
        "custom",
        "default",
        "disabled",
        "enabled",
        "false",
        "none",
        "off",
        "on",
        "other",
        "region",
        "true",
    }
    | {
        "user",
        "group",
        "network",
        "application",
        "instance",
        "cluster",
        "database",
        "version",
        "simple",
        "public",
        "private",
    }
)
# Allowed values of what AWS has ended: "serverless" means the second version of Aurora's, which is no engine mode.
_ENDED = {"aws_rds_cluster": ("global", "multimaster", "parallelquery", "serverless")}
_ID = re.compile(
    r"\b(?P<prefix>vpc|subnet|sg|ami|rtb|eni|igw|tgw|vgw|vol|snap|eipalloc|i|fs|vpce|pl)-[0-9a-f]{8,17}\b"
)
# Which arguments take the ids of a prefix, the likeliest first; a list takes all of them.
_TAKERS = {
    "vpc": ("vpc_id",),
    "subnet": ("subnet_id", "subnet_ids", "subnets", "vpc_zone_identifier"),
    "sg": ("security_group_id", "security_group_ids", "vpc_security_group_ids", "security_groups"),
    "ami": ("ami", "image_id"),
    "rtb": ("route_table_id", "route_table_ids"),
    "eni": ("network_interface_id",),
    "igw": ("gateway_id", "internet_gateway_id"),
    "tgw": ("transit_gateway_id",),
    "vgw": ("vpn_gateway_id",),
    "vol": ("volume_id",),
    "snap": ("snapshot_id", "snapshot_identifier"),
    "eipalloc": ("allocation_id",),
    "i": ("instance_id",),
    "fs": ("file_system_id",),
    "vpce": ("vpc_endpoint_id",),
    "pl": ("prefix_list_id",),
}
_ZONE = re.compile(r"\b[a-z]{2}(?:-[a-z]+)+-\d[a-f]\b")
_DOMAIN = re.compile(
    r"\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|io|dev|app|cloud|info|eu|de|uk|co|internal|local)\b"
)
_LISTS = ("list", "set")
# Kinds of volumes, which the provider leaves to AWS, and the arguments that take one.
_VOLUME = re.compile(r"\b(?:gp2|gp3|io1|io2|st1|sc1)\b")
_VOLUME_ARGUMENTS = {"aws_ebs_volume": "type"}


def choices_of(text: str, resource_type: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    """Arguments of which the text names an allowed value that no other argument has: `express`, `gp3`, `immutable`."""
    own = {word for service in SERVICES if service.type == resource_type for word in service.words}
    owners: dict[str, list[tuple[Field, str]]] = {}
    for field in fields:
        if field.type == "string":
            for value in field.facts.allowed:
                if value in _ENDED.get(resource_type, ()):
                    continue
                for spoken in {value.lower().replace("_", " "), _apart(value)}:
                    owners.setdefault(spoken, []).append((field, value))
    telling = {
        word: found[0]
        for word, found in owners.items()
        if len(found) == 1 and len(word) > 2 and word not in _VAGUE | COMMON | own and not word.isdigit()
    }
    for mention in mentions(text, {word: (word,) for word in telling}):
        field, value = telling[mention.name]
        if mention.wanted:
            yield field.name, quote(value)


def _apart(value: str) -> str:
    """A value of joined words as people say it: `SecureString` is a secure string."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", value).replace("_", " ").lower()


def values_by_shape(text: str, resource_type: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    """Arguments that take an id, a zone or a domain name of the text."""
    by_name = {field.name: field for field in fields}
    ids: dict[str, list[str]] = {}
    for match in _ID.finditer(text):
        ids.setdefault(match["prefix"], []).append(match[0])
    for prefix, found in ids.items():
        taker = next((by_name[name] for name in _TAKERS[prefix] if name in by_name), None)
        if taker is not None and taker.type is not None:
            several = isinstance(taker.type, list) and taker.type[0] in _LISTS
            yield taker.name, [quote(one) for one in found] if several else quote(found[0])
    volume = _VOLUME.search(text)
    kind = by_name.get(_VOLUME_ARGUMENTS.get(resource_type, "storage_type"))
    if volume and kind is not None and kind.type == "string" and kind.facts.accepts(volume[0]):
        yield kind.name, quote(volume[0])
    zone = _ZONE.search(text)
    if zone and "availability_zone" in by_name:
        yield "availability_zone", quote(zone[0])
    domain = _DOMAIN.search(text)
    taker = _domain_taker(resource_type, fields)
    if domain and taker is not None:
        yield taker.name, quote(domain[0])


def _domain_taker(resource_type: str, fields: Sequence[Field]) -> Field | None:
    texts = {field.name: field for field in fields if field.type == "string"}
    for name in ("domain_name", "email_identity"):
        if name in texts:
            return texts[name]
    return naming_field(resource_type, fields) if resource_type.endswith("_zone") else None
