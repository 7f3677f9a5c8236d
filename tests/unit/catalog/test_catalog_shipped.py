"""The catalog of hashicorp/aws 5.100.0 that ships."""

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.library import SHIPPED_FOLDER


def test_it_has_every_type_of_the_provider(aws: Catalog) -> None:
    names = (aws.resource_names, aws.data_source_names, aws.ephemeral_resource_names)
    assert [len(kind) for kind in names] == [1526, 608, 7]
    assert sorted(aws.functions) == ["arn_build", "arn_parse", "trim_iam_role_path"]
    assert (aws.provider, aws.version) == ("hashicorp/aws", "5.100.0")


def test_it_is_small() -> None:
    assert (SHIPPED_FOLDER / "aws-5.100.0.catalog.xz").stat().st_size < 150_000


@pytest.mark.parametrize("kind", ["resource", "data", "ephemeral"])
def test_every_type_can_be_read(aws: Catalog, kind: str) -> None:
    for name in aws.names(kind):  # type: ignore[arg-type]
        schema = aws.type(kind, name)  # type: ignore[arg-type]
        assert schema is not None
        assert schema.block.attributes or schema.block.blocks


def test_it_knows_the_facts_that_generation_rests_on(aws: Catalog) -> None:
    bucket = aws.resource("aws_s3_bucket")
    versioning = aws.resource("aws_s3_bucket_versioning")
    assert bucket is not None
    assert versioning is not None
    assert (bucket.taggable, versioning.taggable) == (True, False)
    assert bucket.block.attributes["acl"].deprecated
    assert versioning.block.attributes["bucket"].required
    configuration = versioning.block.blocks["versioning_configuration"]
    assert (configuration.nesting, configuration.min_items, configuration.max_items) == ("list", 1, 1)


def test_exactly_the_settable_wo_arguments_are_write_only(aws: Catalog) -> None:
    write_only = {
        f"{name}.{attribute.name}"
        for name in aws.resource_names
        if (schema := aws.resource(name))
        for attribute in schema.block.attributes.values()
        if attribute.write_only
    }
    assert write_only == {
        "aws_db_instance.password_wo",
        "aws_docdb_cluster.master_password_wo",
        "aws_rds_cluster.master_password_wo",
        "aws_redshift_cluster.master_password_wo",
        "aws_redshiftserverless_namespace.admin_user_password_wo",
        "aws_secretsmanager_secret_version.secret_string_wo",
        "aws_ssm_parameter.value_wo",
    }
