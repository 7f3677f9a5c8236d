"""Sentences of people: what the planner understands of each without a model, and what it says of those that nobody can."""

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.requirements import contradictions_of, requirements_of
from benchmarks.sentences.score import LEAST_RIGHT, SENTENCES, misunderstood


def test_nearly_all_sentences_are_understood(catalog: Catalog, facts: Facts) -> None:
    wrong = [text for item in SENTENCES if (text := misunderstood(item, catalog, facts))]

    assert len(SENTENCES) >= 60
    assert len(SENTENCES) - len(wrong) >= LEAST_RIGHT * len(SENTENCES), "\n".join(wrong)


def test_a_misspelt_service_is_found_with_less_confidence(catalog: Catalog, facts: Facts) -> None:
    found = requirements_of("a dynmodb table", catalog, facts)

    assert [item.service for item in found.services] == ["dynamodb"]
    assert found.services[0].confidence < 1
    assert found.notes == ("“dynmodb” was read as “dynamodb”: Amazon DynamoDB table.",)


def test_a_type_that_the_provider_does_not_have_is_refused_with_the_nearest_names(
    catalog: Catalog, facts: Facts
) -> None:
    with pytest.raises(UsageError, match="aws_sqs_queue"):
        requirements_of("an aws_sqs_queu", catalog, facts)


def test_ten_thousand_words_are_read_as_far_as_people_write_and_the_rest_is_said(
    catalog: Catalog, facts: Facts
) -> None:
    found = requirements_of("an SQS queue " + "and then some more words " * 2500, catalog, facts)

    assert [item.service for item in found.services] == ["sqs"]
    assert "only the first" in found.notes[0]


def test_values_of_one_service_do_not_reach_the_other(catalog: Catalog, facts: Facts) -> None:
    found = requirements_of("an SQS queue named jobs and an SNS topic named news", catalog, facts)

    assert [item.inputs["name"] for item in found.services] == ['"jobs"', '"news"']


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ("a flux capacitor", "No AWS service fits “a flux capacitor”"),
        ("an azure blob container", "asks for Microsoft Azure; modules are made for AWS alone"),
        ("GCP pub/sub topic", "asks for Google Cloud; modules are made for AWS alone"),
        ("eine Warteschlange", "No AWS service fits “eine Warteschlange”"),
        ("ein Eimer für Dateien", "No AWS service fits"),
        ("an aws_sqs_queeue", "has no resource type aws_sqs_queeue. Did you mean"),
    ],
)
def test_what_aws_does_not_have_is_refused_with_what_to_say_instead(
    catalog: Catalog, facts: Facts, request_: str, sentence: str
) -> None:
    with pytest.raises(UsageError) as refused:
        requirements_of(request_, catalog, facts)

    assert sentence in str(refused.value)
    assert "aws_sqs_queue" in str(refused.value) or "Name the AWS service" in str(refused.value)


@pytest.mark.parametrize(
    "request_",
    ["move our data from Azure to an S3 bucket", "a bucket like in google cloud, with versioning"],
)
def test_another_cloud_that_something_comes_from_is_not_asked_for(
    catalog: Catalog, facts: Facts, request_: str
) -> None:
    assert [item.service for item in requirements_of(request_, catalog, facts).services] == ["s3"]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ("a public encrypted private bucket", (("public", "private"),)),
        ("an encrypted queue that is unencrypted", (("encrypted", "unencrypted"),)),
        ("an internal internet-facing load balancer", (("internal", "internet-facing"),)),
        ("a VPC with public and private subnets", ()),
        ("a public load balancer and a private database", ()),
        ("a private bucket, not public", ()),
        ("a public ALB in front of a private service", ()),
    ],
)
def test_words_that_cannot_both_hold_of_one_thing(request_: str, words: tuple[tuple[str, str], ...]) -> None:
    assert contradictions_of(request_) == words
