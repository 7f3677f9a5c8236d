"""The bytes of the schema provider, read back with the generated stubs, and the store that keeps them."""

from pathlib import Path

import pytest
from tf.gen import tfplugin_pb2

from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.catalog.catalog import Catalog
from aws_orchestrator.catalog.model import Attribute, Block, NestedAttributeType, NestedBlock, TypeSchema
from aws_orchestrator.terraform import wire
from aws_orchestrator.terraform.reattach import endpoints, reattach_variable
from aws_orchestrator.terraform.schema_store import SchemaStore, load_schema


@pytest.fixture(scope="module")
def aws(library: CatalogLibrary) -> Catalog:
    catalog = library.choose("hashicorp/aws", "= 5.100.0")
    assert catalog is not None
    return catalog


@pytest.fixture(scope="module")
def kept(aws: Catalog, cache: Path) -> bytes:
    content = load_schema(SchemaStore(cache).path_of(aws, cache))
    assert content is not None
    return content


def test_every_type_is_there_with_its_flags_and_nesting(aws: Catalog, kept: bytes) -> None:
    read = tfplugin_pb2.GetProviderSchema.Response.FromString(kept)
    assert sorted(read.resource_schemas) == list(aws.resource_names)
    assert sorted(read.data_source_schemas) == list(aws.data_source_names)
    assert sorted(read.functions) == sorted(aws.functions)
    assert read.server_capabilities.get_provider_schema_optional
    for name in ("aws_s3_bucket", "aws_instance", "aws_wafv2_web_acl"):
        schema = aws.resource(name)
        assert schema is not None
        same_block(schema.block, read.resource_schemas[name].block)


def same_block(block: Block, read: "tfplugin_pb2.Schema.Block") -> None:
    flags = {
        attribute.name: (
            attribute.required,
            attribute.optional,
            attribute.computed,
            attribute.sensitive,
            attribute.deprecated,
        )
        for attribute in read.attributes
    }
    assert flags == {
        name: (a.required, a.optional, a.computed, a.sensitive, a.deprecated)
        for name, a in block.attributes.items()
    }
    nested = {inner.type_name: inner for inner in read.block_types}
    assert nested.keys() == block.blocks.keys()
    for name, inner in block.blocks.items():
        assert (inner.min_items, inner.max_items) == (nested[name].min_items, nested[name].max_items)
        assert nested[name].NestingMode.Name(nested[name].nesting) == inner.nesting.upper()
        same_block(inner.block, nested[name].block)


def encoded(block: Block) -> "tfplugin_pb2.Schema":
    schema = TypeSchema("x", "resource", 3, block)
    return tfplugin_pb2.Schema.FromString(wire._type_schema(schema))


def test_a_set_block_that_holds_any_value_becomes_a_list_because_terraform_refuses_the_set() -> None:
    inner = Block({"any": Attribute("any", "dynamic", optional=True)}, {})
    read = encoded(Block({}, {"b": NestedBlock("b", "set", 0, 0, inner)}))
    assert read.block.block_types[0].nesting == tfplugin_pb2.Schema.NestedBlock.LIST


def test_nested_attribute_types_and_large_numbers_survive() -> None:
    member = Attribute("m", ["set", "string"], required=True)
    nested = Attribute(
        "n", ["list", "string"], optional=True, nested=NestedAttributeType("list", {"m": member})
    )
    read = encoded(Block({"n": nested}, {"b": NestedBlock("b", "list", 1, 100_000, Block({}, {}))}))
    assert read.version == 3
    assert read.block.attributes[0].nested_type.attributes[0].type == b'["set","string"]'
    assert read.block.block_types[0].max_items == 100_000


def test_damaged_bytes_are_made_again(aws: Catalog, kept: bytes, tmp_path: Path) -> None:
    store = SchemaStore(tmp_path)
    path = store.path_of(aws, tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    assert load_schema(path) is None
    assert load_schema(store.path_of(aws, tmp_path)) == kept
    assert list(tmp_path.iterdir()) == [path]


def test_a_cache_that_cannot_be_written_is_replaced_by_a_temporary_one(aws: Catalog, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    path = SchemaStore(blocked).path_of(aws, tmp_path / "spare")
    assert path.parent == tmp_path / "spare"
    assert load_schema(path) is not None


def test_a_path_too_long_for_a_socket_is_served_on_the_loopback(tmp_path: Path) -> None:
    short = endpoints(["registry.terraform.io/hashicorp/aws"], Path("/t"), "w1")
    assert short == {"registry.terraform.io/hashicorp/aws": "unix:/t/w1-0"}
    (long,) = endpoints(["x/y/z"], Path("/t") / ("d" * 120), "w1").values()
    assert long.startswith("127.0.0.1:")
    assert '"tcp"' in reattach_variable({"x/y/z": long})
