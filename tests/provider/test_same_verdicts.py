"""The real provider and we judge the same configurations; DIFFERENTIAL_TYPES=all asks about every type."""

import os
import random
from pathlib import Path

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import Checks, judge, knowledge_of
from aws_orchestrator.catalog.knowledge_shape import Shapes
from aws_orchestrator.catalog.model import TypeKind
from aws_orchestrator.catalog.probe.built_on import built_on_framework
from aws_orchestrator.catalog.probe.client import ProviderClient
from aws_orchestrator.catalog.probe.drafts import Drafts
from aws_orchestrator.catalog.probe.fillers import ValidDrafts
from aws_orchestrator.catalog.probe.replace import configure_offline, replacement_of
from aws_orchestrator.catalog.probe.schema import schema_of
from provider.differential import Table, compare

pytestmark = pytest.mark.real_provider
_SAMPLE = 120
_MUTANTS = 12
_MOST_MISSED = 0.05
_NEVER_MISSED = ("enum", "format", "range", "conflict", "at_most_one", "one-of")


def chosen(aws: Catalog) -> list[tuple[TypeKind, str]]:
    names: list[tuple[TypeKind, str]] = [("resource", name) for name in aws.resource_names]
    names += [("data", name) for name in aws.data_source_names]
    return names if os.environ.get("DIFFERENTIAL_TYPES") == "all" else random.Random(7).sample(names, _SAMPLE)


def test_what_we_refuse_the_provider_refuses_and_we_miss_little(aws: Catalog, real: ProviderClient) -> None:
    known = knowledge_of(aws)
    assert known is not None
    table = Table()
    for kind, name in chosen(aws):
        schema = aws.type(kind, name)
        assert schema is not None
        compare(real, schema, known.checks(kind, name), table, _MUTANTS)
    print("\n".join(["", *table.lines(), "", *sorted(table.missed_examples)]))
    assert table.extra == []
    missed = sum(table.missed.values())
    assert missed / (missed + sum(table.both_refuse.values())) < _MOST_MISSED
    assert {kind: table.missed[kind] for kind in _NEVER_MISSED} == dict.fromkeys(_NEVER_MISSED, 0)


def test_the_block_of_the_provider_gets_the_same_verdicts(aws: Catalog, real: ProviderClient) -> None:
    known = knowledge_of(aws)
    assert known is not None
    schema, table = aws.provider_schema, Table()
    # A call with its endpoints takes seconds; that nothing is checked of them was asked of all 303 at once.
    compare(real, schema, known.checks("provider", schema.name), table, 200, without="endpoints")
    print("\n".join(["", *table.lines(), "", *sorted(table.missed_examples)]))
    assert (table.extra, sum(table.both_refuse.values()) > 20) == ([], True)
    assert sum(table.missed[kind] for kind in _NEVER_MISSED) == 0


def test_the_schema_that_the_provider_tells_is_the_catalog(aws: Catalog, real: ProviderClient) -> None:
    told = schema_of(real.schema(), real.protocol, aws.source, aws.version)
    assert [name for name in aws.resource_names if told.resources[name] != aws.resource(name)] == []
    assert [name for name in aws.data_source_names if told.data_sources[name] != aws.data_source(name)] == []


def test_it_is_known_which_types_are_built_on_the_framework(aws: Catalog, real: ProviderClient) -> None:
    known = knowledge_of(aws)
    assert known is not None
    kinds: list[tuple[TypeKind, tuple[str, ...]]] = [
        ("resource", aws.resource_names),
        ("data", aws.data_source_names),
    ]
    wrong = []
    for kind, names in kinds:
        for name in names:
            schema, checks = aws.type(kind, name), known.checks(kind, name)
            assert schema is not None
            if checks is None or built_on_framework(real, schema) != checks.framework:
                wrong.append(f"{kind} {name}")
    assert wrong == []


def test_deprecated_arguments_are_warnings_of_both(aws: Catalog, real: ProviderClient) -> None:
    schema = aws.resource("aws_s3_bucket")
    assert schema is not None
    drafts = Drafts(Shapes().of_block(schema.block))
    config = drafts.minimal() | {"acl": "private"}
    said = real.validate("resource", "aws_s3_bucket", config)
    assert [one.severity for one in said] == ["warning"]
    known = knowledge_of(aws)
    assert known is not None
    ours = judge(schema, known.checks("resource", "aws_s3_bucket"), config)
    assert [one.severity for one in ours] == ["warning"]


@pytest.mark.parametrize(
    "name",
    [
        "aws_vpc",
        "aws_subnet",
        "aws_security_group",
        "aws_ec2_client_vpn_endpoint",
        "aws_sqs_queue",
        "aws_kms_key",
    ],
)
def test_replacement_that_is_shipped_is_what_the_provider_plans(
    aws: Catalog, real_binary: Path, name: str
) -> None:
    known = knowledge_of(aws)
    assert known is not None
    schema, shipped = aws.resource(name), known.replacement(name)
    assert schema is not None
    assert shipped is not None

    def checks(asked: str) -> Checks | None:
        found = known.checks("resource", asked)
        return found.checks if found else None

    client = ProviderClient(real_binary)
    try:
        configure_offline(client, aws.provider_schema)
        learned = replacement_of(checks)(client, schema)
    finally:
        client.close()
    assert not learned["refused"]
    there = set(learned["unlearned"])
    wrong = {
        path
        for path in {*learned["replaces"], *shipped.replaces} - there - shipped.unlearned
        if "/" not in path and bool(learned["replaces"].get(path)) != bool(shipped.replaces.get(path))
    }
    assert wrong == set()


def test_minimal_configurations_are_valid(aws: Catalog, real: ProviderClient) -> None:
    """What we build from the knowledge, the provider accepts: the ground of every mutant."""
    known = knowledge_of(aws)
    assert known is not None
    names = random.Random(11).sample(aws.resource_names, 100)
    refused = []
    for name in names:
        schema, checks = aws.resource(name), known.checks("resource", name)
        assert schema is not None
        if checks is None:
            continue
        config = ValidDrafts(Shapes().of_block(schema.block), checks.checks).minimal()
        if any(one.severity == "error" for one in real.validate("resource", name, config)):
            refused.append(name)
    assert len(refused) < 10, refused
