"""`terraform test` against mocks: what ran, what it said, and when it is refused."""

import json
from pathlib import Path

import pytest

from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.preflight import Preflight
from aws_orchestrator.terraform.supervisor import Output
from engine.conftest import MAIN, VERSIONS, tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD = """mock_provider "aws" {}

variables {
  name = "b"
}

run "plans" {
  command = plan
  assert {
    condition     = aws_s3_bucket.this.bucket == "b"
    error_message = "Wrong name."
  }
}

run "applies" {
  assert {
    condition     = output.arn != ""
    error_message = "No ARN."
  }
}
"""


async def test_a_module_is_planned_and_applied_against_mocks(engine: BundledEngine) -> None:
    result = await engine.test(tree(tests__s3_tftest_hcl=GOOD))
    assert (result.status, result.findings) == ("passed", ())
    assert [(run.file, run.name, run.status) for run in result.runs] == [
        ("tests/s3.tftest.hcl", "plans", "pass"),
        ("tests/s3.tftest.hcl", "applies", "pass"),
    ]
    assert result.note.startswith("2 of 2 runs passed against mocks (bundled, hashicorp/aws")


async def test_a_failed_assertion_is_placed_and_the_other_runs_are_told(engine: BundledEngine) -> None:
    text = GOOD.replace('"b"\n    error', '"c"\n    error')
    result = await engine.test(tree(tests__s3_tftest_hcl=text))
    assert result.status == "failed"
    assert [run.status for run in result.runs] == ["fail", "pass"]
    (finding,) = result.findings
    assert (finding.summary, finding.detail.startswith("Wrong name.")) == ("Test assertion failed", True)
    assert finding.place is not None
    assert finding.place.file == "tests/s3.tftest.hcl"
    assert text.encode()[finding.place.start : finding.place.end] == b'aws_s3_bucket.this.bucket == "c"'


async def test_a_module_without_tests_is_skipped(engine: BundledEngine) -> None:
    result = await engine.test(tree())
    assert (result.status, result.runs) == ("skipped", ())
    assert result.note == "The module has no tests."


async def test_tests_that_run_nothing_are_not_a_pass(engine: BundledEngine) -> None:
    result = await engine.test(tree(tests__s3_tftest_hcl='mock_provider "aws" {}\n'))
    assert (result.status, result.runs) == ("failed", ())
    assert result.findings[0].summary == "No test was run"


async def test_a_test_file_that_does_not_parse_fails(engine: BundledEngine) -> None:
    result = await engine.test(tree(tests__s3_tftest_hcl='mock_provider "aws" {}\nrun "x" {\n'))
    assert result.status == "failed"
    assert result.findings


async def test_a_missing_variable_is_an_error_of_the_run(engine: BundledEngine) -> None:
    result = await engine.test(tree(tests__s3_tftest_hcl='mock_provider "aws" {}\nrun "x" {}\n'))
    assert result.status == "failed"
    assert any("name" in finding.detail for finding in result.findings)


EXAMPLE = {
    "examples__basic__main_tf": 'module "s3" {\n  source = "../.."\n  name = "b"\n}\n',
    "examples__basic__x_tftest_hcl": 'mock_provider "aws" {}\nrun "x" {}\n',
}


async def test_an_example_runs_its_own_tests(engine: BundledEngine) -> None:
    example = tree("example-test", "examples/basic", examples__basic__versions_tf=VERSIONS, **EXAMPLE)
    result = await engine.test(example)
    assert [(run.file, run.status) for run in result.runs] == [("examples/basic/x.tftest.hcl", "pass")]


async def test_a_mock_that_would_not_reach_the_called_module_is_explained(engine: BundledEngine) -> None:
    result = await engine.test(tree("example-test", "examples/basic", **EXAMPLE))
    assert result.status == "skipped"
    assert result.findings[0].summary == "Mocks do not reach provider hashicorp/aws"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            'resource "terraform_data" "x" {\n  provisioner "local-exec" {\n    command = "true"\n  }\n}\n',
            "provisioner",
        ),
        ('data "external" "x" {\n  program = ["true"]\n}\n', "external"),
        ('data "http" "x" {\n  url = "http://127.0.0.1"\n}\n', "http"),
        ('data "terraform_remote_state" "x" {\n  backend = "local"\n}\n', "terraform_remote_state"),
    ],
)
async def test_a_module_that_would_really_do_something_is_not_tested(
    engine: BundledEngine, text: str, what: str
) -> None:
    test = GOOD + 'mock_provider "external" {}\nmock_provider "http" {}\n'
    result = await engine.test(tree(main_tf=MAIN + text.encode(), tests__s3_tftest_hcl=test))
    assert (result.status, result.runs) == ("skipped", ())
    if what not in ("external", "http"):  # those providers have no catalog: skipped for that already
        assert what in result.findings[0].detail


async def test_a_test_that_does_not_mock_the_provider_is_not_run(engine: BundledEngine) -> None:
    result = await engine.test(tree(tests__s3_tftest_hcl=GOOD.replace('mock_provider "aws" {}', "")))
    assert result.status == "skipped"
    assert result.findings[0].summary == "Tests do not mock provider aws"


async def test_mocks_follow_the_modules_own_name_of_the_provider(engine: BundledEngine) -> None:
    versions = VERSIONS.replace(b"aws = {", b"amazon = {")
    main = MAIN.replace(b"  bucket", b"  provider = amazon\n  bucket")
    test = GOOD.replace('mock_provider "aws"', 'mock_provider "amazon"')
    result = await engine.test(tree(versions_tf=versions, main_tf=main, tests__s3_tftest_hcl=test))
    assert result.status == "passed", result


class Overloaded(BundledEngine):
    """Terraform that skips every run without a word, as often as it is told: seen on overloaded machines."""

    silent = 0

    async def _run(
        self, kind: str, folder: Path, arguments: tuple[str, ...], found: Preflight | None
    ) -> Output:
        if kind != "test" or self.silent == 0:
            return await super()._run(kind, folder, arguments, found)
        self.silent -= 1
        events: list[dict[str, object]] = [
            {"type": "test_run", "test_run": {"path": "tests/s3.tftest.hcl", "run": name, "status": "skip"}}
            for name in ("plans", "applies")
        ]
        return Output(0, "\n".join(map(json.dumps, events)), "")


@pytest.mark.parametrize(("silent", "status"), [(1, "passed"), (2, "failed")])
async def test_runs_that_terraform_skips_without_a_word_are_asked_for_once_more(
    silent: int, status: str, library: CatalogLibrary, cache: Path
) -> None:
    engine = Overloaded(library, cache=cache)
    engine.silent = silent
    try:
        result = await engine.test(tree(tests__s3_tftest_hcl=GOOD))
    finally:
        await engine.close()
    assert result.status == status
    if status == "failed":
        assert "skipped all 2 run blocks" in result.findings[0].detail
