"""Every rule that only a plan knows: the real provider refuses what we warn of, and accepts what we say nothing about."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import Knowledge, knowledge_of
from aws_orchestrator.catalog.knowledge_facts import Checks
from aws_orchestrator.catalog.knowledge_plan_rules import (
    CHANGE_RULES,
    PLAN_RULES,
    change_errors,
    plan_warnings,
)
from aws_orchestrator.catalog.knowledge_shape import Shapes
from aws_orchestrator.catalog.probe.client import ProviderClient
from aws_orchestrator.catalog.probe.replace import configure_offline
from aws_orchestrator.catalog.probe.replace_drafts import BaseDrafts
from aws_orchestrator.catalog.probe.replace_states import applied, proposed
from provider.plan_rule_cases import ACCEPTED, CASES, STEPS, Case, Step

pytestmark = pytest.mark.real_provider


@pytest.fixture(scope="module")
def real_plans(real_binary: Path, aws: Catalog) -> Iterator[ProviderClient]:
    client = ProviderClient(real_binary)
    configure_offline(client, aws.provider_schema)
    yield client
    client.close()


@pytest.fixture(scope="module")
def known(aws: Catalog) -> Knowledge:
    found = knowledge_of(aws)
    assert found is not None
    return found


def drafts(aws: Catalog, known: Knowledge, name: str, given: dict[str, Any]) -> BaseDrafts:
    schema, checks = aws.resource(name), known.checks("resource", name)
    assert schema is not None
    return BaseDrafts(Shapes().of_block(schema.block), checks.checks if checks else Checks(), given, {})


def refusals(client: ProviderClient, name: str, made: BaseDrafts, prior: Any = None) -> list[str]:
    config = made.minimal()
    planned = client.plan(name, prior, proposed(made.root, prior, config), config)
    return [one.summary for one in planned.diagnostics if one.severity == "error"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.type} {case.wrong}"[:90])
def test_what_we_warn_of_the_real_plan_refuses(
    aws: Catalog, known: Knowledge, real_plans: ProviderClient, case: Case
) -> None:
    wrong, right = drafts(aws, known, case.type, case.wrong), drafts(aws, known, case.type, case.right)
    assert refusals(real_plans, case.type, wrong)
    assert list(plan_warnings(case.type, wrong.minimal()))
    assert refusals(real_plans, case.type, right) == []
    assert list(plan_warnings(case.type, right.minimal())) == []


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.type)
def test_a_change_that_we_refuse_the_real_plan_refuses(
    aws: Catalog, known: Knowledge, real_plans: ProviderClient, step: Step
) -> None:
    before = drafts(aws, known, step.type, step.before)
    config = before.minimal()
    created = real_plans.plan(step.type, None, proposed(before.root, None, config), config).state
    assert isinstance(created, dict)
    state = applied(before.root, created)
    for given, refused in ((step.wrong, True), (step.right, False)):
        after = drafts(aws, known, step.type, given)
        assert bool(refusals(real_plans, step.type, after, state)) is refused
        assert bool(list(change_errors(step.type, state, after.minimal()))) is refused


@pytest.mark.parametrize(("name", "given"), ACCEPTED)
def test_what_the_plan_accepts_has_no_rule(
    aws: Catalog, known: Knowledge, real_plans: ProviderClient, name: str, given: dict[str, Any]
) -> None:
    made = drafts(aws, known, name, given)
    assert refusals(real_plans, name, made) == []
    assert list(plan_warnings(name, made.minimal())) == []


def test_every_rule_is_shown() -> None:
    shown = {case.type for case in CASES} | {step.type for step in STEPS}
    aliases = {name for name in PLAN_RULES if name.startswith("aws_alb_")}
    assert {*PLAN_RULES, *CHANGE_RULES} - aliases == shown
