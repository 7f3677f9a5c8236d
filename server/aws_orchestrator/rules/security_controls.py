"""Which settings are safe, as data: controls of the AWS Foundational Security Best Practices standard, by id.

A control speaks of one argument of one resource type. `absent_is_safe` says that AWS is safe when it is
left out.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArgumentControl:
    """One argument that must, or must not, have certain values."""

    id: str
    type: str
    path: tuple[str, ...]
    """Nested block names, then the argument."""
    safe: tuple[str, ...] = ()
    """The only safe values, as HCL literals; empty when any value is safe that is not in `unsafe`."""
    unsafe: tuple[str, ...] = ()
    absent_is_safe: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class CompanionControl:
    """A resource type that a module must have beside another."""

    id: str
    type: str
    companion: str
    because: str


_AT_REST = "data at rest must be encrypted"
_PUBLIC = "it must not be reachable from the internet"
_TRUE = ("true",)
_FALSE = ("false",)

ARGUMENT_CONTROLS: tuple[ArgumentControl, ...] = (
    # Storage
    *(
        ArgumentControl(
            "S3.8", "aws_s3_bucket_public_access_block", (name,), _TRUE, because="buckets must not be public"
        )
        for name in (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        )
    ),
    *(
        ArgumentControl(
            "S3.2",
            type_,
            ("acl",),
            (),
            ('"public-read"', '"public-read-write"', '"website"'),
            True,
            "buckets must not be public",
        )
        for type_ in ("aws_s3_bucket", "aws_s3_bucket_acl")
    ),
    ArgumentControl("EC2.3", "aws_ebs_volume", ("encrypted",), _TRUE, because=_AT_REST),
    ArgumentControl("EC2.3", "aws_instance", ("root_block_device", "encrypted"), _TRUE, because=_AT_REST),
    ArgumentControl("EC2.3", "aws_instance", ("ebs_block_device", "encrypted"), _TRUE, because=_AT_REST),
    ArgumentControl("EFS.1", "aws_efs_file_system", ("encrypted",), _TRUE, because=_AT_REST),
    # Databases
    ArgumentControl("RDS.3", "aws_db_instance", ("storage_encrypted",), _TRUE, because=_AT_REST),
    ArgumentControl("RDS.27", "aws_rds_cluster", ("storage_encrypted",), _TRUE, because=_AT_REST),
    ArgumentControl("DocumentDB.1", "aws_docdb_cluster", ("storage_encrypted",), _TRUE, because=_AT_REST),
    ArgumentControl("Neptune.1", "aws_neptune_cluster", ("storage_encrypted",), _TRUE, because=_AT_REST),
    ArgumentControl(
        "Redshift.10", "aws_redshift_cluster", ("encrypted",), _TRUE, absent_is_safe=True, because=_AT_REST
    ),
    *(
        ArgumentControl(id_, type_, ("publicly_accessible",), _FALSE, absent_is_safe=True, because=_PUBLIC)
        for id_, type_ in (
            ("RDS.2", "aws_db_instance"),
            ("RDS.2", "aws_rds_cluster_instance"),
            ("Redshift.1", "aws_redshift_cluster"),
        )
    ),
    ArgumentControl(
        "DMS.1", "aws_dms_replication_instance", ("publicly_accessible",), _FALSE, because=_PUBLIC
    ),
    ArgumentControl(
        "DynamoDB.2",
        "aws_dynamodb_table",
        ("point_in_time_recovery", "enabled"),
        _TRUE,
        because="a table must be recoverable to any point in time",
    ),
    ArgumentControl(
        "ElastiCache.4",
        "aws_elasticache_replication_group",
        ("at_rest_encryption_enabled",),
        _TRUE,
        because=_AT_REST,
    ),
    ArgumentControl(
        "ElastiCache.5",
        "aws_elasticache_replication_group",
        ("transit_encryption_enabled",),
        _TRUE,
        because="data in transit must be encrypted",
    ),
    # Compute
    *(
        ArgumentControl(
            id_,
            type_,
            ("metadata_options", "http_tokens"),
            ('"required"',),
            because="the first version of the metadata service gives credentials to whoever can make the instance fetch a URL",
        )
        for id_, type_ in (("EC2.8", "aws_instance"), ("EC2.170", "aws_launch_template"))
    ),
    ArgumentControl(
        "EC2.9",
        "aws_instance",
        ("associate_public_ip_address",),
        _FALSE,
        absent_is_safe=True,
        because=_PUBLIC,
    ),
    ArgumentControl(
        "EC2.15", "aws_subnet", ("map_public_ip_on_launch",), _FALSE, absent_is_safe=True, because=_PUBLIC
    ),
    ArgumentControl(
        "ECR.1",
        "aws_ecr_repository",
        ("image_scanning_configuration", "scan_on_push"),
        _TRUE,
        because="images must be scanned for known weaknesses",
    ),
    ArgumentControl(
        "ECR.2",
        "aws_ecr_repository",
        ("image_tag_mutability",),
        ('"IMMUTABLE"', '"IMMUTABLE_WITH_EXCLUSION"'),
        because="a tag must go on meaning the same image",
    ),
    ArgumentControl(
        "EKS.1", "aws_eks_cluster", ("vpc_config", "endpoint_public_access"), _FALSE, because=_PUBLIC
    ),
    ArgumentControl(
        "SageMaker.1",
        "aws_sagemaker_notebook_instance",
        ("direct_internet_access",),
        ('"Disabled"',),
        because=_PUBLIC,
    ),
    # Keys, queues, streams, search
    ArgumentControl(
        "KMS.4",
        "aws_kms_key",
        ("enable_key_rotation",),
        _TRUE,
        because="a key that is rotated limits what a leak opens",
    ),
    ArgumentControl(
        "SQS.1", "aws_sqs_queue", ("sqs_managed_sse_enabled",), _TRUE, absent_is_safe=True, because=_AT_REST
    ),
    ArgumentControl("SNS.1", "aws_sns_topic", ("kms_master_key_id",), because=_AT_REST),
    ArgumentControl("Kinesis.1", "aws_kinesis_stream", ("encryption_type",), ('"KMS"',), because=_AT_REST),
    *(
        control
        for type_ in ("aws_opensearch_domain", "aws_elasticsearch_domain")
        for control in (
            ArgumentControl("Opensearch.1", type_, ("encrypt_at_rest", "enabled"), _TRUE, because=_AT_REST),
            ArgumentControl(
                "Opensearch.3",
                type_,
                ("node_to_node_encryption", "enabled"),
                _TRUE,
                because="data in transit must be encrypted",
            ),
            ArgumentControl(
                "Opensearch.8",
                type_,
                ("domain_endpoint_options", "enforce_https"),
                _TRUE,
                because="data in transit must be encrypted",
            ),
        )
    ),
    ArgumentControl(
        "MSK.1",
        "aws_msk_cluster",
        ("encryption_info", "encryption_in_transit", "client_broker"),
        ('"TLS"',),
        absent_is_safe=True,
        because="data in transit must be encrypted",
    ),
    # Edge and audit
    ArgumentControl(
        "ELB.4",
        "aws_lb",
        ("drop_invalid_header_fields",),
        _TRUE,
        because="malformed headers are used to smuggle requests past a proxy",
    ),
    ArgumentControl(
        "CloudFront.3",
        "aws_cloudfront_distribution",
        ("default_cache_behavior", "viewer_protocol_policy"),
        (),
        ('"allow-all"',),
        because="data in transit must be encrypted",
    ),
    ArgumentControl(
        "CloudTrail.4",
        "aws_cloudtrail",
        ("enable_log_file_validation",),
        _TRUE,
        because="a changed log must be noticed",
    ),
    ArgumentControl("CloudTrail.2", "aws_cloudtrail", ("kms_key_id",), because=_AT_REST),
)

COMPANION_CONTROLS: tuple[CompanionControl, ...] = (
    CompanionControl(
        "S3.8", "aws_s3_bucket", "aws_s3_bucket_public_access_block", "buckets must not be public"
    ),
    CompanionControl(
        "S3.17", "aws_s3_bucket", "aws_s3_bucket_server_side_encryption_configuration", _AT_REST
    ),
    CompanionControl(
        "EC2.6", "aws_vpc", "aws_flow_log", "without flow logs nobody can tell what happened in the network"
    ),
)

OPEN_RANGES = frozenset({"0.0.0.0/0", "::/0"})
PUBLIC_WEB_PORTS = frozenset({"80", "443"})
OPEN_INGRESS = "EC2.18"
DEFAULT_SECURITY_GROUP = "EC2.2"
FULL_ADMINISTRATION = "IAM.1"
ANY_PRINCIPAL = "S3.2, SNS.4, SQS.3"
SYMMETRIC_KEY_SPECS = frozenset({'"SYMMETRIC_DEFAULT"'})
