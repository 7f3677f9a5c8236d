"""Rules that the AWS provider knows only when it plans: what validate accepts and a real plan refuses.

One row a rule. They were seen on hashicorp/aws 5.100.0, are not complete, and are told as warnings. A rule says nothing
when something that it looks at is unknown.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from aws_orchestrator.catalog.plugin.messages import Diagnostic
from aws_orchestrator.catalog.plugin.values import holds_unknown

Config: TypeAlias = Mapping[str, Any]
Broken: TypeAlias = Callable[[Config], bool]


class PlanRule(NamedTuple):
    """One rule: where the warning goes, what it looks at, what breaks it, and the sentence."""

    place: str
    looks_at: tuple[str, ...]
    broken: Broken
    sentence: str


def plan_warnings(name: str, config: Config) -> Iterator[Diagnostic]:
    """The warnings about a resource's configuration that a real plan would turn into errors."""
    for rule in PLAN_RULES.get(name, ()):
        if any(holds_unknown(config.get(looked)) for looked in rule.looks_at) or not rule.broken(config):
            continue
        path = (rule.place,) if config.get(rule.place) else ()
        yield Diagnostic(
            "warning",
            "Found when planned",
            f"{rule.sentence} The real provider refuses this when it plans.",
            path,
        )


def _blocks(config: Config, name: str) -> list[Config]:
    found = config.get(name)
    return [block for block in found if isinstance(block, dict)] if isinstance(found, list) else []


def _is(name: str, *values: Any) -> Broken:
    return lambda config: config.get(name) in values


def _unset(*names: str) -> Broken:
    return lambda config: any(not config.get(name) for name in names)


def _set(*names: str) -> Broken:
    return lambda config: any(config.get(name) for name in names)


def _both(*conditions: Broken) -> Broken:
    return lambda config: all(condition(config) for condition in conditions)


def _no(condition: Broken) -> Broken:
    return lambda config: not condition(config)


def _not_fifo(name: str) -> Broken:
    return lambda config: bool(config.get(name)) and not str(config[name]).endswith(".fifo")


def _fifo_name(config: Config) -> bool:
    return str(config.get("name") or "").endswith(".fifo")


def _indexed(config: Config) -> set[str]:
    keys = {config.get("hash_key"), config.get("range_key")}
    for kind in ("global_secondary_index", "local_secondary_index"):
        for index in _blocks(config, kind):
            keys |= {index.get("hash_key"), index.get("range_key")}
    return {key for key in keys if key}


def _attributes(config: Config) -> set[str]:
    return {str(one.get("name")) for one in _blocks(config, "attribute")}


_TABLE_KEYS = ("attribute", "hash_key", "range_key", "global_secondary_index", "local_secondary_index")
_PROVISIONED = _is("billing_mode", None, "PROVISIONED")
_FIFO, _NOT_FIFO = _is("fifo_queue", True), _is("fifo_queue", None, False)
_FIFO_TOPIC, _NOT_FIFO_TOPIC = _is("fifo_topic", True), _is("fifo_topic", None, False)
_FIREHOSE_BLOCKS = {
    "extended_s3": "extended_s3_configuration",
    "redshift": "redshift_configuration",
    "elasticsearch": "elasticsearch_configuration",
    "opensearch": "opensearch_configuration",
    "opensearchserverless": "opensearchserverless_configuration",
    "splunk": "splunk_configuration",
    "http_endpoint": "http_endpoint_configuration",
    "snowflake": "snowflake_configuration",
    "iceberg": "iceberg_configuration",
}


def _firehose_block_missing(config: Config) -> bool:
    block = _FIREHOSE_BLOCKS.get(str(config.get("destination")))
    return block is not None and not config.get(block)


def _auto_mode_differs(config: Config) -> bool:
    compute = [bool(block.get("enabled")) for block in _blocks(config, "compute_config")]
    network = _blocks(config, "kubernetes_network_config")
    balancing = [
        bool(inner.get("enabled")) for block in network for inner in _blocks(block, "elastic_load_balancing")
    ]
    storage = _blocks(config, "storage_config")
    blocks = [bool(inner.get("enabled")) for block in storage for inner in _blocks(block, "block_storage")]
    return len({any(compute), any(balancing), any(blocks)}) > 1


def _listener(action: str, *blocks: str) -> Broken:
    def broken(config: Config) -> bool:
        for kind in ("default_action", "action"):
            for block in _blocks(config, kind):
                if block.get("type") == action and not any(block.get(name) for name in blocks):
                    return True
        return False

    return broken


def _listener_rules(place: str) -> tuple[PlanRule, ...]:
    kinds = (
        ("forward", ("target_group_arn", "forward"), "target_group_arn or forward"),
        ("authenticate-cognito", ("authenticate_cognito",), "authenticate_cognito"),
        ("authenticate-oidc", ("authenticate_oidc",), "authenticate_oidc"),
        ("redirect", ("redirect",), "redirect"),
        ("fixed-response", ("fixed_response",), "fixed_response"),
    )
    return tuple(
        PlanRule(place, (place,), _listener(action, *blocks), f"An action of type {action} needs {needed}.")
        for action, blocks, needed in kinds
    )


PLAN_RULES: Mapping[str, tuple[PlanRule, ...]] = {
    "aws_dynamodb_table": (
        PlanRule(
            "read_capacity",
            ("billing_mode", "read_capacity", "restore_source_name", "restore_source_table_arn"),
            _both(
                _PROVISIONED,
                _unset("read_capacity"),
                _no(_set("restore_source_name", "restore_source_table_arn")),
            ),
            "A table with provisioned capacity (also when billing_mode is not set) needs read_capacity of at least 1.",
        ),
        PlanRule(
            "write_capacity",
            ("billing_mode", "write_capacity", "restore_source_name", "restore_source_table_arn"),
            _both(
                _PROVISIONED,
                _unset("write_capacity"),
                _no(_set("restore_source_name", "restore_source_table_arn")),
            ),
            "A table with provisioned capacity (also when billing_mode is not set) needs write_capacity of at least 1.",
        ),
        PlanRule(
            "billing_mode",
            ("billing_mode", "read_capacity", "write_capacity"),
            _both(_is("billing_mode", "PAY_PER_REQUEST"), _set("read_capacity", "write_capacity")),
            "A table that is paid per request has no read_capacity and no write_capacity.",
        ),
        PlanRule(
            "attribute",
            _TABLE_KEYS,
            lambda c: bool(_attributes(c) - _indexed(c)),
            "Every attribute must be a key of the table or of an index.",
        ),
        PlanRule(
            "attribute",
            (*_TABLE_KEYS, "restore_source_name", "restore_source_table_arn"),
            _both(
                lambda c: bool(_indexed(c) - _attributes(c)),
                _no(_set("restore_source_name", "restore_source_table_arn")),
            ),
            "Every key of the table and of its indexes must be an attribute.",
        ),
        PlanRule(
            "stream_enabled",
            ("stream_enabled", "stream_view_type"),
            _both(_is("stream_enabled", True), _unset("stream_view_type")),
            "An enabled stream needs stream_view_type.",
        ),
        PlanRule(
            "ttl",
            ("ttl",),
            lambda c: any(b.get("enabled") and not b.get("attribute_name") for b in _blocks(c, "ttl")),
            "An enabled ttl needs attribute_name.",
        ),
    ),
    "aws_sqs_queue": (
        PlanRule(
            "name",
            ("fifo_queue", "name"),
            _both(_FIFO, _not_fifo("name")),
            "The name of a FIFO queue ends in .fifo.",
        ),
        PlanRule(
            "name",
            ("fifo_queue", "name"),
            _both(_NOT_FIFO, _fifo_name),
            "A name that ends in .fifo needs fifo_queue = true.",
        ),
        PlanRule(
            "content_based_deduplication",
            ("fifo_queue", "content_based_deduplication"),
            _both(_NOT_FIFO, _set("content_based_deduplication")),
            "Only a FIFO queue has content_based_deduplication.",
        ),
    ),
    "aws_sns_topic": (
        PlanRule(
            "name",
            ("fifo_topic", "name"),
            _both(_FIFO_TOPIC, _not_fifo("name")),
            "The name of a FIFO topic ends in .fifo.",
        ),
        PlanRule(
            "content_based_deduplication",
            ("fifo_topic", "content_based_deduplication"),
            _both(_NOT_FIFO_TOPIC, _set("content_based_deduplication")),
            "Only a FIFO topic has content_based_deduplication.",
        ),
        PlanRule(
            "archive_policy",
            ("fifo_topic", "archive_policy"),
            _both(_NOT_FIFO_TOPIC, _set("archive_policy")),
            "Only a FIFO topic has archive_policy.",
        ),
    ),
    "aws_sns_topic_subscription": (
        PlanRule(
            "filter_policy_scope",
            ("filter_policy_scope", "filter_policy"),
            _both(_set("filter_policy_scope"), _unset("filter_policy")),
            "filter_policy_scope needs filter_policy.",
        ),
    ),
    "aws_lambda_function": (
        PlanRule(
            "package_type",
            ("package_type", "handler", "runtime"),
            _both(_is("package_type", None, "Zip"), _unset("handler", "runtime")),
            "A function of package type Zip needs handler and runtime.",
        ),
    ),
    "aws_kinesis_stream": (
        PlanRule(
            "shard_count",
            ("shard_count", "stream_mode_details"),
            _both(
                lambda c: all(
                    b.get("stream_mode") == "PROVISIONED" for b in _blocks(c, "stream_mode_details")
                ),
                _unset("shard_count"),
            ),
            "A provisioned stream (also when no mode is set) needs shard_count of at least 1.",
        ),
        PlanRule(
            "shard_count",
            ("shard_count", "stream_mode_details"),
            _both(
                lambda c: any(b.get("stream_mode") == "ON_DEMAND" for b in _blocks(c, "stream_mode_details")),
                _set("shard_count"),
            ),
            "An on-demand stream has no shard_count.",
        ),
    ),
    "aws_kinesis_firehose_delivery_stream": (
        PlanRule(
            "destination",
            ("destination", *_FIREHOSE_BLOCKS.values()),
            _firehose_block_missing,
            "The configuration block of the destination is missing.",
        ),
    ),
    "aws_lb_target_group": (
        PlanRule(
            "target_type",
            ("target_type", "port", "protocol", "vpc_id"),
            _both(_is("target_type", None, "instance", "ip", "alb"), _unset("port", "protocol", "vpc_id")),
            "A target group of type instance, ip or alb needs port, protocol and vpc_id.",
        ),
    ),
    "aws_lb_listener": _listener_rules("default_action"),
    "aws_lb_listener_rule": _listener_rules("action"),
    "aws_api_gateway_authorizer": (
        PlanRule(
            "type",
            ("type", "authorizer_uri"),
            _both(_is("type", None, "TOKEN", "REQUEST"), _unset("authorizer_uri")),
            "An authorizer of type TOKEN or REQUEST needs authorizer_uri.",
        ),
        PlanRule(
            "type",
            ("type", "provider_arns"),
            _both(_is("type", "COGNITO_USER_POOLS"), _unset("provider_arns")),
            "An authorizer of type COGNITO_USER_POOLS needs provider_arns.",
        ),
    ),
    "aws_eks_cluster": (
        PlanRule(
            "compute_config",
            ("compute_config", "kubernetes_network_config", "storage_config"),
            _auto_mode_differs,
            "Auto mode's compute, elastic load balancing and block storage are enabled or disabled together.",
        ),
    ),
    "aws_elasticache_replication_group": (
        PlanRule(
            "multi_az_enabled",
            ("multi_az_enabled", "automatic_failover_enabled"),
            _both(_set("multi_az_enabled"), _unset("automatic_failover_enabled")),
            "multi_az_enabled needs automatic_failover_enabled.",
        ),
    ),
    "aws_cloudwatch_metric_alarm": (
        PlanRule(
            "metric_name",
            ("metric_name", "statistic", "extended_statistic"),
            _both(_set("metric_name"), _no(_set("statistic", "extended_statistic"))),
            "An alarm on one metric needs statistic or extended_statistic.",
        ),
    ),
    "aws_ebs_volume": (
        PlanRule(
            "iops",
            ("iops", "type"),
            _both(_set("iops"), _no(_is("type", "gp3", "io1", "io2"))),
            "Only volumes of type gp3, io1 and io2 have iops.",
        ),
        PlanRule(
            "type",
            ("iops", "type"),
            _both(_unset("iops"), _is("type", "io1", "io2")),
            "A volume of type io1 or io2 needs iops.",
        ),
        PlanRule(
            "throughput",
            ("throughput", "type"),
            _both(_set("throughput"), _no(_is("type", "gp3"))),
            "Only volumes of type gp3 have throughput.",
        ),
        PlanRule(
            "multi_attach_enabled",
            ("multi_attach_enabled", "type"),
            _both(_set("multi_attach_enabled"), _no(_is("type", "io1", "io2"))),
            "Only volumes of type io1 and io2 can be attached more than once.",
        ),
    ),
    "aws_nat_gateway": (
        PlanRule(
            "secondary_private_ip_address_count",
            ("secondary_private_ip_address_count", "connectivity_type"),
            _both(_set("secondary_private_ip_address_count"), _no(_is("connectivity_type", "private"))),
            "Only a private gateway has secondary_private_ip_address_count.",
        ),
    ),
    "aws_placement_group": (
        PlanRule(
            "partition_count",
            ("partition_count", "strategy"),
            _both(_set("partition_count"), _no(_is("strategy", "partition"))),
            "partition_count is for the strategy partition only.",
        ),
        PlanRule(
            "spread_level",
            ("spread_level", "strategy"),
            _both(_set("spread_level"), _no(_is("strategy", "spread"))),
            "spread_level is for the strategy spread only.",
        ),
    ),
    "aws_workspaces_directory": (
        PlanRule(
            "workspace_type",
            ("workspace_type", "directory_id"),
            _both(_is("workspace_type", None, "PERSONAL"), _unset("directory_id")),
            "A directory for personal workspaces needs directory_id.",
        ),
        PlanRule(
            "workspace_type",
            ("workspace_type", "workspace_directory_name", "workspace_directory_description"),
            _both(
                _is("workspace_type", "POOLS"),
                _unset("workspace_directory_name", "workspace_directory_description"),
            ),
            "A directory for pools needs its name and description.",
        ),
    ),
}
