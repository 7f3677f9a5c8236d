"""Yes and no, names and kinds of a sentence, given to the arguments that they speak of."""

import re
from collections.abc import Iterator, Sequence

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.minds.builtin.planner.naming import naming_field
from aws_orchestrator.minds.builtin.planner.phrases import NAME_PATTERN
from aws_orchestrator.minds.builtin.planner.service_table import SERVICES
from aws_orchestrator.minds.builtin.planner.shape import Field
from aws_orchestrator.minds.builtin.planner.spoken_values import choices_of, values_by_shape
from aws_orchestrator.minds.builtin.planner.table_keys import table_keys
from aws_orchestrator.minds.builtin.words import mentions

# Words for a switch that its argument's name does not hold.
_SWITCHES: dict[str, tuple[str, ...]] = {
    "multi_az": ("multi-az", "multi az", "highly available", "high availability", "standby"),
    "fifo_queue": ("fifo", "ordered"),
    "fifo_topic": ("fifo", "ordered"),
    "deletion_protection": ("deletion protection", "protected from deletion", "delete protection"),
    "deletion_protection_enabled": ("deletion protection", "delete protection"),
    "enable_deletion_protection": ("deletion protection", "delete protection"),
    "internal": ("internal", "private"),
    "enable_dns_hostnames": ("dns hostnames",),
    "enable_dns_support": ("dns support",),
    "storage_encrypted": ("encrypted", "encryption", "encrypt"),
    "encrypted": ("encrypted", "encryption", "encrypt"),
    "transit_encryption_enabled": (
        "encrypted in transit",
        "encryption in transit",
        "in-transit encryption",
        "tls",
    ),
    "at_rest_encryption_enabled": ("encrypted at rest", "encryption at rest", "encrypted", "encryption"),
    "multi_az_enabled": ("multi-az", "multi az", "highly available", "high availability"),
    "publicly_accessible": ("publicly accessible", "public access", "public"),
    "performance_insights_enabled": ("performance insights",),
    "enable_key_rotation": ("key rotation", "rotation", "rotated"),
    "multi_region": ("multi-region", "multi region"),
    "content_based_deduplication": ("content-based deduplication", "deduplication"),
    "automatic_failover_enabled": ("automatic failover", "failover"),
    "stream_enabled": ("stream", "streams"),
    "is_multi_region_trail": ("multi-region", "all regions"),
    "iam_database_authentication_enabled": ("iam authentication", "iam database authentication"),
    "auto_minor_version_upgrade": ("minor upgrades", "auto minor version upgrade", "minor version upgrades"),
}
# Words that switch off what they are said of.
_OPPOSITES: dict[str, tuple[str, ...]] = {"internal": ("public", "internet-facing", "internet facing")}
ENGINES: dict[str, dict[str, str]] = {
    "aws_db_instance": {"postgres": "postgres", "mysql": "mysql", "mariadb": "mariadb"},
    "aws_rds_cluster": {"postgres": "aurora-postgresql", "mysql": "aurora-mysql"},
    "aws_elasticache_replication_group": {"valkey": "valkey", "redis": "redis"},
    "aws_mq_broker": {"rabbitmq": "RabbitMQ", "activemq": "ActiveMQ"},
}
"""The engines of types that have several, by the word that people say."""
_ENGINE_ARGUMENTS = ("engine", "engine_type")
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[^\s\"',;]+")
# "database name sales", "table name: orders"; what follows must look like a name, not like the next word of a sentence.
_CALLED = re.compile(
    r"\b(?P<what>[A-Za-z]+) name(?: is|:|=)? [\"'`“]?"
    r"(?P<value>(?!(?:is|of|and|or|with|for|in|on|that|should)\b)[A-Za-z0-9][\w./-]*[\w])"
)
# Arguments that take the role that something runs as.
_ROLES = ("role", "role_arn", "iam_role_arn", "execution_role_arn", "service_role", "service_role_arn")
_PRODUCTION: dict[str, Value] = {
    "multi_az": True,
    "deletion_protection": True,
    "performance_insights_enabled": True,
    "automatic_failover_enabled": True,
}
_DEVELOPMENT: dict[str, Value] = {
    "multi_az": False,
    "deletion_protection": False,
    "deletion_protection_enabled": False,
    "enable_deletion_protection": False,
    "skip_final_snapshot": True,
    "backup_retention_period": 1,
}


def environment_of(text: str) -> str:
    """`production`, `development` or nothing."""
    for mention in mentions(
        text,
        {
            "production": ("production", "prod"),
            "development": ("development", "dev", "test", "testing", "sandbox", "staging"),
        },
    ):
        if mention.wanted:
            return mention.name
    return ""


def environment_values(environment: str, fields: Sequence[Field]) -> dict[str, Value]:
    """What an environment means for the arguments that there are."""
    values = {"production": _PRODUCTION, "development": _DEVELOPMENT}.get(environment, {})
    names = {field.name for field in fields}
    return {name: value for name, value in values.items() if name in names}


def wishes_of(text: str, resource_type: str, fields: Sequence[Field]) -> dict[str, Value]:
    """Values of arguments that the text gives in words, by argument."""
    return dict(
        [
            *choices_of(text, resource_type, fields),
            *values_by_shape(text, resource_type, fields),
            *_switches(text, fields),
            *_kinds(text, resource_type, fields),
            *_names(text, resource_type, fields),
            *(table_keys(text) if resource_type == "aws_dynamodb_table" else ()),
        ]
    )


def _switches(text: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    keywords: dict[str, tuple[str, ...]] = {}
    for field in fields:
        if field.type == "bool":
            plain = re.sub(r"^enable_|_enabled$|^is_", "", field.name).replace("_", " ")
            keywords[field.name] = _SWITCHES.get(field.name, (plain,) if " " in plain else ())
    for mention in mentions(text, keywords):
        yield mention.name, mention.wanted
    there = {name: words for name, words in _OPPOSITES.items() if name in keywords}
    for mention in mentions(text, there):
        yield mention.name, not mention.wanted


def _kinds(text: str, resource_type: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    names = {field.name for field in fields}
    engine = next((name for name in _ENGINE_ARGUMENTS if name in names), None)
    for word, value in ENGINES.get(resource_type, {}).items():
        if engine and word in text:
            yield engine, quote(value)
    if resource_type == "aws_dynamodb_table" and re.search(r"on[- ]demand|pay[- ]per[- ]request", text):
        yield "billing_mode", quote("PAY_PER_REQUEST")
    if resource_type == "aws_apigatewayv2_api":
        yield "protocol_type", quote("WEBSOCKET" if "websocket" in text else "HTTP")
    version = re.search(
        r"\bversion\s+v?(?P<value>\d+(?:\.\d+){0,2})\b"
        rf"|\b(?:{_versioned(resource_type)})\s+v?(?P<other>\d+(?:\.\d+){{0,2}})\b",
        text,
    )
    for name in ("engine_version", "version", "kafka_version"):
        if version and name in names:
            yield name, quote(version["value"] or version["other"])
    for runtime in re.findall(r"\b(python3\.\d+|nodejs\d+\.x|java\d+|ruby3\.\d|dotnet\d)\b", text):
        if "runtime" in names:
            yield "runtime", quote(runtime)


def _versioned(resource_type: str) -> str:
    """What a version may stand behind: the service's own words, its engines, and the verb."""
    words = [word for service in SERVICES if service.type == resource_type for word in service.words]
    words += [*ENGINES.get(resource_type, ()), "postgresql", "running", "runs"]
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _names(text: str, resource_type: str, fields: Sequence[Field]) -> Iterator[tuple[str, Value]]:
    named = naming_field(resource_type, fields)
    match = re.search(NAME_PATTERN, text, re.IGNORECASE)
    if named and match:
        yield named.name, quote(match["value"])
    texts = {field.name for field in fields if field.type == "string"}
    for called in re.finditer(_CALLED, text):
        own = f"{called['what'].lower()}_name"
        if own in texts:
            yield own, quote(called["value"])
        elif named and match is None:
            yield named.name, quote(called["value"])
    for arn in _ARN.findall(text):
        service = arn.split(":")[2]
        role = next((name for name in _ROLES if name in texts), None)
        if ":role/" in arn and role is not None:
            yield role, quote(arn.rstrip("."))
        wanted = {"kms": "kms"}.get(service)
        if wanted:
            for field in fields:
                if (
                    field.type == "string"
                    and wanted in field.name
                    and field.name.endswith(("_id", "_arn", "key"))
                ):
                    yield field.name, quote(arn.rstrip("."))
                    break
