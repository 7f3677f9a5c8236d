"""Blocks and arguments are found with exact byte ranges, in whole files and in broken ones."""

import pytest

from aws_orchestrator.hcl.find import FileView, ModuleView, dynamic_content
from aws_orchestrator.hcl.syntax import first_error

MAIN = """\
# héllo
resource "aws_s3_bucket" "this" {
  count  = var.create ? 1 : 0
  bucket = "näme" # trailing

  dynamic "rule" {
    for_each = var.rules
    content {
      id = rule.value
    }
  }
  rule {
    id = "x"
  }
}

data aws_region "current" {}

locals {
  text = <<-EOT
    many
    lines
  EOT
}
"""


def test_ranges_are_bytes_of_the_file() -> None:
    content = MAIN.encode()
    file = FileView.of("main.tf", content)
    bucket = file.blocks[0]
    name = bucket.attributes["bucket"]
    assert content[name.value_start : name.value_end] == '"näme"'.encode()
    assert content[name.name_start : name.name_end] == b"bucket"
    assert content[name.start : name.end].decode() == 'bucket = "näme"'
    assert content[bucket.header_start : bucket.header_end] == b'resource "aws_s3_bucket" "this"'
    assert content[bucket.body_start - 1 : bucket.body_start] == b"{"
    assert content[bucket.body_end : bucket.end] == b"}"
    assert file.place(name.start, name.end).line == 4


def test_a_module_knows_its_blocks_by_kind_and_address() -> None:
    files = {
        "main.tf": MAIN.encode(),
        "variables.tf": b'variable "create" {}\n',
        "outputs.tf": b'output "id" { value = 1 }\n',
        "examples/basic/main.tf": b'resource "aws_vpc" "hidden" {}\n',
        "README.md": b"# text",
    }
    module = ModuleView.of(files)
    assert list(module.files) == ["main.tf", "outputs.tf", "variables.tf"]
    assert [module.address(block) for block in module.resources()] == ["aws_s3_bucket.this"]
    assert [module.address(block) for block in module.data()] == ["data.aws_region.current"]
    assert [module.address(block) for block in module.variables().values()] == ["var.create"]
    assert list(module.outputs()) == ["id"]
    assert module.locals()["text"].value.startswith("<<-EOT")
    assert list(ModuleView.of(files, ["examples/basic/main.tf"]).resources("aws_vpc"))


def test_dynamic_blocks_are_seen_as_what_they_make() -> None:
    [bucket] = ModuleView.of({"main.tf": MAIN.encode()}).resources()
    assert [block.attributes["id"].value for block in bucket.nested("rule")] == ["rule.value", '"x"']
    made = dynamic_content(bucket.blocks[0])
    assert made is not None
    assert made.type == "rule"
    assert dynamic_content(bucket.blocks[1]) is None


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_byte_order_marks_and_carriage_returns_do_not_matter(prefix: bytes, newline: bytes) -> None:
    content = prefix + MAIN.encode().replace(b"\n", newline)
    file = FileView.of("main.tf", content)
    assert file.error is None
    bucket = file.blocks[0].attributes["bucket"]
    assert content[bucket.value_start : bucket.value_end] == '"näme"'.encode()


@pytest.mark.parametrize(
    "broken",
    ['resource "a" "b" {\n  count = a ? 1\n}\n', 'x = "open\n', "x {\n", "x = = 1\n", '{ "json" = 1 }\n'],
)
def test_a_broken_file_is_flagged_and_says_where(broken: str) -> None:
    content = MAIN.encode() + broken.encode()
    error = FileView.of("main.tf", content).error
    assert error is not None
    start, end, message = error
    assert 0 <= start <= end <= len(content)
    assert message


def test_what_stands_before_an_error_is_still_found() -> None:
    file = FileView.of("main.tf", MAIN.encode() + b'resource "a" "b" {\n  count = a ? 1\n}\n')
    assert file.error is not None
    assert file.blocks[0].labels == ("aws_s3_bucket", "this")


def test_bytes_that_are_not_utf8_are_flagged() -> None:
    error = first_error(b'a = "\xff"\n')
    assert error is not None
    assert error[0] == 5
    assert "UTF-8" in error[2]
    assert FileView.of("main.tf", b'a = "\xff"\n').error == error


def test_an_empty_file_has_nothing() -> None:
    file = FileView.of("main.tf", b"")
    assert (file.blocks, dict(file.attributes), file.error) == ((), {}, None)
