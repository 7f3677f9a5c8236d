"""For each rule that only a plan knows, a configuration that breaks it and one that keeps it: paths with slashes."""

from typing import Any, NamedTuple

_ROLE = "arn:aws:iam::123456789012:role/probe"
_BUCKET = "arn:aws:s3:::probe-bucket"
_FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:probe"
_TARGETS = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/probe/0123456789abcdef"
_POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"
_K = [{"name": "k", "type": "S"}]
_ON_DEMAND = {"billing_mode": "PAY_PER_REQUEST", "hash_key": "k", "attribute": _K}
_TO_BUCKET = {
    "destination": "extended_s3",
    "extended_s3_configuration/role_arn": _ROLE,
    "extended_s3_configuration/bucket_arn": _BUCKET,
}
_HTTP = {"port": 80, "protocol": "HTTP", "vpc_id": "vpc-0123456789abcdef0"}
_IPV4 = {"amazon_address": "175.45.176.1/30", "customer_address": "175.45.176.2/30"}


class Case(NamedTuple):
    """One rule of one type."""

    type: str
    wrong: dict[str, Any]
    right: dict[str, Any]


class Step(NamedTuple):
    """One rule about a change: what is created, a change that breaks it, and one that keeps it."""

    type: str
    before: dict[str, Any]
    wrong: dict[str, Any]
    right: dict[str, Any]


def _without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in names}


def _fifo(kind: str, prefix: str) -> list[Case]:
    return [
        Case(kind, {"name": "a", prefix: True}, {"name": "a.fifo", prefix: True}),
        Case(kind, {"name": "a.fifo"}, {"name": "a"}),
        Case(
            kind,
            {"name": "a", "content_based_deduplication": True},
            {"name": "a.fifo", prefix: True, "content_based_deduplication": True},
        ),
    ]


def _actions(kind: str, place: str) -> list[Case]:
    forward = {"type": "forward", "target_group_arn": _TARGETS}
    cognito = {
        "authenticate_cognito/user_pool_arn": _POOL,
        "authenticate_cognito/user_pool_client_id": "c",
        "authenticate_cognito/user_pool_domain": "d",
    }
    oidc = {
        f"authenticate_oidc/{name}": "https://example.com/"
        for name in ("authorization_endpoint", "issuer", "token_endpoint", "user_info_endpoint")
    } | {"authenticate_oidc/client_id": "c", "authenticate_oidc/client_secret": "s"}
    rows: list[tuple[str, dict[str, Any]]] = [
        ("forward", forward),
        ("authenticate-cognito", cognito),
        ("authenticate-oidc", oidc),
        ("redirect", {"redirect/status_code": "HTTP_301", "redirect/port": "443"}),
        ("fixed-response", {"fixed_response/content_type": "text/plain"}),
    ]
    more: dict[str, Any] = {} if place == "action" else {"port": 80, "protocol": "HTTP"}

    def at(row: dict[str, Any]) -> dict[str, Any]:
        return more | {f"{place}/{name}": value for name, value in row.items()}

    return [Case(kind, at({"type": name}), at({"type": name} | row)) for name, row in rows]


CASES: list[Case] = [
    Case(
        "aws_dynamodb_table",
        {"hash_key": "k", "attribute": _K, "write_capacity": 1},
        {"hash_key": "k", "attribute": _K, "write_capacity": 1, "read_capacity": 1},
    ),
    Case(
        "aws_dynamodb_table",
        {"hash_key": "k", "attribute": _K, "read_capacity": 1, "billing_mode": "PROVISIONED"},
        {"hash_key": "k", "attribute": _K, "write_capacity": 1, "read_capacity": 1},
    ),
    Case("aws_dynamodb_table", _ON_DEMAND | {"read_capacity": 1}, _ON_DEMAND),
    Case("aws_dynamodb_table", _ON_DEMAND | {"attribute": [*_K, {"name": "r", "type": "S"}]}, _ON_DEMAND),
    Case("aws_dynamodb_table", _ON_DEMAND | {"range_key": "r"}, _ON_DEMAND),
    Case(
        "aws_dynamodb_table",
        _ON_DEMAND | {"stream_enabled": True},
        _ON_DEMAND | {"stream_enabled": True, "stream_view_type": "KEYS_ONLY"},
    ),
    Case(
        "aws_dynamodb_table",
        _ON_DEMAND | {"ttl/enabled": True},
        _ON_DEMAND | {"ttl/enabled": True, "ttl/attribute_name": "t"},
    ),
    *_fifo("aws_sqs_queue", "fifo_queue"),
    *_fifo("aws_sns_topic", "fifo_topic"),
    Case(
        "aws_sns_topic",
        {"name": "a", "archive_policy": '{"MessageRetentionPeriod":30}'},
        {"name": "a.fifo", "fifo_topic": True, "archive_policy": '{"MessageRetentionPeriod":30}'},
    ),
    Case(
        "aws_sns_topic",
        {"name": "a", "fifo_throughput_scope": "Topic"},
        {"name": "a.fifo", "fifo_topic": True, "fifo_throughput_scope": "Topic"},
    ),
    Case(
        "aws_sns_topic_subscription",
        {"filter_policy_scope": "MessageBody"},
        {"filter_policy_scope": "MessageBody", "filter_policy": '{"a":["b"]}'},
    ),
    Case(
        "aws_lambda_function",
        {"filename": "f.zip", "handler": "h"},
        {"filename": "f.zip", "handler": "h", "runtime": "python3.12"},
    ),
    Case("aws_kinesis_stream", {}, {"shard_count": 1}),
    Case(
        "aws_kinesis_stream",
        {"stream_mode_details/stream_mode": "ON_DEMAND", "shard_count": 1},
        {"stream_mode_details/stream_mode": "ON_DEMAND"},
    ),
    Case(
        "aws_kinesis_firehose_delivery_stream",
        {"destination": "extended_s3"},
        _TO_BUCKET,
    ),
    *(
        Case("aws_kinesis_firehose_delivery_stream", {"destination": kind}, _TO_BUCKET)
        for kind in (
            "elasticsearch",
            "http_endpoint",
            "iceberg",
            "opensearch",
            "opensearchserverless",
            "redshift",
            "snowflake",
            "splunk",
        )
    ),
    *(
        Case("aws_lb_target_group", {"target_type": "instance", **_without(_HTTP, name)}, _HTTP)
        for name in _HTTP
    ),
    Case(
        "aws_lb_target_group", {"target_type": "ip", **_without(_HTTP, "port")}, _HTTP | {"target_type": "ip"}
    ),
    Case(
        "aws_lb_target_group",
        {"target_type": "alb", "protocol": "TCP", "vpc_id": _HTTP["vpc_id"]},
        {"target_type": "alb", "protocol": "TCP", "port": 80, "vpc_id": _HTTP["vpc_id"]},
    ),
    *_actions("aws_lb_listener", "default_action"),
    *_actions("aws_lb_listener_rule", "action"),
    Case("aws_api_gateway_authorizer", {"type": "TOKEN"}, {"type": "TOKEN", "authorizer_uri": _FUNCTION}),
    Case("aws_api_gateway_authorizer", {"type": "REQUEST"}, {"type": "REQUEST", "authorizer_uri": _FUNCTION}),
    Case(
        "aws_api_gateway_authorizer",
        {"type": "COGNITO_USER_POOLS"},
        {"type": "COGNITO_USER_POOLS", "provider_arns": [_POOL]},
    ),
    Case(
        "aws_eks_cluster",
        {"bootstrap_self_managed_addons": False, "compute_config/enabled": True},
        {
            "bootstrap_self_managed_addons": False,
            "compute_config/enabled": True,
            "kubernetes_network_config/elastic_load_balancing/enabled": True,
            "storage_config/block_storage/enabled": True,
        },
    ),
    Case(
        "aws_elasticache_replication_group",
        {"multi_az_enabled": True, "num_cache_clusters": 2},
        {"multi_az_enabled": True, "automatic_failover_enabled": True, "num_cache_clusters": 2},
    ),
    Case(
        "aws_cloudwatch_metric_alarm",
        {"metric_name": "m", "namespace": "n", "period": 60, "threshold": 1},
        {"metric_name": "m", "namespace": "n", "period": 60, "threshold": 1, "statistic": "Sum"},
    ),
    Case(
        "aws_ebs_volume", {"size": 10, "type": "gp2", "iops": 100}, {"size": 10, "type": "gp3", "iops": 3000}
    ),
    Case("aws_ebs_volume", {"size": 10, "type": "io1"}, {"size": 10, "type": "io1", "iops": 100}),
    Case(
        "aws_ebs_volume",
        {"size": 10, "type": "gp2", "throughput": 125},
        {"size": 10, "type": "gp3", "throughput": 125},
    ),
    Case(
        "aws_ebs_volume",
        {"size": 10, "type": "gp3", "multi_attach_enabled": True},
        {"size": 10, "type": "io1", "iops": 100, "multi_attach_enabled": True},
    ),
    Case(
        "aws_nat_gateway",
        {"allocation_id": "eipalloc-1", "secondary_private_ip_address_count": 2},
        {"connectivity_type": "private", "secondary_private_ip_address_count": 2},
    ),
    Case(
        "aws_placement_group",
        {"strategy": "cluster", "partition_count": 2},
        {"strategy": "partition", "partition_count": 2},
    ),
    Case(
        "aws_placement_group",
        {"strategy": "cluster", "spread_level": "rack"},
        {"strategy": "spread", "spread_level": "rack"},
    ),
    Case("aws_workspaces_directory", {}, {"directory_id": "d-0123456789"}),
    Case(
        "aws_workspaces_directory",
        {"workspace_type": "POOLS", "workspace_directory_name": "n"},
        {
            "workspace_type": "POOLS",
            "workspace_directory_name": "n",
            "workspace_directory_description": "d",
            "user_identity_type": "CUSTOMER_MANAGED",
        },
    ),
    Case(
        "aws_config_configuration_recorder",
        {
            "recording_group/all_supported": True,
            "recording_group/recording_strategy/use_only": "INCLUSION_BY_RESOURCE_TYPES",
        },
        {
            "recording_group/all_supported": True,
            "recording_group/recording_strategy/use_only": "ALL_SUPPORTED_RESOURCE_TYPES",
        },
    ),
    Case(
        "aws_config_configuration_recorder",
        {
            "recording_group/all_supported": True,
            "recording_group/exclusion_by_resource_types/resource_types": ["AWS::EC2::Instance"],
            "recording_group/recording_strategy/use_only": "EXCLUSION_BY_RESOURCE_TYPES",
        },
        {
            "recording_group/all_supported": False,
            "recording_group/exclusion_by_resource_types/resource_types": ["AWS::EC2::Instance"],
            "recording_group/recording_strategy/use_only": "EXCLUSION_BY_RESOURCE_TYPES",
        },
    ),
    *(
        Case(
            "aws_fsx_openzfs_file_system",
            {"deployment_type": kind, "throughput_capacity": bad, "storage_capacity": 64},
            {"deployment_type": kind, "throughput_capacity": good, "storage_capacity": 64},
        )
        for kind, bad, good in (
            ("SINGLE_AZ_1", 160, 64),
            ("SINGLE_AZ_2", 64, 160),
            ("MULTI_AZ_1", 64, 160),
        )
    ),
    Case(
        "aws_fsx_lustre_file_system",
        {
            "storage_capacity": 1200,
            "deployment_type": "SCRATCH_2",
            "metadata_configuration/mode": "AUTOMATIC",
        },
        {
            "storage_capacity": 1200,
            "deployment_type": "PERSISTENT_2",
            "per_unit_storage_throughput": 125,
            "metadata_configuration/mode": "AUTOMATIC",
        },
    ),
    *(
        Case(kind, {"address_family": "ipv4", name: _IPV4[name]}, {"address_family": "ipv4", **_IPV4})
        for kind in ("aws_dx_public_virtual_interface", "aws_dx_hosted_public_virtual_interface")
        for name in _IPV4
    ),
    Case("aws_iot_authorizer", {}, {"token_key_name": "k", "token_signing_public_keys": {"k": "key"}}),
    Case("aws_iot_authorizer", {"token_key_name": "k"}, {"signing_disabled": True}),
    Case(
        "aws_iot_ca_certificate",
        {"certificate_mode": "DEFAULT"},
        {"certificate_mode": "DEFAULT", "verification_certificate_pem": "pem"},
    ),
    Case(
        "aws_comprehend_document_classifier",
        {
            "mode": "MULTI_CLASS",
            "input_data_config/s3_uri": "s3://b/k",
            "input_data_config/label_delimiter": "|",
        },
        {
            "mode": "MULTI_LABEL",
            "input_data_config/s3_uri": "s3://b/k",
            "input_data_config/label_delimiter": "|",
        },
    ),
    Case(
        "aws_appstream_stack",
        {"name": "a", "application_settings/enabled": True},
        {"name": "a", "application_settings/enabled": True, "application_settings/settings_group": "g"},
    ),
    Case(
        "aws_quicksight_data_set",
        {
            "import_mode": "DIRECT_QUERY",
            "refresh_properties/refresh_configuration/incremental_refresh/lookback_window/column_name": "c",
        },
        {
            "import_mode": "SPICE",
            "refresh_properties/refresh_configuration/incremental_refresh/lookback_window/column_name": "c",
        },
    ),
    Case(
        "aws_sagemaker_endpoint_configuration",
        {"data_capture_config/capture_content_type_header": [{}]},
        {"data_capture_config/capture_content_type_header/csv_content_types": ["text/csv"]},
    ),
]

STEPS: list[Step] = [
    Step(
        "aws_s3_bucket_versioning",
        {"versioning_configuration/status": "Enabled"},
        {"versioning_configuration/status": "Disabled"},
        {"versioning_configuration/status": "Suspended"},
    ),
    Step(
        "aws_redshift_cluster",
        {"availability_zone": "us-east-1a"},
        {"availability_zone": "us-east-1b"},
        {"availability_zone": "us-east-1b", "availability_zone_relocation_enabled": True},
    ),
]

ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("aws_sqs_queue", {"name": "a", "deduplication_scope": "queue"}),
    ("aws_sqs_queue", {"name": "a", "fifo_throughput_limit": "perQueue"}),
    (
        "aws_fsx_openzfs_file_system",
        {"deployment_type": "SINGLE_AZ_HA_1", "throughput_capacity": 160, "storage_capacity": 64},
    ),
    (
        "aws_config_configuration_recorder",
        {"recording_group/all_supported": True, "recording_group/resource_types": ["AWS::EC2::Instance"]},
    ),
]
"""What one would expect to be refused and the plan accepts: AWS itself refuses it, so there is no rule."""
