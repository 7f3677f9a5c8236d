"""Every shipped skill makes modules that Terraform itself formats, initialises, validates, plans and applies."""

import pytest

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.outside import Engine
from aws_orchestrator.rules import RuleContext, check_module
from skills.conftest import LIBRARY, blueprint_of, catalog_of, module_tree, selections

pytestmark = pytest.mark.asyncio(loop_scope="module")

_CASES = [
    pytest.param(service, name, id=f"{service}: {name}")
    for service in LIBRARY.services()
    for name in selections(blueprint_of(service))
]


@pytest.mark.parametrize(("service", "name"), _CASES)
async def test_a_module_passes_every_check(engine: Engine, service: str, name: str) -> None:
    blueprint = blueprint_of(service)
    selection = selections(blueprint)[name]
    tree = module_tree(blueprint, selection)

    for check in (engine.fmt, engine.init, engine.validate):
        result = await check(tree)
        assert (result.status, _lines(result.findings)) == ("passed", []), result.check
    tests = await engine.test(tree)
    assert (tests.status, _lines(tests.findings)) == ("passed", [])
    assert len(tests.runs) >= 4
    assert all(run.status == "pass" for run in tests.runs)

    declared = frozenset(file for file in tree.files if file.endswith(".tf") and "/" not in file)
    context = RuleContext(catalog=catalog_of(blueprint), declared_files=declared)
    findings = check_module(tree.files, context).findings
    # Without its security features a module gets warnings, which is what they are for.
    asked_away = {feature.name for feature in blueprint.features if feature.default} - selection.features
    worst = Severity.WARNING if asked_away else None
    assert _lines(tuple(finding for finding in findings if finding.severity != worst)) == []


async def test_an_s3_module_with_every_value_that_a_sentence_can_give_passes_its_tests(
    engine: Engine,
) -> None:
    """Values of a request become defaults: no shipped test may insist on the blueprint's own."""
    key = '"arn:aws:kms:eu-central-1:210987654321:key/aaaaaaaa-2222-3333-4444-555555555555"'
    given: dict[str, Value] = {
        "bucket_name": '"mine-4321"',
        "kms_key_arn": key,
        "noncurrent_version_expiration_days": 30,
        "logging_target_bucket": '"my-logs"',
        "replication_destination_bucket_arn": '"arn:aws:s3:::my-copies"',
        "inventory_destination_bucket_arn": '"arn:aws:s3:::my-inventory"',
    }
    blueprint = blueprint_of("s3")
    phrases = (*blueprint.inputs, *(phrase for feature in blueprint.features for phrase in feature.inputs))
    assert {phrase.variable for phrase in phrases} == given.keys()
    everything = selections(blueprint)["everything"]
    tests = await engine.test(module_tree(blueprint, everything.model_copy(update={"inputs": given})))
    assert (tests.status, _lines(tests.findings)) == ("passed", [])


@pytest.mark.parametrize("service", LIBRARY.services())
async def test_the_smallest_call_needs_at_most_three_inputs(service: str) -> None:
    blueprint = blueprint_of(service)
    tree = module_tree(blueprint, selections(blueprint)["defaults"])
    call = tree.files["examples/basic/main.tf"].decode().partition("module ")[2]
    assert sum(line.startswith("  ") and " = " in line for line in call.splitlines()) <= 1 + 3


@pytest.mark.parametrize("service", LIBRARY.services())
async def test_most_constrained_inputs_carry_a_validation(service: str) -> None:
    """Names, ARNs, ids, enumerations and ranges: what a plan would refuse late is refused with a sentence at once."""
    blueprint = blueprint_of(service)
    constrained = [
        item
        for item in blueprint.variables
        if item.type != "bool" and item.name not in ("policy_documents", "logging_target_prefix")
    ]
    validated = [item for item in constrained if item.validation]
    assert len(validated) >= 0.6 * len(constrained)


def _lines(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.line() for finding in findings]
