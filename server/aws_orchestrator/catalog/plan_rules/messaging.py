"""Queues, topics, alarms, and machine learning behind an interface."""

from collections.abc import Mapping

from aws_orchestrator.catalog.plan_rules.conditions import (
    PlanRule,
    being,
    ending,
    having,
    inside,
    lacking,
    within,
)


def _fifo(noun: str, flag: str, *only: str) -> tuple[PlanRule, ...]:
    named = ending("name", ".fifo")
    return (
        PlanRule("name", having(flag) & having("name") & ~named, f"The name of a FIFO {noun} ends in .fifo."),
        PlanRule("name", lacking(flag) & named, f"A name that ends in .fifo needs {flag} = true."),
        *(PlanRule(one, lacking(flag) & having(one), f"Only a FIFO {noun} has {one}.") for one in only),
    )


RULES: Mapping[str, tuple[PlanRule, ...]] = {
    "aws_cloudwatch_metric_alarm": (
        PlanRule(
            "metric_name",
            having("metric_name") & lacking("statistic") & lacking("extended_statistic"),
            "An alarm on one metric needs statistic or extended_statistic.",
        ),
    ),
    "aws_comprehend_document_classifier": (
        PlanRule(
            "input_data_config",
            being("mode", None, "MULTI_CLASS") & inside("input_data_config", having("label_delimiter")),
            "Only a classifier of mode MULTI_LABEL has a label_delimiter.",
        ),
    ),
    "aws_sagemaker_endpoint_configuration": (
        PlanRule(
            "data_capture_config",
            within(
                "data_capture_config/capture_content_type_header",
                lacking("csv_content_types") & lacking("json_content_types"),
            ),
            "capture_content_type_header needs csv_content_types or json_content_types.",
        ),
    ),
    "aws_sns_topic": _fifo(
        "topic", "fifo_topic", "content_based_deduplication", "archive_policy", "fifo_throughput_scope"
    ),
    "aws_sns_topic_subscription": (
        PlanRule(
            "filter_policy_scope",
            having("filter_policy_scope") & lacking("filter_policy"),
            "filter_policy_scope needs filter_policy.",
        ),
    ),
    "aws_sqs_queue": _fifo("queue", "fifo_queue", "content_based_deduplication"),
}
