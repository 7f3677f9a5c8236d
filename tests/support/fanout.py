"""What a good planner answers to “three queues fanned out from one topic, with alarms on age of oldest message”."""

import copy
from typing import Any

WISH = "three queues fanned out from one topic, with alarms on age of oldest message"
SERVICE = "fanout"
FILES = (
    "main.tf",
    "variables.tf",
    "outputs.tf",
    "versions.tf",
    "locals.tf",
    "policies.tf",
    "data.tf",
    "README.md",
    "examples/basic/main.tf",
    "examples/basic/versions.tf",
    "tests/module.tftest.hcl",
)

REQUIREMENTS: dict[str, Any] = {
    "service": SERVICE,
    "title": "Topic with queues",
    "scope": "several services",
    "resource_types": [
        "aws_sns_topic",
        "aws_sqs_queue",
        "aws_sqs_queue_policy",
        "aws_sns_topic_subscription",
        "aws_cloudwatch_metric_alarm",
    ],
    "data_sources": ["aws_iam_policy_document"],
    "needs": [
        "Three queues get what is published to one topic.",
        "An alarm for each queue on the age of its oldest message.",
    ],
    "values": [{"name": "queue_names", "value": "three queues"}],
    "dependencies": [],
    "environment": "",
    "doubts": [],
    "against_the_rules": [],
}

BLUEPRINT: dict[str, Any] = {
    "service": SERVICE,
    "title": "Topic with queues",
    "summary": "A topic whose messages reach several queues, with an alarm on the age of each queue's oldest message.",
    "keywords": ["fan-out", "topic with queues"],
    "provider": {"version": ">= 5.40.0"},
    "name_tag": "var.name",
    "files": [{"name": name, "purpose": "Part of the fan-out"} for name in FILES],
    "variables": [
        {
            "name": "name",
            "type": "string",
            "description": "Name of the topic and prefix of the queues.",
            "nullable": False,
        },
        {
            "name": "queue_names",
            "type": "set(string)",
            "description": "Names of the queues, without the prefix.",
            "default": '["one", "two", "three"]',
            "nullable": False,
            "validation": [
                {
                    "condition": "length(var.queue_names) > 0",
                    "error_message": "There must be at least one queue.",
                }
            ],
        },
        {
            "name": "oldest_message_seconds",
            "type": "number",
            "description": "Age of a queue's oldest message from which on its alarm rings, in seconds.",
            "default": 300,
            "nullable": False,
            "validation": [
                {
                    "condition": "var.oldest_message_seconds >= 60",
                    "error_message": "The age must be at least 60 seconds.",
                }
            ],
        },
        {
            "name": "kms_key_id",
            "type": "string",
            "description": "Key that encrypts the topic.",
            "default": '"alias/aws/sns"',
            "nullable": False,
        },
        {
            "name": "alarm_actions",
            "type": "set(string)",
            "description": "ARNs that hear of the alarms.",
            "default": "[]",
            "nullable": False,
        },
    ],
    "locals": [{"name": "queues", "value": 'toset([for name in var.queue_names : "${var.name}-${name}"])'}],
    "data": [
        {
            "address": "aws_iam_policy_document.delivery",
            "guard": {"for_each": "local.queues"},
            "blocks": [
                {
                    "type": "statement",
                    "arguments": {
                        "sid": '"TopicMaySend"',
                        "actions": ['"sqs:SendMessage"'],
                        "resources": ["aws_sqs_queue.this[each.key].arn"],
                    },
                    "blocks": [
                        {
                            "type": "principals",
                            "arguments": {"type": '"Service"', "identifiers": ['"sns.amazonaws.com"']},
                        },
                        {
                            "type": "condition",
                            "arguments": {
                                "test": '"ArnEquals"',
                                "variable": '"aws:SourceArn"',
                                "values": ["aws_sns_topic.this.arn"],
                            },
                        },
                    ],
                }
            ],
        }
    ],
    "resources": [
        {
            "address": "aws_sns_topic.this",
            "arguments": {"name": "var.name", "kms_master_key_id": "var.kms_key_id"},
        },
        {
            "address": "aws_sqs_queue.this",
            "guard": {"for_each": "local.queues"},
            "arguments": {"name": "each.key", "sqs_managed_sse_enabled": True},
        },
        {
            "address": "aws_sqs_queue_policy.this",
            "file": "policies.tf",
            "guard": {"for_each": "local.queues"},
            "arguments": {
                "queue_url": "aws_sqs_queue.this[each.key].url",
                "policy": "data.aws_iam_policy_document.delivery[each.key].json",
            },
        },
        {
            "address": "aws_sns_topic_subscription.this",
            "guard": {"for_each": "local.queues"},
            "arguments": {
                "topic_arn": "aws_sns_topic.this.arn",
                "protocol": '"sqs"',
                "endpoint": "aws_sqs_queue.this[each.key].arn",
                "raw_message_delivery": True,
            },
        },
        {
            "address": "aws_cloudwatch_metric_alarm.oldest_message",
            "guard": {"for_each": "local.queues"},
            "arguments": {
                "alarm_name": '"${each.key}-oldest-message"',
                "namespace": '"AWS/SQS"',
                "metric_name": '"ApproximateAgeOfOldestMessage"',
                "comparison_operator": '"GreaterThanThreshold"',
                "statistic": '"Maximum"',
                "threshold": "var.oldest_message_seconds",
                "period": 60,
                "evaluation_periods": 5,
                "dimensions": {"QueueName": "aws_sqs_queue.this[each.key].name"},
                "alarm_actions": "var.alarm_actions",
            },
        },
    ],
    "outputs": [
        {"name": "topic_arn", "value": "aws_sns_topic.this.arn", "description": "ARN of the topic."},
        {
            "name": "queue_urls",
            "value": "{ for name, queue in aws_sqs_queue.this : name => queue.url }",
            "description": "URLs of the queues, by name.",
        },
    ],
    "controls": [
        {"id": "SQS.1", "title": "Queues are encrypted", "how": "sqs_managed_sse_enabled is always true."},
        {"id": "SNS.1", "title": "The topic is encrypted", "how": "kms_master_key_id is always set."},
    ],
    "scenarios": [
        {
            "name": "every_queue_is_fed_and_watched",
            "assertions": [
                {
                    "condition": "length(aws_sqs_queue.this) == 3",
                    "error_message": "There are not three queues.",
                },
                {
                    "condition": "alltrue([for queue in aws_sqs_queue.this : queue.sqs_managed_sse_enabled])",
                    "error_message": "A queue is not encrypted.",
                },
                {
                    "condition": "length(aws_cloudwatch_metric_alarm.oldest_message) == length(aws_sqs_queue.this)",
                    "error_message": "A queue has no alarm.",
                },
            ],
        },
        {
            "name": "refuses_an_alarm_below_a_minute",
            "variables": {"oldest_message_seconds": 10},
            "expect_failures": ["var.oldest_message_seconds"],
        },
    ],
    "mocks": [
        {
            "kind": "data",
            "type": "aws_iam_policy_document",
            "values": {"json": 'jsonencode({ Version = "2012-10-17", Statement = [] })'},
        }
    ],
    "example": {"name": '"orders"'},
}

SECURITY = [
    {
        "id": "SQS.1",
        "status": "PASS",
        "resource": "aws_sqs_queue.this",
        "check": "Encryption at rest",
        "done": "SSE with keys of SQS.",
    },
    {
        "id": "SNS.1",
        "status": "PASS",
        "resource": "aws_sns_topic.this",
        "check": "Encryption at rest",
        "done": "A KMS key, always.",
    },
]


def plan(**changes: Any) -> dict[str, Any]:
    """The arguments of `submit_plan`; changes are of the blueprint."""
    return {
        "blueprint": {**blueprint(), **changes},
        "features": [],
        "inputs": {},
        "security": SECURITY,
        "risk": "low",
    }


def blueprint() -> dict[str, Any]:
    """A copy that can be spoiled."""
    return copy.deepcopy(BLUEPRINT)


def resource(spoiled: dict[str, Any], address: str) -> dict[str, Any]:
    """One resource of a blueprint."""
    found: dict[str, Any] = next(item for item in spoiled["resources"] if item["address"] == address)
    return found
