"""Invented values: each is one that the provider would take."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import Checks, Fact, knowledge_of
from aws_orchestrator.minds.builtin.planner.examples import text_for
from aws_orchestrator.minds.builtin.planner.facts import Facts, Path
from aws_orchestrator.minds.builtin.planner.pattern_sample import sample

# A connector's client number of three digits, whose harvest says no more than its length.
UNKNOWN = {("aws_appflow_connector_profile", "client_number")}


def texts(checks: Checks, path: Path) -> Iterator[tuple[Path, Fact]]:
    """Every learned fact about a text below a block."""
    for name, fact in checks.facts.items():
        about = fact.element or fact
        numbers = bool(about.values) and not isinstance(about.values[0], str)
        if not numbers and (about.pattern or about.longest or about.format or about.values):
            yield (*path, name), about
    for name, child in checks.children.items():
        yield from texts(child, (*path, name))


def test_every_learned_text_gets_an_example_that_the_provider_takes(catalog: Catalog, facts: Facts) -> None:
    knowledge = knowledge_of(catalog)
    assert knowledge is not None
    refused = []
    for type_ in catalog.resource_names[::5]:
        known = knowledge.checks("resource", type_)
        for path, fact in texts(known.checks, ()) if known else ():
            value = text_for(path[-1], facts.argument(type_, path))
            if fact.complaint(value) and (type_, path[-1]) not in UNKNOWN:
                refused.append((type_, path, value))

    assert refused == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^dzd[-_][a-zA-Z0-9_-]{1,36}\\Z", "dzd-a"),
        ("^(notebook-al1-v1|notebook-al2-v1)\\Z", "notebook-al1-v1"),
        ("^(?!.*--)[a-z]([a-z0-9\\-]*[a-z0-9])?\\Z", "a"),
        ("[0-9]{12}\\.dkr\\.ecr", "000000000000.dkr.ecr"),
    ],
)
def test_a_pattern_gives_its_shortest_text(pattern: str, text: str) -> None:
    assert sample(pattern) == text


@given(st.text(max_size=40))
def test_any_pattern_is_read_without_an_error(pattern: str) -> None:
    assert isinstance(sample(pattern), str)
