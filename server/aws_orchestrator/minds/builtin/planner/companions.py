"""Which resource types belong to a core resource, by evidence: a required argument of theirs names it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.minds.builtin.planner.service_table import Service

_ENDINGS = ("", "_id", "_arn", "_name", "_url", "_identifier", "_ids")
# Types that manage one side of what another resource already manages, or act instead of describing.
_NOT_OFFERED = (
    "_exclusive",
    "_tag",
    "_state",
    "_item",
    "_invocation",
    "_put",
    "_export",
    "_copy",
    "_recursion_config",
)
# One of these a core resource has; of everything else it may have several.
_SINGLE = (
    "kms_alias",
    "policy",
    "configuration",
    "settings",
    "config",
    "logging",
    "encryption",
    "versioning",
    "controls",
    "block",
    "acl",
    "status",
    "association",
    "insights",
    "rotation",
    "providers",
    "subscription_filter_policy",
    "dnssec",
    "options",
    "subscription",
    "notification",
    "internet_gateway",
    "metrics",
    "cors",
    "website",
    "streaming_destination",
    "default_security_group",
    "stage",
    "flow_log",
    "validation",
)
_MOST = 14
# Families of names that are one service; companions of another service are named by the table of services alone, because
# `cluster_name` or `instance_id` there means a cluster or instance of theirs.
_RELATED = (
    frozenset(
        {"vpc", "subnet", "route", "internet", "egress", "nat", "network", "security", "eip", "flow", "main"}
    )
    | {"volume", "ebs", "ec2", "instance", "customer", "vpn"},
    frozenset({"db", "rds"}),
    frozenset({"lb", "alb"}),
    frozenset({"api", "apigateway"}),
)


class Companion(NamedTuple):
    """A resource type that belongs to a core resource."""

    type: str
    argument: str
    """The argument that names the core resource; empty when none does."""
    attribute: str
    """The attribute of the core resource that the argument takes."""
    single: bool
    """Whether the core resource has one at most."""

    def short_name(self, core: str) -> str:
        """What it is called inside the module: `redrive_policy` of `aws_sqs_queue`."""
        words = self.type.removeprefix("aws_").split("_")
        shared = core.removeprefix("aws_").split("_")
        while len(words) > 1 and shared and words[0] == shared[0]:
            words, shared = words[1:], shared[1:]
        return "_".join(words)


@lru_cache(maxsize=128)
def companions_of(catalog: Catalog, core: str) -> tuple[Companion, ...]:
    """The companions of a core resource type, nearest in name first."""
    schema = catalog.resource(core)
    assert schema is not None
    found = [item for name in catalog.resource_names for item in _companion(catalog, schema, name)]
    own = core.removeprefix("aws_")
    found.sort(key=lambda item: (own not in item.type, len(item.type), item.type))
    return tuple(found[:_MOST])


def companions_of_service(catalog: Catalog, service: Service) -> tuple[Companion, ...]:
    """The companions by evidence, and those that the table of services adds."""
    added = []
    for entry in service.also:
        type_, _, link = entry.partition(".")
        argument, _, attribute = link.partition("=")
        if catalog.resource(type_) is not None:
            added.append(Companion(type_, argument, attribute, type_.endswith(_SINGLE)))
    types = {item.type for item in added}
    return (*added, *(item for item in companions_of(catalog, service.type) if item.type not in types))


def _companion(catalog: Catalog, core: TypeSchema, name: str) -> Iterator[Companion]:
    if name == core.name or name.endswith(_NOT_OFFERED):
        return
    words = core.name.removeprefix("aws_").split("_")
    arguments = catalog.argument_names("resource", name)
    family = name.split("_")[1]
    if family != words[0] and not any({family, words[0]} <= group for group in _RELATED):
        return
    wanted = _names(words, same_family=family == words[0])
    if not any(argument in wanted for argument in arguments):
        return
    schema = catalog.resource(name)
    assert schema is not None
    if schema.block.deprecated:
        return
    for argument, attribute in schema.block.attributes.items():
        own_name = name.endswith(f"_{words[-1]}") and argument.endswith(("_name", "_identifier"))
        if attribute.required and attribute.type == "string" and argument in wanted and not own_name:
            target = _target(core, argument, wanted[argument])
            if target:
                yield Companion(name, argument, target, name.endswith(_SINGLE))
                return


def _names(words: list[str], *, same_family: bool) -> dict[str, str]:
    """What an argument may be called that names the core, with the ending that says which attribute it takes.

    `queue_url` of a type of the same family is enough evidence; another family must say `security_group_id`.
    """
    starts = (
        range(len(words)) if same_family else range(1 if len(words) > 2 else 0, 1 if len(words) < 3 else 2)
    )
    return {f"{'_'.join(words[start:])}{ending}": ending for start in starts for ending in _ENDINGS}


def _target(core: TypeSchema, argument: str, ending: str) -> str:
    attributes = core.block.attributes
    candidates = [argument, ending.lstrip("_")]
    candidates += {
        "_id": ["id"],
        "_name": ["name", "id"],
        "_identifier": ["identifier", "id"],
        "": ["id"],
    }.get(ending, [])
    return next((name for name in candidates if name in attributes), "")
