"""What only a plan asks for: arguments that schema and validation do not want and the real provider wants when it plans."""

from collections.abc import Mapping

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.minds.builtin.planner.facts import Path

# Safe choices that the module makes where the provider's own default would need more arguments.
PLAN_DEFAULTS: Mapping[str, Mapping[Path, Value]] = {
    "aws_dynamodb_table": {("billing_mode",): '"PAY_PER_REQUEST"'},
    "aws_kinesis_stream": {("stream_mode_details", "stream_mode"): '"ON_DEMAND"'},
}

# Arguments that the smallest call gives, with an invented value or with this one.
PLAN_NEEDS: Mapping[str, Mapping[str, Value | None]] = {
    "aws_api_gateway_authorizer": {"authorizer_uri": None},
    "aws_dynamodb_table": {"hash_key": '"id"', "attribute": [{"name": '"id"', "type": '"S"'}]},
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
    "aws_sqs_queue": _FIFO,
    "aws_sns_topic": _FIFO,
    "aws_dynamodb_table": frozenset({"read_capacity", "write_capacity"}),
    "aws_nat_gateway": frozenset({"secondary_private_ip_address_count"}),
}
