"""Companions that a core resource is not secure without, with all that they need; on unless the request says no."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_orchestrator.blueprint.model import Feature, Value
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.minds.builtin.planner.facts import Path
from aws_orchestrator.minds.builtin.planner.part import PartPlan

_FLOW_LOG_TRUST = (
    'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", '
    'Principal = { Service = "vpc-flow-logs.amazonaws.com" } }] })'
)
_FLOW_LOG_RIGHTS = (
    'jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["logs:CreateLogStream", '
    '"logs:PutLogEvents", "logs:DescribeLogGroups", "logs:DescribeLogStreams"], '
    'Resource = "${aws_cloudwatch_log_group.flow_log.arn}:*" }] })'
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One resource of a security companion, with its arguments decided."""

    core: str
    type: str
    name: str
    feature: str
    title: str
    description: str
    keywords: tuple[str, ...]
    wired: Mapping[str, Value]
    file: str = "main.tf"
    offered: frozenset[str] = frozenset()
    prefix: str = ""
    cost: str = ""
    defaults: Mapping[Path, Value] = field(default_factory=dict)

    def part(self) -> PartPlan:
        """The plan of the resource."""
        return PartPlan(
            type=self.type,
            name=self.name,
            file=self.file,
            feature=self.feature,
            prefix=self.prefix or self.feature,
            wired=self.wired,
            offered=self.offered,
            defaults=self.defaults,
            # The module is about its core: of what only supports it, others need no more than this.
            outputs=frozenset({"id", "arn", "name"}),
        )

    def as_feature(self) -> Feature:
        """The feature that selects it."""
        return Feature(
            name=self.feature,
            title=self.title,
            description=self.description,
            default=True,
            keywords=self.keywords,
            cost=self.cost,
        )


_FLOW_LOGS = ("flow log", "flow logs", "vpc flow logs", "traffic logs")
_FLOW_TEXT = "Records the traffic of the network in a log group of the module, kept for a year."
_FLOW_COST = "CloudWatch Logs bills ingestion by the gigabyte."

RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "aws_vpc",
        "aws_flow_log",
        "this",
        "flow_log",
        "Flow logs",
        _FLOW_TEXT,
        _FLOW_LOGS,
        {
            "vpc_id": "aws_vpc.this.id",
            "traffic_type": '"ALL"',
            "log_destination": "aws_cloudwatch_log_group.flow_log.arn",
            "iam_role_arn": "aws_iam_role.flow_log.arn",
        },
        cost=_FLOW_COST,
    ),
    Recipe(
        "aws_vpc",
        "aws_cloudwatch_log_group",
        "flow_log",
        "flow_log",
        "Flow logs",
        _FLOW_TEXT,
        _FLOW_LOGS,
        {"name_prefix": '"/aws/vpc/flow-logs/"', "retention_in_days": 365},
        offered=frozenset({"kms_key_id"}),
    ),
    Recipe(
        "aws_vpc",
        "aws_iam_role",
        "flow_log",
        "flow_log",
        "Flow logs",
        _FLOW_TEXT,
        _FLOW_LOGS,
        {"name_prefix": '"flow-log-"', "assume_role_policy": _FLOW_LOG_TRUST},
        file="iam.tf",
    ),
    Recipe(
        "aws_vpc",
        "aws_iam_role_policy",
        "flow_log",
        "flow_log",
        "Flow logs",
        _FLOW_TEXT,
        _FLOW_LOGS,
        {"name": '"write-flow-log"', "role": "aws_iam_role.flow_log.id", "policy": _FLOW_LOG_RIGHTS},
        file="iam.tf",
    ),
    Recipe(
        "aws_vpc",
        "aws_default_security_group",
        "this",
        "closed_default_security_group",
        "Closed default security group",
        "Takes every rule out of the VPC's default security group (EC2.2).",
        ("default security group",),
        {"vpc_id": "aws_vpc.this.id"},
        file="security_groups.tf",
    ),
    Recipe(
        "aws_s3_bucket",
        "aws_s3_bucket_public_access_block",
        "this",
        "public_access_block",
        "Public access block",
        "Keeps the bucket closed to the public.",
        ("public access block", "private"),
        {
            "bucket": "aws_s3_bucket.this.id",
            "block_public_acls": True,
            "block_public_policy": True,
            "ignore_public_acls": True,
            "restrict_public_buckets": True,
        },
    ),
    Recipe(
        "aws_s3_bucket",
        "aws_s3_bucket_server_side_encryption_configuration",
        "this",
        "encryption",
        "Encryption at rest",
        "Encrypts new objects with KMS.",
        ("encryption", "encrypted"),
        {"bucket": "aws_s3_bucket.this.id"},
        offered=frozenset({"rule"}),
        defaults={
            ("rule",): [
                {
                    "apply_server_side_encryption_by_default": {"sse_algorithm": '"aws:kms"'},
                    "bucket_key_enabled": True,
                }
            ]
        },
    ),
)


def recipes_of(catalog: Catalog, core: str) -> tuple[Recipe, ...]:
    """The recipes of a core resource type, as far as the catalog has their types."""
    return tuple(item for item in RECIPES if item.core == core and catalog.resource(item.type) is not None)
