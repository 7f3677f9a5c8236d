"""Configurations of single types to start from, where the plainest one is refused or says little.

A plan knows rules that validate does not (capacity by billing mode, the parts of a FIFO queue's name), so that nothing
could be asked of the plainest configuration. One row is one configuration: paths with slashes lead into blocks that
occur once. Further rows of a type are for arguments that the first row refuses.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Base: TypeAlias = Mapping[str, Any]

_ROLE = "arn:aws:iam::123456789012:role/probe"
_FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:probe"
_BUCKET = "arn:aws:s3:::probe-bucket"
_POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"
_TARGETS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/probe/0123456789abcdef"
_KEY = [{"name": "k", "type": "S"}]
_KEYS = [{"name": "k", "type": "S"}, {"name": "r", "type": "S"}]
_HTTP = {"port": 80, "protocol": "HTTP", "vpc_id": "vpc-0123456789abcdef0"}


def _listener(place: str, more: Base) -> tuple[Base, ...]:
    actions: tuple[Base, ...] = (
        {"type": "forward", "target_group_arn": _TARGETS},
        {"type": "forward", "forward/target_group": [{"arn": _TARGETS, "weight": 1}]},
        {"type": "redirect", "redirect/status_code": "HTTP_301", "redirect/port": "443"},
        {"type": "fixed-response", "fixed_response/content_type": "text/plain"},
        {
            "type": "authenticate-cognito",
            "authenticate_cognito/user_pool_arn": _POOL,
            "authenticate_cognito/user_pool_client_id": "c",
            "authenticate_cognito/user_pool_domain": "d",
        },
    )
    return tuple({**more, **{f"{place}/{name}": one for name, one in row.items()}} for row in actions)


_LISTENER = _listener("default_action", {"port": 80, "protocol": "HTTP"})
_LISTENER_RULE = _listener("action", {"condition/path_pattern/values": ["/a"]})
_TARGET_GROUP: tuple[Base, ...] = (
    {"target_type": "instance", **_HTTP},
    {"target_type": "lambda"},
    {"target_type": "alb", "port": 80, "protocol": "TCP", "vpc_id": "vpc-0123456789abcdef0"},
)
_PUBLIC_INTERFACE: tuple[Base, ...] = (
    {"address_family": "ipv4", "amazon_address": "175.45.176.1/30", "customer_address": "175.45.176.2/30"},
    {"address_family": "ipv6"},
)

BASES: Mapping[str, tuple[Base, ...]] = {
    "aws_alb_listener": _LISTENER,
    "aws_alb_listener_rule": _LISTENER_RULE,
    "aws_alb_target_group": _TARGET_GROUP,
    "aws_api_gateway_authorizer": (
        {"type": "TOKEN", "authorizer_uri": _FUNCTION},
        {"type": "COGNITO_USER_POOLS", "provider_arns": [_POOL]},
    ),
    "aws_cloudwatch_metric_alarm": (
        {"metric_name": "m", "namespace": "n", "statistic": "Sum", "period": 60, "threshold": 1},
        {"metric_query": [{"id": "a", "expression": "1", "return_data": True}], "threshold": 1},
    ),
    "aws_dx_hosted_public_virtual_interface": _PUBLIC_INTERFACE,
    "aws_dx_public_virtual_interface": _PUBLIC_INTERFACE,
    "aws_dynamodb_table": (
        {"read_capacity": 1, "write_capacity": 1, "hash_key": "k", "attribute": _KEY},
        {"billing_mode": "PAY_PER_REQUEST", "hash_key": "k", "range_key": "r", "attribute": _KEYS},
        {
            "billing_mode": "PAY_PER_REQUEST",
            "hash_key": "k",
            "attribute": _KEYS,
            "global_secondary_index": [
                {"name": "g", "hash_key": "r", "range_key": "k", "projection_type": "ALL"}
            ],
        },
        {"billing_mode": "PAY_PER_REQUEST", "hash_key": "k", "attribute": _KEY, "ttl/attribute_name": "t"},
        {
            "billing_mode": "PAY_PER_REQUEST",
            "hash_key": "k",
            "attribute": _KEY,
            "stream_enabled": True,
            "stream_view_type": "KEYS_ONLY",
        },
    ),
    "aws_ebs_volume": (
        {"size": 10, "type": "gp3"},
        {"size": 10, "type": "io1", "iops": 100},
    ),
    "aws_eks_cluster": (
        {"vpc_config/subnet_ids": ["subnet-1", "subnet-2"]},
        {
            "vpc_config/subnet_ids": ["subnet-1", "subnet-2"],
            "bootstrap_self_managed_addons": False,
            "compute_config/enabled": True,
            "kubernetes_network_config/elastic_load_balancing/enabled": True,
            "storage_config/block_storage/enabled": True,
        },
    ),
    "aws_elasticache_replication_group": (
        {"num_cache_clusters": 2, "automatic_failover_enabled": True, "engine": "redis"},
        {"num_node_groups": 2, "replicas_per_node_group": 1, "automatic_failover_enabled": True},
    ),
    "aws_fsx_lustre_file_system": (
        {"storage_capacity": 1200, "deployment_type": "SCRATCH_2"},
        {"storage_capacity": 1200, "deployment_type": "PERSISTENT_2", "per_unit_storage_throughput": 125},
        {
            "storage_capacity": 6000,
            "deployment_type": "PERSISTENT_1",
            "per_unit_storage_throughput": 12,
            "storage_type": "HDD",
            "drive_cache_type": "NONE",
        },
    ),
    "aws_fsx_openzfs_file_system": (
        {"deployment_type": "SINGLE_AZ_1", "throughput_capacity": 64, "storage_capacity": 64},
        {"deployment_type": "MULTI_AZ_1", "throughput_capacity": 160, "storage_capacity": 64},
    ),
    "aws_iot_authorizer": (
        {"signing_disabled": True},
        {"token_key_name": "k", "token_signing_public_keys": {"k": "key"}},
    ),
    "aws_iot_ca_certificate": (
        {"certificate_mode": "SNI_ONLY"},
        {"certificate_mode": "DEFAULT", "verification_certificate_pem": "pem"},
    ),
    "aws_kinesis_firehose_delivery_stream": (
        {
            "destination": "extended_s3",
            "extended_s3_configuration/role_arn": _ROLE,
            "extended_s3_configuration/bucket_arn": _BUCKET,
        },
        {
            "destination": "http_endpoint",
            "http_endpoint_configuration/url": "https://example.com/",
            "http_endpoint_configuration/s3_configuration/role_arn": _ROLE,
            "http_endpoint_configuration/s3_configuration/bucket_arn": _BUCKET,
        },
        {
            "destination": "splunk",
            "splunk_configuration/hec_endpoint": "https://example.com/",
            "splunk_configuration/hec_token": "t",
            "splunk_configuration/s3_configuration/role_arn": _ROLE,
            "splunk_configuration/s3_configuration/bucket_arn": _BUCKET,
        },
    ),
    "aws_kinesis_stream": (
        {"shard_count": 1},
        {"stream_mode_details/stream_mode": "ON_DEMAND"},
    ),
    "aws_lambda_function": (
        {"filename": "f.zip", "handler": "h", "runtime": "python3.12"},
        {"package_type": "Image", "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1"},
        {"s3_bucket": "b", "s3_key": "k", "handler": "h", "runtime": "java21"},
    ),
    "aws_lb_listener": _LISTENER,
    "aws_lb_listener_rule": _LISTENER_RULE,
    "aws_lb_target_group": _TARGET_GROUP,
    "aws_lightsail_instance": ({"availability_zone": "us-east-1a"},),
    "aws_nat_gateway": (
        {"subnet_id": "subnet-1", "allocation_id": "eipalloc-1"},
        {"subnet_id": "subnet-1", "connectivity_type": "private"},
    ),
    "aws_placement_group": (
        {"strategy": "cluster"},
        {"strategy": "partition", "partition_count": 2},
        {"strategy": "spread", "spread_level": "rack"},
    ),
    "aws_resiliencehub_resiliency_policy": (
        {f"policy/{part}/{kind}": "1h" for part in ("az", "hardware", "software") for kind in ("rpo", "rto")},
    ),
    "aws_sns_topic": (
        {"name": "a"},
        {"name": "a.fifo", "fifo_topic": True},
    ),
    "aws_sns_topic_subscription": (
        {"protocol": "sqs"},
        {"protocol": "sqs", "filter_policy": '{"a":["b"]}'},
        {"protocol": "firehose", "subscription_role_arn": _ROLE},
    ),
    "aws_sqs_queue": (
        {"name": "a"},
        {"name": "a.fifo", "fifo_queue": True},
    ),
    "aws_vpc_ipam": ({"operating_regions": [{"region_name": "us-east-1"}]},),
    "aws_workspaces_directory": (
        {"directory_id": "d-0123456789"},
        {
            "workspace_type": "POOLS",
            "workspace_directory_name": "n",
            "workspace_directory_description": "d",
            "user_identity_type": "CUSTOMER_MANAGED",
        },
    ),
}
"""By resource type, the configurations to start from."""

VALUES: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "aws_dynamodb_table": {
        "attribute/name": ("k", "r"),
        "global_secondary_index/hash_key": ("k", "r"),
        "global_secondary_index/range_key": ("r", "k"),
        "hash_key": ("k", "r"),
        "local_secondary_index/range_key": ("r", "k"),
        "range_key": ("r", "k"),
    },
    "aws_lambda_function": {"image_uri": ("123456789012.dkr.ecr.us-east-1.amazonaws.com/a:1", "b:2")},
}
"""By resource type and path, two values that agree with what the configurations hold."""
