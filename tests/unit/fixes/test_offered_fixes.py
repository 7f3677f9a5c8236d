"""Every kind of fix of the issue's list: offered, tried, and kept by Terraform and the rules."""

from typing import NamedTuple

import pytest

from unit.fixes.mending import VERSIONS, Workbench

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Case(NamedTuple):
    kind: str
    main: str
    about: str
    """A word of the finding."""
    title: str
    """The beginning of the offer that is meant."""
    holds: str
    """What the module says afterwards, spaces aside."""
    preferred: bool = True
    safe: bool = True
    versions: str = VERSIONS


def block(kind: str, *lines: str) -> str:
    return f"{kind} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


VERSIONING = 'resource "aws_s3_bucket_versioning" "x"'
CASES = (
    Case(
        "argument",
        block('resource "aws_s3_bucket" "x"', 'bukcet = "abc"'),
        "bukcet",
        'Change "bukcet"',
        'bucket = "abc"',
    ),
    Case(
        "argument, words in another order",
        block('resource "aws_subnet" "x"', 'vpc_id = "vpc-12345678"', 'block_cidr = "10.0.0.0/24"'),
        "block_cidr",
        'Change "block_cidr"',
        'cidr_block = "10.0.0.0/24"',
        preferred=False,
        safe=False,
    ),
    Case(
        "type",
        block('resource "aws_s3_bukcet_acl" "x"', 'bucket = "abc"', 'acl = "private"'),
        "aws_s3_bukcet_acl",
        'Change "aws_s3_bukcet_acl"',
        'resource "aws_s3_bucket_acl" "x"',
    ),
    Case(
        "function",
        block("locals", "a = jsonencod({})"),
        "jsonencod",
        'Change "jsonencod"',
        "a = jsonencode({})",
    ),
    Case(
        "reference",
        block('variable "name"', 'description = "N"', "type = string") + block("locals", "a = var.nmae"),
        "nmae",
        'Change "nmae"',
        "a = var.name",
    ),
    Case(
        "local",
        block("locals", "size = 1", "a = local.siez"),
        "siez",
        'Change "siez"',
        "a = local.size",
    ),
    Case(
        "block for an argument",
        block('resource "aws_s3_bucket" "x"', 'tags {\n    a = "b"\n  }'),
        "tags",
        "Write tags as an argument",
        'tags = { a = "b" }',
    ),
    Case(
        "argument for a block",
        block(VERSIONING, 'bucket = "abc"', 'versioning_configuration = {\n    status = "Enabled"\n  }'),
        "Did you mean to define a block",
        "Write versioning_configuration as a block",
        'versioning_configuration { status = "Enabled" }',
    ),
    Case(
        "missing argument",
        block('resource "aws_subnet" "x"', 'cidr_block = "10.0.0.0/24"'),
        '"vpc_id" is required',
        "Add vpc_id from the new variable vpc_id",
        'variable "vpc_id" { description = "VPC ID of aws_subnet.x." type = string }',
        safe=False,
    ),
    Case(
        "missing block",
        block(VERSIONING, 'bucket = "abc"'),
        "Insufficient versioning_configuration",
        "Add the block versioning_configuration",
        "status = var.versioning_configuration_status",
        safe=False,
    ),
    Case(
        "one of several",
        block('resource "aws_route" "x"', 'route_table_id = "rtb-1"', 'gateway_id = "igw-1"'),
        "destination_cidr_block",
        "Add destination_cidr_block",
        "destination_cidr_block = var.destination_cidr_block",
        preferred=False,
        safe=False,
    ),
    Case(
        "bool",
        block('resource "aws_s3_bucket" "x"', 'force_destroy = "yes"'),
        "bool is required",
        "Write true",
        "force_destroy = true",
    ),
    Case(
        "list",
        block(
            'resource "aws_instance" "x"',
            'ami = "ami-12345678"',
            'instance_type = "t3.micro"',
            'vpc_security_group_ids = "sg-1"',
        ),
        "set of string required",
        'Write ["sg-1"]',
        'vpc_security_group_ids = ["sg-1"]',
    ),
    Case(
        "a variable of the right type",
        block('resource "aws_s3_bucket" "x"', 'force_destroy = "sometimes"'),
        "bool is required",
        "Use the variable force_destroy (bool)",
        "force_destroy = var.force_destroy",
        preferred=False,
        safe=False,
    ),
    Case(
        "default of another type",
        block('variable "days"', 'description = "Days."', "type = number", 'default = "30 days"'),
        "a number is required",
        "Write 30",
        "default = 30",
    ),
    Case(
        "bad enum value",
        block(VERSIONING, 'bucket = "abc"', 'versioning_configuration {\n    status = "enabled"\n  }'),
        "must be one of",
        'Set status to "Enabled"',
        'status = "Enabled"',
    ),
    Case(
        "out of range",
        block('resource "aws_sqs_queue" "x"', "delay_seconds = 99999"),
        "between 0 and 900",
        "Set delay_seconds to 900",
        "delay_seconds = 900",
        preferred=False,
        safe=False,
    ),
    Case(
        "conflict",
        block('resource "aws_s3_bucket" "x"', 'bucket = "abc-def"', 'bucket_prefix = "abc"'),
        "exclude each other",
        "Drop bucket_prefix",
        'bucket = "abc-def"\n}',
        preferred=False,
        safe=False,
    ),
    Case(
        "deprecated, renamed",
        block(
            'resource "aws_cloudwatch_event_rule" "x"',
            'schedule_expression = "rate(1 day)"',
            "is_enabled = false",
        ),
        "is_enabled is deprecated",
        "Use state",
        'state = "DISABLED"',
    ),
    Case(
        "gone, renamed",
        block('resource "aws_eip" "x"', "vpc = true"),
        '"vpc" is not expected',
        "Use domain",
        'domain = "vpc"',
    ),
    Case(
        "deprecated, a resource of its own",
        block('resource "aws_s3_bucket" "x"', 'acl = "private"'),
        "acl is deprecated",
        "Move it to aws_s3_bucket_acl.x",
        'resource "aws_s3_bucket_acl" "x" { bucket = aws_s3_bucket.x.id acl = "private" }',
        preferred=False,
        safe=False,
    ),
    Case(
        "deprecated block, a resource of its own",
        block('resource "aws_s3_bucket" "x"', "versioning {\n    enabled = true\n  }"),
        "versioning is deprecated",
        "Move it to aws_s3_bucket_versioning.x",
        'versioning_configuration { status = "Enabled" }',
        preferred=False,
        safe=False,
    ),
    Case("unformatted", "locals {\n  a   = 1\n}\n", "not formatted", "Format main.tf", "a = 1"),
    Case(
        "missing tags",
        block('resource "aws_sqs_queue" "x"'),
        "has no tags",
        "Add the merged tags",
        "var.sqs_queue_tags",
    ),
    Case(
        "missing tags merge",
        block('resource "aws_sqs_queue" "x"', 'tags = { Owner = "us" }'),
        "lack a map",
        "Merge the missing tags",
        'merge({ "Name" = "x" }, { Owner = "us" }, var.tags, var.sqs_queue_tags)',
    ),
    Case(
        "missing description",
        block('variable "vpc_id"', "type = string")
        + block('resource "aws_subnet" "x"', "vpc_id = var.vpc_id"),
        "vpc_id has no description",
        "Describe it",
        'description = "VPC ID of aws_subnet.x."',
        preferred=False,
        safe=False,
    ),
    Case(
        "missing type",
        block('variable "on"', 'description = "On."') + block("locals", "a = var.on ? 1 : 2"),
        "on has no type",
        "Use the type of its use, bool",
        "type = bool",
        safe=False,
    ),
    Case(
        "type of an argument",
        block('variable "ids"', 'description = "Ids."', "type = any")
        + block('resource "aws_lb" "x"', "subnets = var.ids"),
        'is "any"',
        "Use the type of its use, set(string)",
        "type = set(string)",
        safe=False,
    ),
    Case(
        "unguarded output",
        block('resource "aws_sqs_queue" "x"', "count = 1")
        + block('output "arn"', 'description = "A."', "value = aws_sqs_queue.x[0].arn"),
        "fails when",
        "Guard the output",
        "try(aws_sqs_queue.x[0].arn, null)",
    ),
    Case(
        "output without an index",
        block('resource "aws_sqs_queue" "x"', "count = 1")
        + block('output "arn"', 'description = "A."', "value = aws_sqs_queue.x.arn"),
        "must be accessed on specific instances",
        "Guard the output",
        "try(aws_sqs_queue.x[0].arn, null)",
    ),
    Case(
        "literal region",
        block("locals", 'where = "eu-west-1"'),
        "Region",
        "Use data.aws_region.current",
        "where = data.aws_region.current.",
    ),
    Case(
        "literal region in a text",
        block("locals", 'where = "https://sqs.eu-west-1.amazonaws.com"'),
        "Region",
        "Use data.aws_region.current",
        '"https://sqs.${data.aws_region.current.',
    ),
    Case(
        "literal region of a provider",
        block('provider "aws"', 'region = "eu-west-1"'),
        "Region",
        "Use the variable region",
        "region = var.region",
        safe=False,
    ),
    Case(
        "literal ARN",
        block("locals", 'a = "arn:aws:s3:::b"'),
        "partition",
        "Use data.aws_partition.current.partition",
        "arn:${data.aws_partition.current.partition}:s3:::b",
    ),
    Case(
        "literal account",
        block("locals", 'account_id = "123456789012"'),
        "Account id",
        "Use data.aws_caller_identity.current.account_id",
        "account_id = data.aws_caller_identity.current.account_id",
    ),
    Case(
        "missing constraint",
        block('resource "random_id" "x"', "byte_length = 4"),
        "Provider random is used without",
        "Require random",
        'random = { source = "hashicorp/random" version = ">= ',
    ),
    Case(
        "no lower bound",
        block("locals", "a = 1"),
        "has no lower bound",
        "Require aws",
        ", < 7.0.0",
        versions=VERSIONS.replace(">= 5.40.0", "< 7.0.0"),
    ),
    Case(
        "undeclared variable",
        block('resource "aws_sqs_queue" "x"', "delay_seconds = var.delay"),
        "delay",
        "Declare the variable delay (number)",
        'variable "delay" { description = "Delay seconds of aws_sqs_queue.x." type = number',
        safe=False,
    ),
    Case(
        "undeclared data source",
        block("locals", "a = data.aws_region.here.id"),
        "aws_region",
        "Declare data.aws_region.here",
        'data "aws_region" "here" {}',
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
async def test_a_fix_is_offered_that_removes_its_finding_and_adds_none(case: Case, bench: Workbench) -> None:
    files = {"main.tf": case.main, "versions.tf": case.versions}
    offers = await bench.offers(files, case.about)
    offer = next((one for one in offers if one.fix.title.startswith(case.title)), None)
    assert offer is not None, [one.fix.title for one in offers]
    after = await bench.kept(files, case.about, offer)
    assert _plain(case.holds) in _plain("\n".join(after.values()))
    assert (offer.fix.preferred, offer.safe) == (case.preferred, case.safe), offer.breaking
    assert sum(one.fix.preferred for one in offers) <= 1


async def test_the_allowed_values_are_all_offered_the_most_similar_first(bench: Workbench) -> None:
    text = block(VERSIONING, 'bucket = "abc"', 'versioning_configuration {\n    status = "Suspnded"\n  }')
    offers = await bench.offers({"main.tf": text, "versions.tf": VERSIONS}, "must be one of")
    assert offers[0].fix.title == 'Set status to "Suspended"'
    assert len(offers) == 3


async def test_each_side_of_a_conflict_may_be_dropped(bench: Workbench) -> None:
    text = block('resource "aws_s3_bucket" "x"', 'bucket = "abc-def"', 'bucket_prefix = "abc"')
    offers = await bench.offers({"main.tf": text, "versions.tf": VERSIONS}, "exclude each other")
    assert {one.fix.title for one in offers} == {"Drop bucket", "Drop bucket_prefix"}
    assert not any(one.fix.preferred for one in offers)


async def test_what_the_module_has_is_used_and_not_declared_again(bench: Workbench) -> None:
    variables = block('variable "vpc_id"', 'description = "The VPC."', "type = string")
    text = block('resource "aws_subnet" "x"', 'cidr_block = "10.0.0.0/24"')
    files = {"main.tf": text, "variables.tf": variables, "versions.tf": VERSIONS}
    (offer,) = await bench.offers(files, '"vpc_id" is required')
    after = await bench.kept(files, '"vpc_id" is required', offer)
    assert after["variables.tf"] == variables
    assert offer.safe


async def test_a_fix_that_would_add_a_finding_is_not_offered(bench: Workbench) -> None:
    # The suggested name is there already: writing it twice is another error.
    text = block('resource "aws_s3_bucket" "x"', 'bucket = "abc"', 'bukcet = "def"')
    assert await bench.offers({"main.tf": text, "versions.tf": VERSIONS}, "bukcet") == ()


async def test_a_file_that_does_not_parse_gets_no_edits_and_the_others_do(bench: Workbench) -> None:
    files = {
        "main.tf": block('resource "aws_s3_bucket" "x"', "bucket = "),
        "locals.tf": "locals {\n  a   = 1\n}\n",
        "versions.tf": VERSIONS,
    }
    offers = [
        (offer, finding)
        for finding in await bench.findings(files)
        for offer in await bench.offers(files, finding.summary)
    ]
    assert not any(edit.file == "main.tf" for offer, _ in offers for edit in offer.fix.edits)
    assert any(edit.file == "locals.tf" for offer, _ in offers for edit in offer.fix.edits)


async def test_a_readme_with_a_table_gets_the_row_of_a_variable_that_a_fix_declares(bench: Workbench) -> None:
    readme = (
        "# Module\n\n## Inputs\n\n| Name | Description | Type | Default | Required |\n|---|---|---|---|---|\n"
        "| `cidr` | The CIDR. | `string` | n/a | yes |\n"
    )
    files = {
        "README.md": readme,
        "main.tf": block('resource "aws_subnet" "x"', "cidr_block = var.cidr"),
        "variables.tf": block(
            'variable "cidr"',
            'description = "The CIDR."',
            "type        = string",
            "",
            'validation {\n    condition     = can(cidrhost(var.cidr, 0))\n    error_message = "No CIDR."\n  }',
        ).replace("  \n", "\n"),
        "versions.tf": VERSIONS,
    }
    (offer,) = await bench.offers(files, '"vpc_id" is required')
    after = await bench.kept(files, '"vpc_id" is required', offer)
    assert "| `vpc_id` |" in after["README.md"]
    assert "Add the row" in offer.fix.title


async def test_line_ends_byte_order_mark_and_comments_stay(bench: Workbench) -> None:
    text = '\ufeff# Größe\nresource "aws_s3_bucket" "x" { # here\n  bukcet = "abc" // why\n}\n'.replace(
        "\n", "\r\n"
    )
    files = {"main.tf": text, "versions.tf": VERSIONS}
    offers = await bench.offers(files, "bukcet")
    after = await bench.kept(files, "bukcet", offers[0])
    assert after["main.tf"] == text.replace("bukcet", "bucket")


async def test_healing_makes_every_safe_fix_and_leaves_the_rest_to_a_person(bench: Workbench) -> None:
    files = {
        "main.tf": block('resource "aws_sqs_queue" "x"', 'fifo_queue = "no"', "delay_secnds = 5")
        + block('resource "aws_subnet" "y"', 'cidr_block = "10.0.0.0/24"'),
        "versions.tf": VERSIONS,
    }
    healed = await bench.heal(files)
    after = healed.files["main.tf"].decode()
    assert "fifo_queue    = false" in after
    assert "delay_seconds = 5" in after
    assert "var.sqs_queue_tags" in after
    assert [one.summary for one in healed.left if one.check == "validate"] == ["Missing required argument"]
    again = await bench.heal({name: content.decode() for name, content in healed.files.items()})
    assert again.made == ()
    assert again.files == healed.files


async def test_healing_one_file_mends_only_what_is_found_there(bench: Workbench) -> None:
    files = {
        "main.tf": "locals {\n  a   = 1\n}\n",
        "other.tf": "locals {\n  b   = 1\n}\n",
        "versions.tf": VERSIONS,
    }
    healed = await bench.heal(files, file="main.tf")
    assert healed.files["main.tf"] == b"locals {\n  a = 1\n}\n"
    assert healed.files["other.tf"].decode() == files["other.tf"]


def _plain(text: str) -> str:
    return " ".join(text.split())
