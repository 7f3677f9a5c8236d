"""The files of learned knowledge: what is written is read, and what cannot be read is told in a sentence."""

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.catalog import Catalog, build_catalog, shipped_library
from aws_orchestrator.catalog.knowledge import Checks, Fact, Group, TypeChecks, knowledge_of
from aws_orchestrator.catalog.knowledge_constraints import Constraints, write_constraints
from aws_orchestrator.catalog.knowledge_file import Subject, file_name
from aws_orchestrator.catalog.knowledge_later import LaterValues
from aws_orchestrator.catalog.knowledge_replacement import Replacement, Replacements, write_replacement
from aws_orchestrator.catalog.plugin.messages import write_text
from aws_orchestrator.catalog.plugin.values import write_dynamic
from aws_orchestrator.errors import CatalogError
from aws_orchestrator.terraform.provider_checks import ProviderChecks

SUBJECT = Subject("registry.terraform.io/hashicorp/aws", "5.100.0")
NAMES = st.sampled_from(["a", "b", "c"])
FACTS = st.builds(
    Fact,
    values=st.lists(st.text(), max_size=3).map(tuple),
    fold=st.booleans(),
    low=st.none() | st.integers(-5, 5),
    longest=st.none() | st.integers(0, 9),
    format=st.sampled_from(["", "arn", "json"]),
    unread=st.booleans(),
    element=st.none() | st.builds(Fact, shortest=st.integers(1, 3)),
)
GROUPS = st.builds(Group, st.sampled_from(["exactly_one", "conflict"]), st.just(("a", "b/c")))
CHECKS = st.recursive(
    st.builds(Checks, st.dictionaries(NAMES, FACTS), st.just({}), st.lists(GROUPS, max_size=2).map(tuple)),
    lambda inner: st.builds(Checks, st.dictionaries(NAMES, FACTS), st.dictionaries(NAMES, inner, max_size=2)),
    max_leaves=6,
)


@given(st.dictionaries(NAMES, st.builds(TypeChecks, CHECKS, st.booleans())))
@settings(max_examples=40, deadline=None)
def test_constraints_survive_the_file(
    tmp_path_factory: pytest.TempPathFactory, types: dict[str, TypeChecks]
) -> None:
    path = tmp_path_factory.mktemp("k") / "x.constraints.xz"
    path.write_bytes(write_constraints(SUBJECT, {("resource", name): one for name, one in types.items()}, {}))
    read = Constraints(path)
    assert read.names("resource") == tuple(sorted(types))
    assert {name: read.checks("resource", name) for name in types} == types
    assert read.checks("resource", "gone") is None
    assert read.checks("data", "a") is None


def test_equal_checks_are_written_once(tmp_path: Path) -> None:
    same = TypeChecks(Checks({"a": Fact(values=("x",))}))
    path = tmp_path / "x.xz"
    path.write_bytes(
        write_constraints(SUBJECT, {("resource", f"t{number}"): same for number in range(9)}, {})
    )
    assert len(lzma.decompress(path.read_bytes()).split(b"\n")) == 3


def test_replacement_survives_the_file(tmp_path: Path) -> None:
    known = Replacement(
        {
            "a": frozenset({"change", "change_back"}),
            "b/c": frozenset({"change"}),
            "g": frozenset({"inside_set"}),
        },
        {"d": 5},
        frozenset({"e", "f/*"}),
        {"b/c": (("y", "x"),)},
    )
    path = tmp_path / "x.replacement.xz"
    path.write_bytes(write_replacement(SUBJECT, {"t": known}, ["u"]))
    read = Replacements(path)
    assert read.of("t") == known
    assert read.of("u") is None
    assert read.not_asked == {"u"}
    assert [known.when(name) for name in ("a", "b/c", "x", "e", "f/deep/er", "f")] == [
        "always",
        "one_direction",
        "never",
        "unknown",
        "unknown",
        "never",
    ]


def test_a_change_that_replaces_in_one_direction_only_is_told_by_its_values() -> None:
    known = Replacement(
        {
            "tenancy": frozenset({"change_back", "set"}),
            "size": frozenset({"change_back"}),
            "mode": frozenset({"change"}),
        },
        stays={
            "tenancy": (("dedicated", "default"),),
            "size": ((1, 2),),
            "mode": ((False, True),),
        },
    )
    asked = [
        ("tenancy", "default", "dedicated", True),
        ("tenancy", "dedicated", "default", False),
        ("tenancy", "default", "host", True),
        ("tenancy", None, "dedicated", True),
        ("tenancy", "dedicated", None, False),
        ("size", 10, 50, False),
        ("size", 50, 10, True),
        ("mode", False, True, False),
        ("mode", True, False, True),
        ("other", 1, 2, False),
    ]
    for path, before, after, replaced in asked:
        assert known.replaced_by(path, before, after) is replaced, (path, before, after)


def packed(first: Any, *lines: str) -> bytes:
    return lzma.compress("\n".join([json.dumps(first), *lines]).encode())


HEADER = {
    "format": "aws-orchestrator constraints",
    "format_version": 1,
    "provider": "hashicorp/aws",
    "version": "5.100.0",
}
INDEX = '{"resources":{"t":[7,0]},"data_sources":{},"provider":{},"facts":[]}'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is cut off"),
        (b"not xz at all, but long enough", "is corrupt"),
        (packed(HEADER)[:-9], "is cut off|is corrupt"),
        (packed({"format": "aws-orchestrator catalog"}), "does not hold constraints"),
        (packed(HEADER | {"format_version": 2}), "format version 2, newer than the 1"),
        (packed(HEADER | {"provider": 3}), "does not say"),
        (packed(HEADER), "is corrupt"),
        (packed(HEADER, "[]"), "is corrupt"),
        (packed(HEADER, INDEX), "object 7 is named"),
        (packed(HEADER, INDEX.replace("7", "0"), "[[],[],[[3]]]"), "is corrupt"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.constraints.xz"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=said):
        Constraints(path).checks("resource", "t")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed({"format": "aws-orchestrator constraints"}), "does not hold values"),
        (packed(HEADER | {"format": "aws-orchestrator values", "format_version": 2}), "newer than the 1"),
        (packed(HEADER | {"format": "aws-orchestrator values"}, "{}"), "is corrupt"),
    ],
)
def test_later_values_that_cannot_be_read_are_told_in_a_sentence(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "x.values.xz"
    path.write_bytes(content)
    with pytest.raises(CatalogError, match=said):
        LaterValues(path)


def test_knowledge_of_a_newer_format_is_told_once_and_nothing_is_refused(tmp_path: Path) -> None:
    aws = shipped_library().choose("hashicorp/aws", "= 5.100.0")
    assert aws is not None
    place = tmp_path / Path(aws.place).name
    place.write_bytes(Path(aws.place).read_bytes())
    newer = packed(HEADER | {"format_version": 2})
    (tmp_path / file_name("constraints", "hashicorp/aws", "5.100.0")).write_bytes(newer)
    checks = ProviderChecks(place)
    assert b"newer than the 1" in checks.validate("provider", write_dynamic(1, {}))
    assert (
        checks.validate("resource", write_text(1, "aws_vpc") + write_dynamic(2, {"cidr_block": "x"})) == b""
    )


def test_a_file_that_is_gone_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be read"):
        Constraints(tmp_path / "gone.xz")


def catalog_of(folder: Path, version: str) -> Catalog:
    schema = {
        "format_version": "1.0",
        "provider_schemas": {"registry.terraform.io/hashicorp/aws": {"provider": {}}},
    }
    schema["provider_schemas"]["registry.terraform.io/hashicorp/aws"] = {"resource_schemas": {}}  # type: ignore[index]
    path = folder / f"aws-{version}.catalog.xz"
    path.write_bytes(build_catalog(json.dumps(schema).encode(), version))
    return Catalog(path.read_bytes(), str(path))


def test_knowledge_of_the_same_version_beside_the_catalog_wins(tmp_path: Path) -> None:
    mine = TypeChecks(Checks({"a": Fact(low=1)}))
    content = write_constraints(SUBJECT, {("resource", "aws_mine"): mine}, {})
    (tmp_path / file_name("constraints", "hashicorp/aws", "5.100.0")).write_bytes(content)
    known = knowledge_of(catalog_of(tmp_path, "5.100.0"))
    assert known is not None
    assert known.checks("resource", "aws_mine") == mine


def test_another_version_carries_over_and_says_from_where(tmp_path: Path) -> None:
    newest = shipped_library().choose("hashicorp/aws")
    assert newest is not None
    known = knowledge_of(newest)
    assert known is not None
    versioning = known.checks("resource", "aws_s3_bucket_versioning")
    assert versioning is not None
    assert versioning.carried_from == "5.100.0"
    without_types = knowledge_of(catalog_of(tmp_path, newest.version))
    assert without_types is not None
    assert without_types.checks("resource", "aws_s3_bucket_versioning") is None


def test_nothing_is_known_of_another_provider(tmp_path: Path) -> None:
    random = tmp_path / "random.catalog.xz"
    schema = {"format_version": "1.0", "provider_schemas": {"hashicorp/random": {}}}
    random.write_bytes(build_catalog(json.dumps(schema).encode(), "3.0.0"))
    assert knowledge_of(Catalog(random.read_bytes(), str(random))) is None


def test_shipped_knowledge_is_small() -> None:
    aws = shipped_library().choose("hashicorp/aws", "= 5.100.0")
    assert aws is not None
    known = knowledge_of(aws)
    assert known is not None
    assert sum(path.stat().st_size for path in known.files) < 400_000
