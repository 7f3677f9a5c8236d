"""`terraform providers schema -json` is read strictly: what is not that is refused with a sentence."""

import json
from typing import Any

import pytest

from aws_orchestrator.catalog import Catalog, build_catalog
from aws_orchestrator.errors import CatalogError, UsageError

EMPTY: dict[str, Any] = {"provider": {"version": 0, "block": {}}}


def document(**providers: Any) -> bytes:
    return json.dumps({"format_version": "1.0", "provider_schemas": providers}).encode()


def with_attribute(attribute: Any) -> bytes:
    block = {"attributes": {"name": attribute}}
    return document(cloud={"resource_schemas": {"cloud_box": {"version": 0, "block": block}}})


def test_one_of_several_providers_must_be_chosen() -> None:
    two = document(
        **{"registry.terraform.io/hashicorp/aws": EMPTY, "registry.terraform.io/acme/cloud": EMPTY}
    )
    with pytest.raises(
        CatalogError, match="2 providers, choose one with --provider: acme/cloud, hashicorp/aws"
    ):
        build_catalog(two, "1.0.0")
    with pytest.raises(CatalogError, match="no provider hashicorp/random; it has: acme/cloud, hashicorp/aws"):
        build_catalog(two, "1.0.0", "random")
    for written in ("aws", "hashicorp/aws", "registry.terraform.io/hashicorp/aws"):
        assert Catalog(build_catalog(two, "1.0.0", written), "two").provider == "hashicorp/aws"


def test_opentofu_and_terraform_describe_the_same_provider() -> None:
    tofu = document(**{"registry.opentofu.org/hashicorp/aws": EMPTY})
    terraform = document(**{"registry.terraform.io/hashicorp/aws": EMPTY})
    assert build_catalog(tofu, "1.0.0") == build_catalog(terraform, "1.0.0")


def test_a_provider_of_another_registry_keeps_its_host() -> None:
    catalog = Catalog(
        build_catalog(document(**{"registry.acme.example/acme/cloud": EMPTY}), "1.0.0"), "other"
    )
    assert catalog.provider == catalog.source == "registry.acme.example/acme/cloud"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (b"", "not complete JSON"),
        (document(cloud=EMPTY)[:-9], "not complete JSON"),
        (b"\xff\xfe{", "not complete JSON"),
        (b"[" * 100_000, "not complete JSON"),
        (b"[]", 'no "provider_schemas"'),
        (b'{"format_version": "1.0", "values": {}}', 'no "provider_schemas"'),
        (b'{"format_version": "2.0", "provider_schemas": {}}', "format version '2.0'"),
        (b'{"provider_schemas": {}}', "format version None"),
        (document(), "has 0 providers"),
        (document(cloud=[]), "cloud should be an object"),
        (
            document(cloud={"resource_schemas": {"x": {"version": -1}}}),
            r"resource_schemas\.x\.version should be a count",
        ),
        (with_attribute({"type": "text"}), r"attributes\.name\.type should be a type"),
        (with_attribute({"type": ["list"]}), r"attributes\.name\.type should be a type"),
        (with_attribute({"type": ["object", {"a": "string"}, ["b"]]}), "should be a type"),
        (with_attribute({"optional": True}), r"attributes\.name\.type should be a type"),
        (with_attribute({"type": "string", "required": 1}), r"name\.required should be true or false"),
        (
            with_attribute({"nested_type": {"nesting_mode": "group"}}),
            r"nesting_mode should be one of single, list",
        ),
        (
            document(cloud={"functions": {"f": {"return_type": "string", "parameters": {}}}}),
            "parameters should be a list",
        ),
    ],
)
def test_what_terraform_did_not_write_is_refused(written: bytes, sentence: str) -> None:
    with pytest.raises(CatalogError, match=sentence):
        build_catalog(written, "1.0.0")


@pytest.mark.parametrize("version", ["", "5.100", "v5.100.0", "latest", "5.100.0.1"])
def test_a_version_must_have_three_numbers(version: str) -> None:
    with pytest.raises(UsageError, match="is not a provider version"):
        build_catalog(document(cloud=EMPTY), version)


def test_a_schema_that_nests_without_end_is_refused() -> None:
    block: dict[str, Any] = {}
    for _ in range(120):
        block = {"block_types": {"b": {"nesting_mode": "list", "block": block}}}
    deep = json.dumps(block)
    for _ in range(4):
        deep = deep.replace('"block": {}', f'"block": {json.dumps(block)}')
    text = document(cloud={"provider": {"version": 0, "block": "here"}}).decode().replace('"here"', deep)
    with pytest.raises(CatalogError, match=r"nests deeper|not complete JSON"):
        build_catalog(text.encode(), "1.0.0")
