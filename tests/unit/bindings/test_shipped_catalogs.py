"""The catalogs that were read from bindings and ship: they are there, whole, and say where they come from."""

import json
from functools import cache

import pytest

from aws_orchestrator.catalog import Catalog, load, shipped_library
from aws_orchestrator.catalog.library import SHIPPED_FOLDER, SUFFIX
from aws_orchestrator.catalog.model import TypeKind
from aws_orchestrator.cli.main import main
from tools.bindings.packages import CALIBRATION, SHIPPED, BindingPackage

NEWEST, FLOOR = "6.62.0", "5.40.0"
STATEMENTS = ("and_statement", "not_statement", "or_statement")


@cache
def aws(version: str) -> Catalog:
    return load(SHIPPED_FOLDER / f"aws-{version}{SUFFIX}")


@pytest.mark.parametrize("package", SHIPPED, ids=lambda package: f"{package.provider}-{package.version}")
def test_every_pinned_package_has_its_catalog(package: BindingPackage) -> None:
    catalog = load(SHIPPED_FOLDER / f"{package.provider}-{package.version}{SUFFIX}")
    assert (catalog.provider, catalog.version) == (f"hashicorp/{package.provider}", package.version)
    assert catalog.origin == "bindings"
    kinds: tuple[TypeKind, ...] = ("resource", "data", "ephemeral")
    assert None not in [catalog.type(kind, name) for kind in kinds for name in catalog.names(kind)]
    assert sum(len(catalog.names(kind)) for kind in kinds) > 0


def test_the_exact_catalog_says_so_and_all_data_together_is_small() -> None:
    assert aws(CALIBRATION.version).origin == "exact"
    assert sum(path.stat().st_size for path in SHIPPED_FOLDER.iterdir()) < 3_000_000


def test_catalog_list_shows_where_each_catalog_comes_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["catalog", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["catalogs"]
    origins = {(row["provider"], row["version"]): row["origin"] for row in listed}
    assert origins["hashicorp/aws", "5.100.0"] == "exact"
    assert origins["hashicorp/aws", NEWEST] == origins["hashicorp/tls", "4.1.0"] == "bindings"
    assert main(["catalog", "list"]) == 0
    assert "read from bindings, calibrated" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("constraint", "version"),
    [(">= 5.40.0", NEWEST), ("~> 5.40.0", FLOOR), ("~> 5.0", "5.100.0"), (">= 5.40, < 5.50", FLOOR)],
)
def test_the_highest_version_that_a_constraint_admits_is_chosen(constraint: str, version: str) -> None:
    catalog = shipped_library().choose("hashicorp/aws", constraint)
    assert catalog is not None
    assert catalog.version == version


def test_the_newest_aws_is_complete() -> None:
    catalog = aws(NEWEST)
    counts = [len(catalog.names(kind)) for kind in ("resource", "data", "ephemeral")]
    assert counts == [1711, 679, 10]
    assert sorted(catalog.functions) == ["arn_build", "arn_parse", "trim_iam_role_path", "user_agent"]
    bucket = catalog.resource("aws_s3_bucket")
    assert bucket is not None
    assert bucket.taggable
    assert bucket.block.attributes["region"].optional


def test_write_only_arguments_are_known_at_every_depth() -> None:
    database, windows = (
        aws(NEWEST).resource(name) for name in ("aws_db_instance", "aws_fsx_windows_file_system")
    )
    assert database is not None
    assert windows is not None
    assert database.block.attributes["password_wo"].write_only
    directory = windows.block.blocks["self_managed_active_directory"].block
    assert directory.attributes["password_wo"].write_only
    assert directory.attributes["password"].sensitive


def test_the_floor_has_nothing_that_came_later() -> None:
    catalog = aws(FLOOR)
    bucket = catalog.resource("aws_s3_bucket")
    assert bucket is not None
    assert not bucket.block.attributes["region"].settable
    assert catalog.ephemeral_resource_names == ()
    assert catalog.resource("aws_s3_bucket_metadata_table_configuration") is None


@pytest.mark.parametrize(
    ("version", "name", "way"),
    [
        (FLOOR, "aws_wafv2_web_acl", ("rule", "statement")),
        (NEWEST, "aws_wafv2_web_acl", ("rule", "statement")),
        (NEWEST, "aws_wafv2_rule_group", ("rule", "statement")),
        (NEWEST, "aws_wafv2_web_acl_rule", ("statement",)),
    ],
)
def test_statements_nest_as_deep_as_the_provider_lets_them(
    version: str, name: str, way: tuple[str, ...]
) -> None:
    found = aws(version).resource(name)
    assert found is not None
    block = found.block
    for step in way:
        block = block.blocks[step].block
    for _ in range(3):
        assert set(STATEMENTS) <= block.blocks.keys()
        block = block.blocks["or_statement"].block.blocks["statement"].block
    assert not set(STATEMENTS) & block.blocks.keys()
    assert block.blocks["geo_match_statement"].block.attributes["country_codes"].required


def test_nothing_that_can_be_set_is_left_untyped() -> None:
    for version in (FLOOR, NEWEST):
        catalog = aws(version)
        for name in catalog.resource_names:
            found = catalog.resource(name)
            assert found is not None
            loose = [key for key, value in found.block.attributes.items() if value.type == "dynamic"]
            # Manifests of any shape: the provider itself types these as dynamic.
            assert not loose, f"{name}: {loose}"
