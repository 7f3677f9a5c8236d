"""A catalog holds every fact that it was built from, in bytes that depend on nothing else."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aws_orchestrator.catalog import Catalog, build_catalog, load
from aws_orchestrator.catalog.envelope import MARK
from aws_orchestrator.catalog.export import function_json
from aws_orchestrator.catalog.export import schema_json as exported
from aws_orchestrator.errors import CatalogError

ADDRESS = "registry.terraform.io/acme/cloud"
KINDS = {
    "resource_schemas": "resource",
    "data_source_schemas": "data",
    "ephemeral_resource_schemas": "ephemeral",
}


def without_sentences(value: Any) -> Any:
    """The schema's facts: no sentences, and nothing that is empty or false."""
    if isinstance(value, dict):
        return {
            key: without_sentences(inner)
            for key, inner in value.items()
            if not (key in {"description", "description_kind", "summary"} and isinstance(inner, str))
        }
    return value


def everything_in(catalog: Catalog) -> dict[str, Any]:
    written: dict[str, Any] = {"provider": exported(catalog.provider_schema)}
    for key, kind in KINDS.items():
        types = [catalog.type(kind, name) for name in catalog.names(kind)]  # type: ignore[arg-type]
        written[key] = {schema.name: exported(schema) for schema in types if schema}
    written["functions"] = {name: function_json(one) for name, one in catalog.functions.items()}
    return written


def catalog_of(provider: Any, version: str = "1.2.3") -> Catalog:
    document = {"format_version": "1.0", "provider_schemas": {ADDRESS: provider}}
    return Catalog(build_catalog(json.dumps(document).encode(), version), "a test")


def test_a_catalog_gives_back_every_fact_of_the_schema(invented: Catalog, schema: dict[str, Any]) -> None:
    facts = without_sentences(schema)
    facts["functions"]["join_names"]["deprecation_message"] = "deprecated"
    assert everything_in(invented) == facts


def test_a_catalog_knows_its_provider_and_version(invented: Catalog) -> None:
    assert (invented.provider, invented.source, invented.version) == ("acme/cloud", ADDRESS, "1.2.3")
    assert list(invented.provider_block.attributes) == ["token"]


def test_flags_and_limits_are_told_apart(invented: Catalog) -> None:
    box = invented.resource("cloud_box")
    assert box is not None
    assert (box.version, box.kind, box.taggable) == (3, "resource", True)
    attributes = box.block.attributes
    assert attributes["secret_wo"].write_only
    assert attributes["secret_wo"].sensitive
    assert attributes["old_name"].deprecated
    assert (attributes["id"].settable, attributes["size"].settable) == (False, True)
    rule = box.block.blocks["rule"]
    assert (rule.nesting, rule.min_items, rule.max_items, rule.required) == ("list", 1, 4, True)
    assert rule.block.deprecated
    assert box.block.blocks["timeouts"].max_items == 0


def test_a_nested_attribute_type_has_the_type_that_follows_from_it(invented: Catalog) -> None:
    box = invented.resource("cloud_box")
    assert box is not None
    doors = box.block.attributes["doors"]
    assert doors.nested is not None
    assert doors.nested.attributes["lock"].nested is not None
    assert doors.type == ["list", ["object", {"colour": "string", "lock": ["object", {"code": "string"}]}]]


def test_exported_tags_do_not_make_a_type_taggable(invented: Catalog) -> None:
    box = invented.data_source("cloud_box")
    assert box is not None
    assert not box.taggable


def test_a_function_keeps_its_parameters(invented: Catalog) -> None:
    function = invented.function("join_names")
    assert function is not None
    assert function.variadic is not None
    assert [parameter.nullable for parameter in function.parameters] == [True]
    assert (function.variadic.name, function.return_type, function.deprecated) == (
        "names",
        ["list", "string"],
        True,
    )


def test_what_the_provider_does_not_have_is_none(invented: Catalog) -> None:
    assert invented.resource("cloud_token") is None
    assert invented.data_source("cloud_empty") is None
    assert invented.ephemeral_resource("cloud_box") is None
    assert invented.function("later") is None
    assert invented.argument_names("resource", "nothing") == ()


def test_the_order_of_the_input_does_not_change_the_file(schema: dict[str, Any]) -> None:
    def reversed_keys(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: reversed_keys(value[key]) for key in reversed(value)}
        return [reversed_keys(inner) for inner in value] if isinstance(value, list) else value

    assert catalog_of(schema).digest == catalog_of(reversed_keys(schema)).digest


# --- write-only arguments ------------------------------------------------------------------------------------------


def test_the_schemas_own_write_only_flag_is_believed(schema: dict[str, Any]) -> None:
    attributes = schema["resource_schemas"]["cloud_box"]["block"]["attributes"]
    attributes["plain_wo"] = {"type": "string", "optional": True}
    box = catalog_of(schema).resource("cloud_box")
    assert box is not None
    assert [name for name, one in box.block.attributes.items() if one.write_only] == ["secret_wo"]


def test_without_the_flag_settable_arguments_named_wo_are_write_only(schema: dict[str, Any]) -> None:
    """Terraform before 1.11 does not write the flag."""
    del schema["resource_schemas"]["cloud_box"]["block"]["attributes"]["secret_wo"]["write_only"]
    box = catalog_of(schema).resource("cloud_box")
    assert box is not None
    assert [name for name, one in box.block.attributes.items() if one.write_only] == ["secret_wo"]


# --- any schema ----------------------------------------------------------------------------------------------------

names = st.text("abcdefghij_", min_size=1, max_size=6)
flags = st.sampled_from(["required", "optional", "computed", "sensitive", "deprecated", "write_only"])
types = st.recursive(
    st.sampled_from(["string", "number", "bool", "dynamic"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["list", "set", "map"]), inner).map(list),
        st.lists(inner, max_size=3).map(lambda elements: ["tuple", elements]),
        st.dictionaries(names, inner, max_size=3).map(lambda members: ["object", members]),
    ),
    max_leaves=5,
)


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(names, values, min_size=1, max_size=3)


def flagged(values: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    marks = st.sets(flags).map(lambda chosen: dict.fromkeys(chosen, True))
    return st.builds(lambda value, marked: value | marked, st.fixed_dictionaries(values), marks)


attributes = st.recursive(
    flagged({"type": types}),
    lambda inner: flagged(
        {
            "nested_type": st.fixed_dictionaries(
                {"attributes": some(inner), "nesting_mode": st.sampled_from(["single", "list", "set", "map"])}
            )
        }
    ),
    max_leaves=4,
)
blocks = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={"attributes": some(attributes), "deprecated": st.just(True)},
    ),
    lambda inner: st.fixed_dictionaries(
        {
            "block_types": some(
                st.fixed_dictionaries(
                    {
                        "nesting_mode": st.sampled_from(["single", "list", "set", "map", "group"]),
                        "block": inner,
                    },
                    optional={"min_items": st.integers(1, 9), "max_items": st.integers(1, 9)},
                )
            )
        },
        optional={"attributes": some(attributes)},
    ),
    max_leaves=6,
)
schemas = st.fixed_dictionaries({"version": st.integers(0, 9), "block": blocks})
parameters = st.fixed_dictionaries({"name": names, "type": types}, optional={"is_nullable": st.just(True)})
functions = st.fixed_dictionaries(
    {"return_type": types},
    optional={"parameters": st.lists(parameters, min_size=1, max_size=2), "variadic_parameter": parameters},
)
# When nothing in a schema has the flag, names decide (see above); here one argument always has it.
SAYS_WRITE_ONLY = {"version": 0, "block": {"attributes": {"marker": {"type": "string", "write_only": True}}}}
providers = st.fixed_dictionaries(
    {
        "provider": st.just(SAYS_WRITE_ONLY),
        **{key: st.dictionaries(names, schemas, max_size=3) for key in KINDS},
        "functions": st.dictionaries(names, functions, max_size=2),
    }
)


@settings(max_examples=40, deadline=None)
@given(providers)
@example({"provider": {"version": 0, "block": {}}, **{key: {} for key in KINDS}, "functions": {}})
def test_any_schema_comes_back_as_it_went_in(provider: dict[str, Any]) -> None:
    catalog = catalog_of(provider)
    assert everything_in(catalog) == provider


@settings(max_examples=30, deadline=None)
@given(providers, st.data())
def test_a_schema_hash_depends_on_the_type_and_not_on_its_neighbours(
    provider: dict[str, Any], data: st.DataObject
) -> None:
    block = data.draw(blocks)
    alone = {"version": 1, "block": block}
    one = catalog_of({"provider": SAYS_WRITE_ONLY, "resource_schemas": {"t": alone}})
    other = catalog_of(
        {**provider, "resource_schemas": {**provider["resource_schemas"], "t": alone}},
        "9.0.0",
    )
    assert one.schema_hash(["t"]) == other.schema_hash(["resource:t"])


# --- hashes --------------------------------------------------------------------------------------------------------


def test_a_schema_hash_notices_a_change_deep_inside(schema: dict[str, Any]) -> None:
    before = catalog_of(schema)
    rule = schema["resource_schemas"]["cloud_box"]["block"]["block_types"]["rule"]["block"]
    rule["block_types"]["match"]["block"]["attributes"]["path"]["required"] = False
    after = catalog_of(schema)
    assert before.schema_hash(["cloud_box"]) != after.schema_hash(["cloud_box"])
    assert before.schema_hash(["data.cloud_box"]) == after.schema_hash(["data:cloud_box"])


def test_a_schema_hash_notices_that_a_type_is_gone(schema: dict[str, Any]) -> None:
    before = catalog_of(schema).schema_hash(["cloud_box", "cloud_empty"])
    del schema["resource_schemas"]["cloud_empty"]
    assert catalog_of(schema).schema_hash(["cloud_box", "cloud_empty"]) != before


def test_a_schema_hash_ignores_order_and_repetition(invented: Catalog) -> None:
    names = ["cloud_box", "data.cloud_box", "ephemeral.cloud_token"]
    assert invented.schema_hash(names) == invented.schema_hash([*reversed(names), "resource:cloud_box"])


# --- files that are no catalog -------------------------------------------------------------------------------------


def packed(*lines: object) -> bytes:
    return lzma.compress("\n".join(json.dumps(line) for line in lines).encode())


HEADER = {"format": MARK, "format_version": 1, "provider": ADDRESS, "version": "1.2.3"}
INDEX = {
    "provider": [0, 0],
    "resources": {"cloud_box": [0, 1]},
    "data_sources": {},
    "ephemeral_resources": {},
    "functions": {},
    "attribute_shapes": [],
    "block_shapes": [["list", 0, 0]],
}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is cut off"),
        (b"no xz at all", "is corrupt"),
        (lzma.compress(b"a letter"), "is not a catalog of AWS Orchestrator"),
        (packed({"format_version": "1.0"}), "is not a catalog of AWS Orchestrator"),
        (packed({**HEADER, "format_version": 2}), "has format version 2, newer than the 1"),
        (packed({**HEADER, "format_version": "x"}), "is corrupt"),
        (packed({**HEADER, "version": "latest"}), "no provider version"),
        (packed(HEADER), "is corrupt"),
        (packed(HEADER, {}), "is corrupt"),
        (packed(HEADER, []), "is corrupt"),
    ],
)
def test_a_file_that_is_no_catalog_is_refused_with_a_sentence(
    content: bytes, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.catalog.xz"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=sentence) as refusal:
        load(path)
    assert str(path) in str(refusal.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be read: No such file"):
        load(tmp_path / "none.catalog.xz")


@pytest.mark.parametrize(
    "block",
    [
        [[], ["rule", 0, 1], 0],  # itself
        [[], ["rule", 0, 7], 0],  # not there
        [[], ["rule", 9, 0], 0],  # a shape that is not there
        [["name"], [], 0],
        [["name", 3], [], 0],
        {"attributes": {}},
        17,
    ],
)
def test_a_block_that_does_not_hold_together_is_told_when_it_is_asked_for(block: object) -> None:
    catalog = Catalog(packed(HEADER, INDEX, [[], [], 0], block), "damaged.catalog.xz")
    assert catalog.provider_block.attributes == {}
    with pytest.raises(CatalogError, match=r"damaged\.catalog\.xz is corrupt"):
        catalog.resource("cloud_box")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_and_never_misread(data: st.DataObject) -> None:
    whole = build_catalog((Path(__file__).parent / "invented.schema.json").read_bytes(), "1.2.3")
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytes([whole[place] ^ data.draw(st.integers(1, 255))])
    damaged = data.draw(st.sampled_from([whole[:place], whole[:place] + flipped + whole[place + 1 :]]))
    with pytest.raises(CatalogError):
        Catalog(damaged, "damaged")
