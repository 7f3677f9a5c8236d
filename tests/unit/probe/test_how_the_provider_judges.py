"""What was seen of the real provider's way of judging, shown with the bundled engine: the rules of docs/knowledge.md.

Each configuration was judged by hashicorp/aws 5.100.0, too; tests/provider compares thousands of others.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import Severity, Tree
from aws_orchestrator.terraform.bundled import BundledEngine

pytestmark = pytest.mark.asyncio(loop_scope="module")
VERSIONS = b"""terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
"""
STATUS = "must be one of Enabled, Suspended, Disabled"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BundledEngine]:
    folder = tmp_path_factory.mktemp("engine")
    running = BundledEngine(shipped_library(), folder / "scratch", cache=folder / "cache")
    yield running
    await running.close()


async def errors(engine: BundledEngine, main: str) -> list[str]:
    tree = Tree(key="judged", files={"versions.tf": VERSIONS, "main.tf": main.encode()})
    result = await engine.validate(tree)
    return [one.line() for one in result.findings if one.severity is Severity.ERROR]


def versioning(status: str, bucket: str = '"abc"', more: str = "") -> str:
    return f"""{more}
resource "aws_s3_bucket_versioning" "v" {{
  bucket = {bucket}
  versioning_configuration {{
    status = {status}
  }}
}}
"""


def queue(**arguments: str) -> str:
    inside = "".join(f"  {name} = {value}\n" for name, value in arguments.items())
    return f'resource "aws_sqs_queue" "q" {{\n{inside}}}\n'


INPUT = 'variable "input" {\n  type    = string\n  default = "On"\n}\n'
FLAG = 'variable "flag" {\n  type = bool\n}\n'


@pytest.mark.parametrize(
    ("status", "more", "found"),
    [
        ("var.input", INPUT, False),  # a variable is unknown, its default notwithstanding
        ("local.status", 'locals {\n  status = "On"\n}\n', True),
        ('title("on")', "", True),
        ('var.flag ? "On" : "Off"', FLAG, False),
        ('true ? "On" : "Off"', "", True),
        ('sensitive("On")', "", True),
        ("null", "", True),  # required, so null is missing
    ],
)
async def test_what_is_known_is_judged_and_nothing_else(
    engine: BundledEngine, status: str, more: str, found: bool
) -> None:
    assert bool(await errors(engine, versioning(status, more=more))) is found


async def test_the_type_of_a_variable_is_known(engine: BundledEngine) -> None:
    main = INPUT.replace("string", "list(string)").replace('"On"', "[]") + queue(name="var.input")
    (said,) = await errors(engine, main)
    assert "string required" in said


async def test_a_value_of_each_has_no_known_value(engine: BundledEngine) -> None:
    main = versioning('each.value\n  }\n  for_each = toset(["On"])\n  lifecycle {')
    assert await errors(engine, main.replace("  lifecycle {\n  }\n", "")) == []


async def test_a_dynamic_block_over_a_known_list_is_judged(engine: BundledEngine) -> None:
    def dynamic(values: str, inside: str) -> str:
        return f"""{INPUT.replace("string", "list(string)").replace('"On"', "[]")}
resource "aws_s3_bucket_versioning" "v" {{
  bucket = "abc"
  dynamic "versioning_configuration" {{
    for_each = {values}
    content {{
      {inside}
    }}
  }}
}}
"""

    (said,) = await errors(engine, dynamic('["On"]', "status = versioning_configuration.value"))
    assert STATUS in said
    # Over an unknown list neither values nor the number of blocks are judged; what the schema says is.
    assert await errors(engine, dynamic("var.input", 'status = "On"')) == []
    (said,) = await errors(engine, dynamic("var.input", 'status = "On"\n      stat = 1'))
    assert "Unsupported argument" in said


async def test_one_unknown_value_silences_its_whole_list_in_the_sdk(engine: BundledEngine) -> None:
    def rule(first: str) -> str:
        return f"""{INPUT}
resource "aws_s3_bucket_cors_configuration" "c" {{
  bucket = "abc"
  cors_rule {{
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
    id              = {first}
  }}
  cors_rule {{
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
    id              = "{"x" * 300}"
  }}
}}
"""

    assert len(await errors(engine, rule('"known"'))) == 1
    assert await errors(engine, rule("var.input")) == []


async def test_errors_of_the_schema_hide_those_of_the_provider(engine: BundledEngine) -> None:
    (said,) = await errors(engine, queue(delay_seconds="99999", no_such="1"))
    assert "Unsupported argument" in said
    (said,) = await errors(engine, queue(delay_seconds="99999"))
    assert "delay_seconds must be" in said


async def test_what_only_the_provider_writes_cannot_be_set_but_may_be_null(engine: BundledEngine) -> None:
    assert len(await errors(engine, INPUT + queue(url="var.input"))) == 1
    assert await errors(engine, queue(url="null")) == []


@pytest.mark.parametrize(
    ("argument", "value", "found"),
    [
        ("delay_seconds", "1.5", True),
        ("delay_seconds", '"99999"', True),  # converted, then out of its range
        ("delay_seconds", '"9"', False),
        ("delay_seconds", '"0x1F"', True),
        ("fifo_queue", '"TRUE"', True),
        ("fifo_queue", "1", True),
        ("fifo_queue", '"true"', False),
    ],
)
async def test_numbers_flags_and_texts_are_converted_as_terraform_does(
    engine: BundledEngine, argument: str, value: str, found: bool
) -> None:
    assert bool(await errors(engine, queue(**{argument: value}))) is found


async def test_lengths_count_bytes_in_the_sdk(engine: BundledEngine) -> None:
    def role(description: str) -> str:
        return f'''resource "aws_iam_role" "r" {{
  assume_role_policy = "{{}}"
  description        = "{description}"
}}
'''

    assert await errors(engine, role("é" * 500)) == []
    assert "between 0 and 1,000 bytes" in (await errors(engine, role("é" * 501)))[0]


async def test_an_empty_text_counts_as_set_and_an_unknown_member_silences(engine: BundledEngine) -> None:
    (said, *_) = await errors(engine, queue(name='"a"', name_prefix='""'))
    assert "exclude each other" in said
    assert await errors(engine, queue(name='"a"', name_prefix="null")) == []
    assert await errors(engine, INPUT + queue(name='"a"', name_prefix="var.input")) == []


async def test_a_time_limit_is_read_by_the_framework_only(engine: BundledEngine) -> None:
    timeouts = '  timeouts {\n    create = "zz"\n  }\n'
    old = f'resource "aws_nat_gateway" "n" {{\n  subnet_id = "s"\n  connectivity_type = "private"\n{timeouts}}}\n'
    assert await errors(engine, old) == []
    new = f'resource "aws_dsql_cluster" "c" {{\n{timeouts}}}\n'
    (said,) = await errors(engine, new)
    assert "create must be a duration" in said


async def test_an_attribute_of_objects_may_be_a_partial_block_but_no_partial_object(
    engine: BundledEngine,
) -> None:
    group = 'resource "aws_security_group" "g" {{\n{}\n}}\n'
    block = group.format('  ingress {\n    from_port = 1\n    to_port   = 2\n    protocol  = "tcp"\n  }')
    assert await errors(engine, block) == []
    part = group.format('  ingress = [{ from_port = 1, to_port = 2, protocol = "tcp" }]')
    assert len(await errors(engine, part)) == 1


async def test_a_bad_reference_stops_nothing_else(engine: BundledEngine) -> None:
    main = queue(name="aws_sqs_queue.gone.name") + versioning('"On"')
    assert len(await errors(engine, main)) == 2


async def test_an_undeclared_provider_or_a_cycle_stops_the_walk(engine: BundledEngine) -> None:
    main = versioning('"On"') + 'resource "aws_sqs_queue" "q" {\n  provider = aws.elsewhere\n}\n'
    assert not [said for said in await errors(engine, main) if STATUS in said]


async def test_count_with_for_each_stops_the_walk(engine: BundledEngine) -> None:
    (said,) = await errors(engine, versioning('"On"') + queue(count="1", for_each='toset(["a"])'))
    assert "count" in said
    assert "for_each" in said
    assert STATUS not in said


async def test_a_value_deep_in_blocks_is_told_at_its_own_line(engine: BundledEngine) -> None:
    """The SDK names a random sibling three blocks deep; the verdict is the same, the line ought to be right."""
    kinds = ("Lambda", "Lamda", "RecordDeAggregation")
    processors = "".join(f'      processors {{\n        type = "{kind}"\n      }}\n' for kind in kinds)
    main = f"""resource "aws_kinesis_firehose_delivery_stream" "s" {{
  name        = "s"
  destination = "extended_s3"
  extended_s3_configuration {{
    bucket_arn = "arn:aws:s3:::b"
    role_arn   = "arn:aws:iam::123456789012:role/r"
    processing_configuration {{
      enabled = true
{processors}    }}
  }}
}}
"""
    line = main.splitlines().index('        type = "Lamda"') + 1
    for _ in range(3):
        (said,) = await errors(engine, main)
        assert said.startswith(f"main.tf:{line}:"), said
        assert "type must be one of" in said


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("fine-1", False),
        ("no such name", True),  # a pattern was learned
        ("-begins-with-a-hyphen", True),
    ],
)
async def test_a_garbage_text_is_refused_where_its_letters_were_learned(
    engine: BundledEngine, name: str, found: bool
) -> None:
    main = f'resource "aws_lb_target_group" "t" {{\n  name = "{name}"\n}}\n'
    assert bool(await errors(engine, main)) is found


async def test_a_garbage_text_passes_where_the_rule_is_told_in_prose_only(engine: BundledEngine) -> None:
    """The real provider says "must begin with 'alias/' …": what else it takes nobody can read, so we refuse nothing."""
    main = 'resource "aws_kms_alias" "a" {\n  name          = "no alias"\n  target_key_id = "k"\n}\n'
    assert await errors(engine, main) == []
