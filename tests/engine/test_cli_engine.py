"""The cli engine with a real terraform and a real hashicorp/aws provider, where the machine has them."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from aws_orchestrator.agents.tf_validator import run_check
from aws_orchestrator.errors import EngineError
from aws_orchestrator.rules import RuleContext
from aws_orchestrator.terraform.cli import CliEngine
from aws_orchestrator.terraform.limits import EngineLimits
from engine.conftest import MAIN, VERSIONS, tree
from engine.test_behaviour import GOOD

# TOFU names an OpenTofu that is not on PATH: then both are driven.
BINARIES = [
    found for found in (shutil.which("terraform") or shutil.which("tofu"), os.environ.get("TOFU")) if found
]
MIRROR = os.environ.get("TF_PROVIDER_MIRROR", "")

pytestmark = [
    pytest.mark.real_provider,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not BINARIES, reason="no terraform or tofu on PATH"),
    pytest.mark.skipif(not Path(MIRROR or "/nowhere").is_dir(), reason="TF_PROVIDER_MIRROR names no folder"),
]


@pytest.fixture(scope="module", params=BINARIES or [""], ids=lambda found: Path(found).name)
def binary(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def mirror(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The machine's mirror; for an OpenTofu, which has a registry of its own, under that registry's name too."""
    theirs, ours = "registry.opentofu.org", Path(MIRROR) / "registry.terraform.io"
    if "tofu" not in binary.name or (Path(MIRROR) / theirs).is_dir():
        return Path(MIRROR)
    folder = tmp_path_factory.mktemp("mirror")
    # Links above a package's own folder are not followed.
    for package in ours.glob("*/*/*/*"):
        link = folder / theirs / package.relative_to(ours)
        link.parent.mkdir(parents=True)
        link.symlink_to(package, target_is_directory=True)
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(
    binary: Path, mirror: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[CliEngine]:
    running = CliEngine(binary, [mirror], tmp_path_factory.mktemp("cli"))
    yield running
    await running.close()


async def test_the_real_provider_agrees_with_a_good_module(engine: CliEngine) -> None:
    good = tree(tests__s3_tftest_hcl=GOOD)
    assert (await engine.init(good)).status == "passed"
    assert (await engine.fmt(good)).status == "passed"
    validate = await engine.validate(good)
    assert validate.status == "passed", validate
    assert validate.note == f"cli, hashicorp/aws {engine.provider_version}"
    assert (await engine.test(good)).status == "passed"


async def test_the_real_plan_needs_no_account(engine: CliEngine) -> None:
    main = MAIN + b'data "aws_caller_identity" "me" {}\ndata "aws_region" "here" {}\n'
    result = await engine.real_plan(tree(main_tf=main, tests__s3_tftest_hcl=GOOD))
    assert result.status == "passed", result
    assert [run.status for run in result.runs] == ["pass", "pass"]
    assert "planned by the real provider" in result.note


async def test_the_real_plan_finds_what_validate_cannot(engine: CliEngine) -> None:
    queue = 'resource "aws_sqs_queue" "q" {\n  name       = "q"\n  fifo_queue = true\n}\n'
    bad = tree("queue", main_tf=queue)
    assert (await engine.validate(bad)).status == "passed"
    result = await engine.real_plan(bad)
    assert result.status == "failed"
    assert any("queue name" in finding.line() for finding in result.findings)


async def test_no_process_is_left_when_the_limit_is_over(binary: Path, mirror: Path, tmp_path: Path) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    hasty = CliEngine(binary, [mirror], tmp_path, EngineLimits(init=0.01))
    with pytest.raises(EngineError, match=r"init within 0\.01 seconds"):
        await hasty.init(tree(versions_tf=VERSIONS))
    await hasty.close()
    assert {child.pid for child in psutil.Process().children(recursive=True)} == before


async def test_every_level_is_told(engine: CliEngine) -> None:
    rules = RuleContext(catalog=None, declared_files=None)
    planned = await run_check(engine, "validate", tree(tests__s3_tftest_hcl=GOOD), rules)
    assert (planned.status, planned.level) == ("passed", "real_plan"), planned
    assert "2 of 2 runs planned by the real provider" in planned.note
    unplanned = await run_check(engine, "validate", tree("unplanned"), rules)
    assert (unplanned.status, unplanned.level) == ("passed", "real_validate")
    assert "no test gives a value to name" in unplanned.note
    queue = 'resource "aws_sqs_queue" "q" {\n  name       = "q"\n  fifo_queue = true\n}\n'
    refused = await run_check(engine, "validate", tree("refused", main_tf=queue), rules)
    assert (refused.status, refused.level) == ("failed", "real_plan")


async def test_a_plan_that_would_ask_aws_is_told_and_is_no_error(engine: CliEngine) -> None:
    main = 'resource "aws_sfn_state_machine" "s" {\n  name = "s"\n  role_arn = "arn:aws:iam::123456789012:role/r"\n'
    main += '  definition = "{}"\n}\n'
    result = await engine.real_plan(tree("asking", main_tf=main))
    assert (result.status, result.findings) == ("skipped", ()), result
    assert "the plan asks AWS, which is not reached" in result.note
