"""What the built-in mind makes of a sentence with the shipped S3 skill."""

from pathlib import Path

import pytest

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.skill import SUFFIX, SkillSummary, read_blueprint
from aws_orchestrator.minds.builtin.mind import BuiltinMind
from aws_orchestrator.shipped import shipped_folder


@pytest.fixture(scope="module")
def s3() -> Blueprint:
    return read_blueprint(shipped_folder("skills") / f"s3{SUFFIX}")


@pytest.mark.parametrize(
    ("sentence", "added", "left_out", "inputs"),
    [
        ("a bucket", "", "", {}),
        (
            "encrypted bucket with versioning and access logging to my-logs",
            "access_logging",
            "",
            {"logging_target_bucket": '"my-logs"'},
        ),
        ("a bucket without versioning", "", "versioning", {}),
        (
            "a bucket, no versioning, logs to my-logs",
            "access_logging",
            "versioning",
            {"logging_target_bucket": '"my-logs"'},
        ),
        ("unencrypted bucket named demo-1", "", "encryption", {"bucket_name": '"demo-1"'}),
        ("a bucket with CORS and a static website", "cors website", "", {}),
        ("暗号化されたS3バケット", "", "", {}),
    ],
)
async def test_a_sentence_selects_features_and_values(
    s3: Blueprint, sentence: str, added: str, left_out: str, inputs: dict[str, str]
) -> None:
    understood = await BuiltinMind().understand(sentence, s3)
    defaults = {feature.name for feature in s3.features if feature.default}

    assert set(understood.features) - defaults == set(added.split())
    assert set(understood.left_out) == set(left_out.split())
    assert understood.inputs == inputs


@pytest.mark.parametrize(
    "sentence",
    [
        "a bucket with no public access",
        "a bucket without public access",
        "a private bucket",
        "a bucket that is not public",
    ],
)
async def test_a_bucket_that_must_not_be_public_is_closed_to_the_public(s3: Blueprint, sentence: str) -> None:
    assert "public_access_block" in (await BuiltinMind().understand(sentence, s3)).features


async def test_a_feature_falls_with_what_it_needs(s3: Blueprint) -> None:
    understood = await BuiltinMind().understand("a bucket with replication but without versioning", s3)

    assert "replication" not in understood.features
    assert "versioning" in understood.left_out


@pytest.mark.parametrize(
    ("request_", "services"),
    [
        ("an s3 bucket", ("s3",)),
        ("a bucket that is not public", ("s3",)),
        ("not a bucket but a queue", ("queue",)),
        ("a database", ("dynamodb", "rds")),
        ("a volcano", ()),
    ],
)
async def test_a_service_is_chosen_by_what_the_request_wants(
    request_: str, services: tuple[str, ...]
) -> None:
    skills = [
        SkillSummary(service, service, keywords, Path())
        for service, keywords in (
            ("s3", ("s3", "bucket")),
            ("queue", ("queue",)),
            ("rds", ("database",)),
            ("dynamodb", ("database", "table")),
        )
    ]
    assert await BuiltinMind().choose_service(request_, skills) == services
