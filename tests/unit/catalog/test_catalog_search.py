"""People find a type with the words they would use for it."""

import pytest

from aws_orchestrator.catalog import Catalog, did_you_mean, nearest, search


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("s3 bucket encryption", "aws_s3_bucket_server_side_encryption_configuration"),
        ("s3 versioning", "aws_s3_bucket_versioning"),
        ("s3 bucket", "aws_s3_bucket"),
        ("a bucket for s3", "aws_s3_bucket"),
        ("lambda function", "aws_lambda_function"),
        ("sqs queue", "aws_sqs_queue"),
        ("dynamo table", "aws_dynamodb_table"),
        ("dynmodb", "aws_dynamodb_table"),
        ("vpc", "aws_vpc"),
        ("log group", "aws_cloudwatch_log_group"),
        ("security groups", "aws_security_groups"),
        ("message_retention_seconds", "aws_sqs_queue"),
        ("aws_kms_key", "aws_kms_key"),
    ],
)
def test_the_meant_type_comes_first(aws: Catalog, words: str, name: str) -> None:
    assert search(aws, words)[0].name == name


def test_a_search_takes_a_sentence_or_its_words(aws: Catalog) -> None:
    assert search(aws, "iam role policy") == search(aws, ["iam", "role", "policy"])


def test_hits_fall_in_score_and_resources_come_before_data_sources(aws: Catalog) -> None:
    hits = search(aws, "kms key", 500)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.kind for hit in hits[:2]] == ["resource", "data"]


def test_the_limit_is_kept(aws: Catalog) -> None:
    assert len(search(aws, "policy", 7)) == 7


@pytest.mark.parametrize("words", ["", "the of and", "aws", "qqqqqqqq", "!?"])
def test_words_that_say_nothing_find_nothing(aws: Catalog, words: str) -> None:
    assert search(aws, words) == ()


def test_arguments_are_weaker_evidence_than_names(aws: Catalog) -> None:
    names = [hit.name for hit in search(aws, "visibility timeout", 500)]
    assert "aws_sqs_queue" in names


@pytest.mark.parametrize(
    ("wrong", "known", "meant"),
    [
        ("bukcet", ["bucket", "bucket_prefix", "acl"], "bucket"),
        ("Name", ["name", "tags"], "name"),
        ("s3_versioning", ["s3_bucket_versioning", "s3_bucket"], "s3_bucket_versioning"),
        ("vpcid", ["vpc_id", "id"], "vpc_id"),
    ],
)
def test_a_misspelled_name_is_recognised(wrong: str, known: list[str], meant: str) -> None:
    assert nearest(wrong, known)[0] == meant


def test_nothing_near_is_nothing() -> None:
    assert nearest("zzz", ["bucket", "acl"]) == ()
    assert did_you_mean("zzz", ["bucket", "acl"]) == ""


def test_did_you_mean_reads_like_a_question() -> None:
    assert did_you_mean("bucket_acls", ["bucket_acl"]) == ' Did you mean "bucket_acl"?'
    assert did_you_mean("role_a", ["role_b", "role_c"]) == ' Did you mean "role_b" or "role_c"?'
