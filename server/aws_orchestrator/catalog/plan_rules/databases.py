"""Databases, caches and streams of records."""

from collections.abc import Mapping

from aws_orchestrator.catalog.plan_rules.conditions import (
    ChangeRule,
    Condition,
    Config,
    PlanRule,
    being,
    blocks,
    having,
    inside,
    lacking,
)

_PROVISIONED = being("billing_mode", None, "PROVISIONED")
_RESTORED = having("restore_source_name") | having("restore_source_table_arn")
_KEYS = ("attribute", "hash_key", "range_key", "global_secondary_index", "local_secondary_index")
_INDEXES = ("global_secondary_index", "local_secondary_index")
_CAPACITY = "A table with provisioned capacity (also when billing_mode is not set) needs {} of at least 1."
_DESTINATIONS = (
    "elasticsearch",
    "extended_s3",
    "http_endpoint",
    "iceberg",
    "opensearch",
    "opensearchserverless",
    "redshift",
    "snowflake",
    "splunk",
)


def _indexed(config: Config) -> set[str]:
    tables = [config, *(index for kind in _INDEXES for index in blocks(config, kind))]
    return {str(table[key]) for table in tables for key in ("hash_key", "range_key") if table.get(key)}


def _attributes(config: Config) -> set[str]:
    return {str(one.get("name")) for one in blocks(config, "attribute")}


_UNUSED = Condition(frozenset(_KEYS), lambda config: bool(_attributes(config) - _indexed(config)))
_UNDECLARED = Condition(frozenset(_KEYS), lambda config: bool(_indexed(config) - _attributes(config)))
_ON_DEMAND = inside("stream_mode_details", being("stream_mode", "ON_DEMAND"))


RULES: Mapping[str, tuple[PlanRule, ...]] = {
    "aws_dynamodb_table": (
        PlanRule(
            "read_capacity",
            _PROVISIONED & lacking("read_capacity") & ~_RESTORED,
            _CAPACITY.format("read_capacity"),
        ),
        PlanRule(
            "write_capacity",
            _PROVISIONED & lacking("write_capacity") & ~_RESTORED,
            _CAPACITY.format("write_capacity"),
        ),
        PlanRule(
            "billing_mode",
            being("billing_mode", "PAY_PER_REQUEST") & (having("read_capacity") | having("write_capacity")),
            "A table that is paid per request has no read_capacity and no write_capacity.",
        ),
        PlanRule("attribute", _UNUSED, "Every attribute must be a key of the table or of an index."),
        PlanRule(
            "attribute",
            _UNDECLARED & ~_RESTORED,
            "Every key of the table and of its indexes must be an attribute.",
        ),
        PlanRule(
            "stream_enabled",
            having("stream_enabled") & lacking("stream_view_type"),
            "An enabled stream needs stream_view_type.",
        ),
        PlanRule(
            "ttl",
            inside("ttl", having("enabled") & lacking("attribute_name")),
            "An enabled ttl needs attribute_name.",
        ),
    ),
    "aws_elasticache_replication_group": (
        PlanRule(
            "multi_az_enabled",
            having("multi_az_enabled") & lacking("automatic_failover_enabled"),
            "multi_az_enabled needs automatic_failover_enabled.",
        ),
    ),
    "aws_kinesis_firehose_delivery_stream": tuple(
        PlanRule(
            "destination",
            being("destination", name) & lacking(f"{name}_configuration"),
            f"The destination {name} needs the block {name}_configuration.",
        )
        for name in _DESTINATIONS
    ),
    "aws_kinesis_stream": (
        PlanRule(
            "shard_count",
            ~_ON_DEMAND & lacking("shard_count"),
            "A provisioned stream (also when no mode is set) needs shard_count of at least 1.",
        ),
        PlanRule(
            "shard_count", _ON_DEMAND & having("shard_count"), "An on-demand stream has no shard_count."
        ),
    ),
    "aws_quicksight_data_set": (
        PlanRule(
            "refresh_properties",
            being("import_mode", "DIRECT_QUERY") & having("refresh_properties"),
            "A data set that is queried directly has no refresh_properties.",
        ),
    ),
}

CHANGES: Mapping[str, tuple[ChangeRule, ...]] = {
    "aws_redshift_cluster": (
        ChangeRule(
            "availability_zone",
            lambda before, after: (
                bool(before.get("availability_zone"))
                and before.get("availability_zone") != after.get("availability_zone")
                and not after.get("availability_zone_relocation_enabled")
            ),
            "The zone of a cluster changes only with availability_zone_relocation_enabled.",
        ),
    ),
}
