"""What the bundled engine says about modules: real Terraform, the shipped catalog."""

import pytest

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.terraform.bundled import BundledEngine
from engine.conftest import MAIN, VERSIONS, tree

pytestmark = pytest.mark.asyncio(loop_scope="module")


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, [finding.line() for finding in findings]
    return findings[0]


async def test_a_good_module_passes_init_and_validate_and_names_what_checked_it(
    engine: BundledEngine,
) -> None:
    init, validate = await engine.init(tree()), await engine.validate(tree())
    assert (init.status, init.findings) == ("passed", ())
    assert (validate.status, validate.findings) == ("passed", ())
    newest = shipped_library().versions("hashicorp/aws")[-1]
    assert validate.note == f"bundled, hashicorp/aws {newest}"
    assert engine.provider_version == newest


async def test_an_argument_that_the_provider_does_not_have_is_found_at_its_bytes(
    engine: BundledEngine,
) -> None:
    main = b'# \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80\nresource "aws_s3_bucket" "b" {\n  bukcet = "x"\n}\n'
    finding = only((await engine.validate(tree(main_tf=main))).findings)
    assert finding.severity is Severity.ERROR
    assert finding.place is not None
    assert main[finding.place.start : finding.place.end] == b"bukcet"
    assert (finding.place.file, finding.place.line) == ("main.tf", 3)


async def test_positions_are_bytes_after_text_that_is_not_ascii(engine: BundledEngine) -> None:
    main = 'locals {\n  a = "日本😀é${var.nope}"\n}\n'.encode()
    finding = only((await engine.validate(tree(main_tf=main))).findings)
    assert finding.place is not None
    assert main[finding.place.start : finding.place.end] == b"var.nope"


async def test_a_wrong_type_and_a_missing_argument_are_errors(engine: BundledEngine) -> None:
    main = 'resource "aws_s3_bucket" "b" {\n  force_destroy = "perhaps"\n}\nresource "aws_s3_bucket_policy" "p" {}\n'
    result = await engine.validate(tree(main_tf=main))
    assert result.status == "failed"
    assert {finding.place.line for finding in result.findings if finding.place} == {2, 4}


async def test_a_warning_does_not_make_a_module_invalid(engine: BundledEngine) -> None:
    result = await engine.validate(tree(main_tf='provider "aws" {\n  version = "5.100.0"\n}\n'))
    assert result.status == "passed"
    assert only(result.findings).severity is Severity.WARNING


async def test_a_syntax_error_is_reported_once_by_validate_and_by_nobody_else(engine: BundledEngine) -> None:
    broken = tree(main_tf='resource "aws_s3_bucket" "b" {\n  bucket = \n}\n')
    init, fmt, validate = await engine.init(broken), await engine.fmt(broken), await engine.validate(broken)
    assert validate.status == "failed"
    assert (init.status, init.findings) == ("skipped", ())
    assert (fmt.status, fmt.findings) == ("skipped", ())
    assert "main.tf" in fmt.note


async def test_a_fixed_module_is_clean_again_with_the_same_key(engine: BundledEngine) -> None:
    assert (await engine.validate(tree(extra_tf="locals {\n  a = var.gone\n}\n"))).status == "failed"
    assert (await engine.validate(tree())).status == "passed"


async def test_write_only_arguments_take_ephemeral_values(engine: BundledEngine) -> None:
    main = """ephemeral "aws_secretsmanager_secret_version" "p" {
  secret_id = "x"
}
resource "aws_ssm_parameter" "p" {
  name             = "p"
  type             = "SecureString"
  value_wo         = ephemeral.aws_secretsmanager_secret_version.p.secret_string
  value_wo_version = 1
}
"""
    assert (await engine.validate(tree(main_tf=main))).findings == ()


async def test_functions_of_the_provider_are_known_and_their_results_are_not(engine: BundledEngine) -> None:
    good = 'locals {\n  a = provider::aws::arn_parse("arn:aws:s3:::b").region\n}\n'
    assert (await engine.validate(tree(main_tf=good))).findings == ()
    wrong = "locals {\n  a = provider::aws::arn_pars(1)\n}\n"
    assert (await engine.validate(tree(main_tf=wrong))).status == "failed"


async def test_providers_that_nobody_declares_are_the_ones_that_terraform_implies(
    engine: BundledEngine,
) -> None:
    assert (await engine.validate(tree(versions_tf=""))).status == "passed"


async def test_a_module_without_any_provider_is_checked(engine: BundledEngine) -> None:
    plain = tree(versions_tf="", main_tf='resource "terraform_data" "x" {\n  input = "y"\n}\n')
    assert (await engine.validate(plain)).note == "bundled"


async def test_an_example_is_checked_with_the_module_that_it_uses(engine: BundledEngine) -> None:
    example = 'module "s3" {\n  source = "../../"\n  name   = "b"\n}\n'
    whole = tree(key="example", module="examples/basic", examples__basic__main_tf=example)
    assert (await engine.init(whole)).status == "passed"
    assert (await engine.validate(whole)).status == "passed"
    wrong = tree(
        key="example", module="examples/basic", examples__basic__main_tf=example.replace("name ", "nam ")
    )
    result = await engine.validate(wrong)
    assert {finding.place.file for finding in result.findings if finding.place} == {"examples/basic/main.tf"}
    inner = tree(
        key="example",
        module="examples/basic",
        examples__basic__main_tf=example,
        main_tf=MAIN.replace(b"this.arn", b"this.arm"),
    )
    place = only((await engine.validate(inner)).findings).place
    assert place is not None
    assert place.file == "main.tf"


async def test_a_new_module_call_is_initialised_without_being_asked(engine: BundledEngine) -> None:
    assert (await engine.validate(tree(key="grows"))).status == "passed"
    call = 'module "part" {\n  source = "./part"\n}\n'
    part = 'output "x" {\n  value = 1\n}\n'
    assert (await engine.validate(tree(key="grows", calls_tf=call, part__main_tf=part))).status == "passed"
    renamed = call.replace('"part"', '"piece"')
    assert (await engine.validate(tree(key="grows", calls_tf=renamed, part__main_tf=part))).findings == ()
    broken = tree(key="grows", calls_tf=call, part__main_tf=part.replace("1", "var.no"))
    place = only((await engine.validate(broken)).findings).place
    assert place is not None
    assert place.file == "part/main.tf"


class TestVersions:
    async def test_a_constraint_beyond_every_known_version_is_an_error_at_the_constraint(
        self, engine: BundledEngine
    ) -> None:
        versions = VERSIONS.replace(b">= 5.0", b">= 99.0.0")
        init = await engine.init(tree(versions_tf=versions))
        finding = only(init.findings)
        assert (init.status, finding.severity) == ("failed", Severity.ERROR)
        assert finding.place is not None
        assert versions[finding.place.start : finding.place.end] == b'">= 99.0.0"'
        assert "5.100.0" in finding.detail
        assert (await engine.validate(tree(versions_tf=versions))).status == "skipped"

    async def test_a_constraint_on_older_versions_is_information_because_they_may_well_exist(
        self, engine: BundledEngine
    ) -> None:
        init = await engine.init(tree(versions_tf=VERSIONS.replace(b">= 5.0", b"~> 4.0")))
        assert init.status == "skipped"
        assert only(init.findings).severity is Severity.INFORMATION

    async def test_the_lock_file_must_agree_with_the_constraint(self, engine: BundledEngine) -> None:
        lock = b'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.100.0"\n}\n'
        whole = tree(versions_tf=VERSIONS.replace(b">= 5.0", b">= 6.0"))
        locked = whole.model_copy(update={"files": {**whole.files, ".terraform.lock.hcl": lock}})
        finding = only((await engine.init(locked)).findings)
        assert (finding.severity, "5.100.0" in finding.detail) == (Severity.ERROR, True)

    async def test_a_constraint_that_cannot_be_read_is_reported_once(self, engine: BundledEngine) -> None:
        bad = tree(versions_tf=VERSIONS.replace(b">= 5.0", b"=> banana"))
        init, validate = await engine.init(bad), await engine.validate(bad)
        assert [finding.severity for finding in (*init.findings, *validate.findings)] == [Severity.ERROR]

    async def test_terraforms_own_version_is_checked(self, engine: BundledEngine) -> None:
        assert (
            await engine.validate(tree(versions_tf=VERSIONS.replace(b">= 1.5", b">= 99")))
        ).status == "failed"


class TestWhatIsNotHere:
    async def test_an_unknown_provider_is_one_information_and_skips(self, engine: BundledEngine) -> None:
        main = 'resource "datadog_monitor" "a" {}\nresource "datadog_monitor" "b" {}\n'
        init, validate = await engine.init(tree(main_tf=main)), await engine.validate(tree(main_tf=main))
        finding = only(init.findings)
        assert (init.status, finding.severity) == ("skipped", Severity.INFORMATION)
        assert finding.place is not None
        assert finding.place.line == 1
        assert (validate.status, validate.findings) == ("skipped", ())
        assert "datadog" in validate.note

    async def test_a_syntax_error_beside_an_unknown_provider_is_still_found(
        self, engine: BundledEngine
    ) -> None:
        validate = await engine.validate(
            tree(main_tf='resource "datadog_monitor" "a" {}\n', x_tf="locals {\n")
        )
        assert validate.status == "failed"

    @pytest.mark.parametrize(
        "source",
        [
            "terraform-aws-modules/vpc/aws",
            "git::https://example.com/x.git",
            "https://example.com/x.zip",
            "s3::https://b/k",
        ],
    )
    async def test_a_remote_module_is_never_fetched(self, engine: BundledEngine, source: str) -> None:
        remote = tree(calls_tf=f'module "far" {{\n  source = "{source}"\n}}\n')
        init, validate = await engine.init(remote), await engine.validate(remote)
        assert (init.status, only(init.findings).severity) == ("skipped", Severity.INFORMATION)
        assert (validate.status, validate.findings) == ("skipped", ())
        assert source in validate.note

    async def test_a_module_source_above_the_root_is_refused(self, engine: BundledEngine) -> None:
        outside = tree(calls_tf='module "up" {\n  source = "../../up"\n}\n')
        init, validate = await engine.init(outside), await engine.validate(outside)
        assert (init.status, only(init.findings).severity) == ("failed", Severity.ERROR)
        assert validate.status == "skipped"

    async def test_a_backend_is_not_asked(self, engine: BundledEngine) -> None:
        backend = 'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n    region = "eu-west-1"\n  }\n}\n'
        assert (await engine.init(tree(backend_tf=backend))).status == "passed"
