"""What only a plan asks for: arguments that schema and validation do not want and the real provider wants when it plans."""

from collections.abc import Mapping

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.minds.builtin.planner.facts import Path

# Safe choices that the module makes where the provider's own default would need more arguments.
PLAN_DEFAULTS: Mapping[str, Mapping[Path, Value]] = {
    "aws_dynamodb_table": {("billing_mode",): '"PAY_PER_REQUEST"'},
    "aws_kinesis_stream": {("stream_mode_details", "stream_mode"): '"ON_DEMAND"'},
}

# What a given argument makes of those defaults: whoever counts shards does not want them on demand.
PLAN_FOLLOWS: Mapping[str, Mapping[str, Mapping[str, Value]]] = {
    "aws_dynamodb_table": {
        **{name: {"billing_mode": '"PROVISIONED"'} for name in ("read_capacity", "write_capacity")},
        "stream_enabled": {"stream_view_type": '"NEW_AND_OLD_IMAGES"'},
    },
    "aws_kinesis_stream": {"shard_count": {"stream_mode_details": {"stream_mode": '"PROVISIONED"'}}},
}

# Arguments that AWS wants to agree with another one, and how the module sees to that; <NAME> is the input of an argument.
PLAN_AGREES: Mapping[str, Mapping[str, str]] = {
    "aws_sns_topic": {"name": '<fifo_topic> == true ? "${trimsuffix(<name>, ".fifo")}.fifo" : <name>'},
    "aws_sqs_queue": {"name": '<fifo_queue> == true ? "${trimsuffix(<name>, ".fifo")}.fifo" : <name>'},
}

_KEPT_BY_AWS: Mapping[str, Value | None] = {
    "master_username": '"administrator"',
    "manage_master_user_password": True,
}

_FORWARD: Value = {
    "target_group_arn": '"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/example/0123456789abcdef"',
    "type": '"forward"',
}

# Arguments that the smallest call gives, with an invented value or with this one: AWS wants them, or nobody would paste
# a call without them.
PLAN_NEEDS: Mapping[str, Mapping[str, Value | None]] = {
    "aws_api_gateway_authorizer": {"authorizer_uri": None},
    "aws_dynamodb_table": {"hash_key": '"id"', "attribute": [{"name": '"id"', "type": '"S"'}]},
    "aws_autoscaling_group": {
        "launch_template": {"id": '"lt-0123456789abcdef0"', "version": '"$Latest"'},
        "vpc_zone_identifier": None,
    },
    "aws_cloudwatch_metric_alarm": dict.fromkeys(
        (
            "comparison_operator",
            "evaluation_periods",
            "metric_name",
            "namespace",
            "period",
            "statistic",
            "threshold",
        )
    ),
    "aws_route53_record": {"ttl": None},
    "aws_dx_public_virtual_interface": {
        "address_family": '"ipv4"',
        "amazon_address": '"192.0.2.2/30"',
        "customer_address": '"192.0.2.1/30"',
    },
    "aws_fsx_openzfs_file_system": {
        "deployment_type": '"SINGLE_AZ_1"',
        "storage_capacity": 64,
        "throughput_capacity": 64,
    },
    "aws_iot_authorizer": {"signing_disabled": True},
    "aws_iot_ca_certificate": {"certificate_mode": '"SNI_ONLY"'},
    "aws_kinesis_firehose_delivery_stream": {
        "destination": '"extended_s3"',
        "extended_s3_configuration": {
            "bucket_arn": '"arn:aws:s3:::example-bucket"',
            "role_arn": '"arn:aws:iam::123456789012:role/example"',
        },
    },
    "aws_lb_listener": {"default_action": [_FORWARD], "port": 80, "protocol": '"HTTP"'},
    "aws_lb_listener_rule": {
        "action": [_FORWARD],
        "condition": [{"path_pattern": {"values": ['"/api/*"']}}],
    },
    "aws_redshift_cluster": {"manage_master_password": True, "master_username": '"administrator"'},
    "aws_workspaces_directory": {"directory_id": '"d-0123456789"'},
    "aws_cloudfront_distribution": {
        "default_cache_behavior": {
            "allowed_methods": ['"GET"', '"HEAD"'],
            "cached_methods": ['"GET"', '"HEAD"'],
            # AWS's own policy "Managed-CachingOptimized".
            "cache_policy_id": '"658327ea-f89d-4fab-a63d-7e88639e58f6"',
            "target_origin_id": '"site"',
        },
        "origin": [
            {
                "domain_name": '"example-bucket.s3.us-east-1.amazonaws.com"',
                "origin_access_control_id": '"E0123456789ABC"',
                "origin_id": '"site"',
            }
        ],
        "viewer_certificate": {
            "acm_certificate_arn": '"arn:aws:acm:us-east-1:123456789012:certificate/01234567-89ab-4cde-8f01-23456789abcd"',
            "ssl_support_method": '"sni-only"',
        },
    },
    "aws_db_instance": {
        "allocated_storage": 20,
        "engine": '"postgres"',
        "manage_master_user_password": True,
        "username": '"administrator"',
    },
    "aws_docdb_cluster": _KEPT_BY_AWS,
    "aws_ebs_volume": {"size": 20},
    "aws_ecs_service": {"cluster": None, "task_definition": None},
    "aws_elasticache_replication_group": {"node_type": None, "num_cache_clusters": 2},
    "aws_instance": {"ami": None, "instance_type": None},
    "aws_opensearch_domain": {
        "cluster_config": {
            "instance_count": 2,
            "instance_type": '"t3.small.search"',
            "zone_awareness_enabled": True,
        },
        "ebs_options": {"ebs_enabled": True, "volume_size": 20},
        "engine_version": '"OpenSearch_2.11"',
    },
    "aws_rds_cluster": _KEPT_BY_AWS,
    "aws_security_group": {"vpc_id": None},
    "aws_subnet": {"cidr_block": '"10.0.1.0/24"'},
    "aws_vpc": {"cidr_block": None},
    "aws_lambda_function": {
        "handler": '"index.handler"',
        "runtime": '"python3.12"',
        "filename": '"function.zip"',
    },
    "aws_lb_target_group": {"port": 443, "protocol": '"HTTPS"', "vpc_id": '"vpc-0123456789abcdef0"'},
    "aws_alb_target_group": {"port": 443, "protocol": '"HTTPS"', "vpc_id": '"vpc-0123456789abcdef0"'},
}

# Arguments that belong to a kind of the resource which the example is not of: a FIFO queue's name ends in `.fifo`.
_FIFO = frozenset(
    {
        "fifo_queue",
        "fifo_topic",
        "content_based_deduplication",
        "deduplication_scope",
        "fifo_throughput_limit",
        "fifo_throughput_scope",
        "archive_policy",
    }
)
PLAN_AVOIDS: Mapping[str, frozenset[str]] = {
    "aws_config_configuration_recorder": frozenset({"recording_group", "recording_mode"}),
    "aws_ebs_volume": frozenset({"iops", "throughput", "multi_attach_enabled"}),
    "aws_eks_cluster": frozenset({"compute_config", "storage_config", "kubernetes_network_config"}),
    "aws_fsx_lustre_file_system": frozenset({"metadata_configuration"}),
    "aws_iot_authorizer": frozenset({"token_key_name", "token_signing_public_keys"}),
    "aws_kinesis_firehose_delivery_stream": frozenset(
        {
            "elasticsearch_configuration",
            "http_endpoint_configuration",
            "iceberg_configuration",
            "kinesis_source_configuration",
            "msk_source_configuration",
            "opensearch_configuration",
            "opensearchserverless_configuration",
            "redshift_configuration",
            "snowflake_configuration",
            "splunk_configuration",
        }
    ),
    "aws_placement_group": frozenset({"partition_count", "spread_level"}),
    "aws_quicksight_data_set": frozenset({"refresh_properties"}),
    # Moving a cluster between zones, and having it in two of them, exclude each other.
    "aws_redshift_cluster": frozenset({"availability_zone_relocation_enabled"}),
    "aws_workspaces_directory": frozenset(
        {
            "user_identity_type",
            "workspace_directory_description",
            "workspace_directory_name",
            "workspace_type",
        }
    ),
    "aws_sqs_queue": _FIFO,
    "aws_sns_topic": _FIFO,
    "aws_dynamodb_table": frozenset({"read_capacity", "write_capacity"}),
    "aws_nat_gateway": frozenset({"secondary_private_ip_address_count"}),
}
