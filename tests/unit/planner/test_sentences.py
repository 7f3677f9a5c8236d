"""Sixty sentences of people: what the planner understands of each without a model."""

import json
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.minds.builtin.planner.facts import Facts
from aws_orchestrator.minds.builtin.planner.requirements import requirements_of

SENTENCES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[3] / "benchmarks/sentences/sentences.json").read_text(encoding="utf-8")
)
# All but three must be right: language is not arithmetic, and the test names those that are wrong.
ALLOWED_WRONG = 3


def misunderstood(expected: dict[str, Any], catalog: Catalog, facts: Facts) -> str:
    """What is wrong with how a sentence was understood; empty when nothing is."""
    request = expected["request"]
    try:
        found = requirements_of(request, catalog, facts)
    except UsageError as error:
        wanted = expected.get("error")
        return "" if wanted and wanted in str(error) else f"{request}: {error}"
    if "error" in expected:
        return f"{request}: understood as {[item.service for item in found.services]}"
    services = [item.service for item in found.services]
    if services != expected["services"]:
        return f"{request}: services {services}, candidates {found.candidates}"
    if not set(expected.get("candidates", ())) <= set(found.candidates):
        return f"{request}: candidates {found.candidates}"
    if expected.get("environment", found.environment) != found.environment:
        return f"{request}: environment {found.environment!r}"
    if not found.services:
        return ""
    first = found.services[0]
    missing = set(expected.get("features", ())) - set(first.features)
    kept = set(expected.get("left_out", ())) - set(first.left_out)
    wrong = {
        name: first.inputs.get(name)
        for name, value in expected.get("inputs", {}).items()
        if first.inputs.get(name) != value
    }
    unasked = set(expected.get("questions", ())) - {question.variable for question in first.questions}
    problems = [missing, kept, wrong, unasked]
    return f"{request}: {problems}" if any(problems) else ""


def test_nearly_all_sentences_are_understood(catalog: Catalog, facts: Facts) -> None:
    wrong = [text for item in SENTENCES if (text := misunderstood(item, catalog, facts))]

    assert len(SENTENCES) >= 60
    assert len(wrong) <= ALLOWED_WRONG, "\n".join(wrong)


def test_a_misspelt_service_is_found_with_less_confidence(catalog: Catalog, facts: Facts) -> None:
    found = requirements_of("a dynmodb table", catalog, facts)

    assert [item.service for item in found.services] == ["dynamodb"]
    assert found.services[0].confidence < 1


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
