"""What a change means for callers and for resources that exist, read from a module's two states."""

import pytest

from aws_orchestrator.agents.module_changes import Consequences, consequences
from aws_orchestrator.agents.stateful_types import STATEFUL_TYPES, is_stateful
from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.hcl.compare import compare_modules, is_widened
from aws_orchestrator.hcl.find import ModuleView


def view(text: str) -> ModuleView:
    return ModuleView.of({"main.tf": text.encode()})


def meaning(before: str, after: str, catalog: Catalog) -> Consequences:
    return consequences(view(before), view(after), catalog)


@pytest.mark.parametrize(
    ("before", "after", "widened"),
    [
        ("string", "string", True),
        ("list( string )", "list(string)", True),
        ("string", "any", True),
        ("any", "string", False),
        (None, "any", True),
        (None, "string", False),
        ("string", "number", False),
        ("list(string)", "set(string)", False),
        ("list(string)", "list(any)", True),
        ("list(object({ a = string }))", "list(object({ a = string, b = optional(number) }))", True),
        ("list(object({ a = string }))", "list(object({ a = string, b = number }))", False),
        ("object({ a = string, b = string })", "object({ a = string })", False),
        ("object({ a = optional(string) })", "object({ a = string })", False),
        ("object({ a = string })", "object({ a = optional(string) })", True),
        ("object({ a = optional(string) })", "object({ a = optional(any, 1) })", True),
        ("map(object({ a = map(string) }))", "map(object({ a = map(number) }))", False),
        ("object({})", "object({ a = optional(list(string), []) })", True),
    ],
)
def test_a_type_is_widened_when_every_value_of_the_one_is_one_of_the_other(
    before: str | None, after: str | None, *, widened: bool
) -> None:
    assert is_widened(before, after) is widened


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("count = 2", "for_each = toset([])", ("count", "for_each")),
        ("for_each = toset([])", "count = 2", ("for_each", "count")),
        ("", "count = 1", ("one", "count")),
        ("for_each = {}", "", ("for_each", "one")),
    ],
)
def test_another_repetition_is_breaking_for_it_changes_the_addresses(
    before: str, after: str, change: tuple[str, str], catalog: Catalog
) -> None:
    states = [
        f'resource "aws_sqs_queue" "q" {{\n  {line}\n}}\nmodule "m" {{\n  source = "./m"\n  {line}\n}}\n'
        for line in (before, after)
    ]
    compared = compare_modules(view(states[0]), view(states[1]))
    assert set(compared.repetition) == {("aws_sqs_queue.q", *change), ("module.m", *change)}
    found = meaning(states[0], states[1], catalog)
    assert found.risk == "high"
    assert any(f"aws_sqs_queue.q changes from {change[0]} to {change[1]}" in one for one in found.breaking)


def test_another_way_to_count_the_same_is_no_repetition() -> None:
    states = [
        f'resource "aws_sqs_queue" "q" {{\n  count = {count}\n}}\n' for count in ("1", "var.on ? 1 : 0")
    ]
    assert compare_modules(view(states[0]), view(states[1])).repetition == ()


def variable(*lines: str) -> str:
    return 'variable "x" {\n' + "".join(f"  {line}\n" for line in lines) + "}\n"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (variable("type = string", 'default = "a"'), variable("type = string"), "loses its default"),
        ("", variable("type = string"), "has no default: every caller must set it"),
        (variable("type = any"), variable("type = string"), "is narrower: string, was any"),
        (variable("type = string"), variable("type = string", "nullable = false"), "no longer takes null"),
        (variable("type = string"), "", "the variable x is removed"),
        ('output "x" {\n  value = 1\n}\n', "", "the output x is removed"),
        (
            'output "x" {\n  value = 1\n}\n',
            'output "x" {\n  value = 1\n  sensitive = true\n}\n',
            "becomes sensitive",
        ),
        ('resource "aws_sqs_queue" "q" {\n}\n', "", "is removed without `moved`"),
    ],
)
def test_what_breaks_callers_is_said(before: str, after: str, says: str, catalog: Catalog) -> None:
    assert any(says in sentence for sentence in meaning(before, after, catalog).breaking)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", variable("type = string", "default = null")),
        (variable("type = string"), variable("type = string", 'default = "a"')),
        (variable("type = string"), variable("type = any")),
        (variable("type = string"), variable("type   =   string", 'description = "X."')),
        ("", 'output "x" {\n  value = 1\n}\n'),
    ],
)
def test_what_breaks_nobody_is_not_called_breaking(before: str, after: str, catalog: Catalog) -> None:
    assert meaning(before, after, catalog).breaking == ()


def test_a_moved_resource_is_neither_removed_nor_added(catalog: Catalog) -> None:
    before = 'resource "aws_s3_bucket" "a" {\n}\noutput "x" {\n  value = aws_s3_bucket.a.arn\n}\n'
    after = before.replace('"a"', '"b"').replace(".a.", ".b.")
    moved = "moved {\n  from = aws_s3_bucket.a\n  to   = aws_s3_bucket.b\n}\n"
    assert meaning(before, after, catalog).destroyed == ("aws_s3_bucket.a",)
    found = meaning(before, after + moved, catalog)
    assert (found.breaking, found.destroyed, found.moved) == ((), (), {"aws_s3_bucket.a": "aws_s3_bucket.b"})


DATABASE = """\
variable "name" {
  type    = string
  default = "%s"
}

locals {
  whole = "${var.name}-%s"
}

resource "aws_db_instance" "this" {
  db_name        = %s
  instance_class = "db.t3.micro"
}
"""


@pytest.mark.parametrize("value", ["var.name", "local.whole", '"${var.name}"'])
def test_a_changed_default_that_replaces_a_database_is_seen_through_the_variable(
    value: str, catalog: Catalog
) -> None:
    found = meaning(DATABASE % ("a", "x", value), DATABASE % ("b", "x", value), catalog)
    assert [item.argument for item in found.replaced] == ["db_name"]
    assert found.destroyed == ("aws_db_instance.this",)
    assert "another value of db_name replaces aws_db_instance.this" in found.breaking


def test_a_changed_local_value_is_seen_and_one_that_nothing_uses_is_not(catalog: Catalog) -> None:
    assert meaning(
        DATABASE % ("a", "x", "local.whole"), DATABASE % ("a", "y", "local.whole"), catalog
    ).destroyed
    assert not meaning(
        DATABASE % ("a", "x", "var.name"), DATABASE % ("a", "y", "var.name"), catalog
    ).destroyed


def test_every_stateful_type_exists_and_every_kind_of_the_promise_is_among_them() -> None:
    known: set[str] = set()
    for version in shipped_library().versions("hashicorp/aws"):
        found = shipped_library().choose("hashicorp/aws", f"= {version}")
        assert found is not None
        known |= set(found.resource_names)
    assert known >= STATEFUL_TYPES, sorted(STATEFUL_TYPES - known)
    for type_ in (
        "aws_s3_bucket",
        "aws_dynamodb_table",
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_kms_key",
        "aws_efs_file_system",
        "aws_fsx_lustre_file_system",
        "aws_ebs_volume",
        "aws_kinesis_stream",
        "aws_cognito_user_pool",
    ):
        assert is_stateful(f"{type_}.this")
    assert not is_stateful("aws_s3_bucket_versioning.this")
