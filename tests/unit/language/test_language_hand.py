"""Hover, completion and symbols as lookups, on text that is being typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.language.completion import Suggestion, suggestions_at
from aws_orchestrator.language.cursor import cursor_at
from aws_orchestrator.language.hover import hover_at
from aws_orchestrator.language.schemas import Schemas
from aws_orchestrator.language.symbols import symbols_of
from unit.update.updating import MODULES

CORPUS = [path.read_bytes() for path in sorted(MODULES.rglob("*.tf"))]
VARIABLES = b"""\
variable "bucket_name" {
  description = "Name of the bucket."
  type        = string
  default     = "here"
}

locals {
  name = "x"
  tags = { a = "b" }
}
"""


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    found = shipped_library().choose("hashicorp/aws", "", "5.100.0")
    assert found is not None
    return Schemas([found])


def at(text: str) -> tuple[dict[str, bytes], int]:
    """The module of a text whose place is marked by a bar."""
    before, bar, after = text.partition("|")
    assert bar
    return {"main.tf": f"{before}{after}".encode(), "variables.tf": VARIABLES}, len(before.encode())


def page(text: str, schemas: Schemas) -> str:
    files, offset = at(text)
    found = hover_at(files, "main.tf", offset, schemas)
    return found.text if found else ""


def offered(text: str, schemas: Schemas) -> dict[str, Suggestion]:
    files, offset = at(text)
    return {one.label: one for one in suggestions_at(files, "main.tf", offset, schemas).items}


BUCKET = 'resource "aws_s3_bucket" "this" {\n'
VERSIONING = 'resource "aws_s3_bucket_versioning" "this" {\n  bucket = "x"\n\n  versioning_configuration {\n'


def test_an_argument_tells_its_type_its_flags_what_it_replaces_and_where_to_read_on(schemas: Schemas) -> None:
    text = page(f'{BUCKET}  buc|ket = "x"\n}}\n', schemas)
    assert "**bucket** `string` · optional, computed" in text
    assert "Changing this replaces the resource" in text
    assert "Excludes `bucket_prefix`" in text
    assert (
        "https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/s3_bucket#bucket"
        in text
    )


def test_an_argument_tells_allowed_values_limits_and_its_default(schemas: Schemas) -> None:
    assert "Allowed values: `Enabled`, `Suspended`, `Disabled`" in page(
        f"{VERSIONING}    st|atus = \n", schemas
    )
    queue = page('resource "aws_sqs_queue" "q" {\n  delay_sec|onds = 1\n}\n', schemas)
    assert "between 0 and 900" in queue
    assert "Default: `345600`" in page(
        'resource "aws_sqs_queue" "q" {\n  message_retention|_seconds = 1\n}\n', schemas
    )


def test_blocks_types_and_dynamic_blocks_have_pages(schemas: Schemas) -> None:
    block = page(VERSIONING.replace("versioning_configuration", "versioning_conf|iguration"), schemas)
    assert "**versioning_configuration** block · required, at most one" in block
    assert "Needs `status`" in block
    assert "**aws_s3_bucket** resource of hashicorp/aws 5.100.0" in page(
        'resource "aws_s3|_bucket" "this" {}\n', schemas
    )
    assert "data source" in page('data "aws_reg|ion" "here" {}\n', schemas)
    dynamic = (
        'resource "aws_s3_bucket_cors_configuration" "x" {\n  dynamic "cors_|rule" {\n    for_each = []\n'
    )
    assert "**cors_rule** block" in page(dynamic, schemas)
    inside = dynamic.replace("cors_|rule", "cors_rule") + "    content {\n      allowed_me|thods = []\n"
    assert "cors_rule.allowed_methods" in page(inside, schemas)


def test_references_lead_to_what_they_name(schemas: Schemas) -> None:
    assert "Name of the bucket." in page(f"{BUCKET}  bucket = var.bucket|_name\n}}\n", schemas)
    assert '"x"' in page(f"{BUCKET}  bucket = local.na|me\n}}\n", schemas)
    exported = page('output "a" {\n  value = aws_s3_bucket.this[0].ar|n\n}\n', schemas)
    assert "**arn** `string` · computed" in exported
    inside = page('locals {\n  a = "x-${aws_s3_bucket.this.bucket_regional_dom|ain_name}"\n}\n', schemas)
    assert "bucket_regional_domain_name" in inside


def test_terraforms_own_words_have_pages(schemas: Schemas) -> None:
    assert "must give it" in page('variable "x" {\n  def|ault = 1\n}\n', schemas)
    assert "create" not in page('variable "x" {\n  nothing| = 1\n}\n', schemas)
    assert "prevent" not in page(f"{BUCKET}  cou|nt = 1\n}}\n", schemas)
    assert "is refused" in page(f"{BUCKET}  lifecycle {{\n    prevent_des|troy = true\n", schemas)


def test_there_is_no_page_in_comments_and_plain_text(schemas: Schemas) -> None:
    assert page(f"{BUCKET}  # buc|ket = 1\n}}\n", schemas) == ""
    assert page(f'{BUCKET}  bucket = "buc|ket"\n}}\n', schemas) == ""


def test_types_are_offered_by_what_is_typed_of_them(schemas: Schemas) -> None:
    found = offered('resource "aws_s3_bucket_ver|', schemas)
    assert next(iter(found)) == "aws_s3_bucket_versioning"
    assert found["aws_s3_bucket_versioning"].text == "aws_s3_bucket_versioning"
    assert "aws_region" in offered('data "aws_reg|" "x" {\n}\n', schemas)
    files, offset = at('resource "aws_|')
    assert not suggestions_at(files, "main.tf", offset, schemas).complete


def test_arguments_and_blocks_that_are_there_are_not_offered_again(schemas: Schemas) -> None:
    found = offered(
        'resource "aws_subnet" "x" {\n  cidr_block = "10.0.0.0/24"\n  |\n  tags = {}\n}\n', schemas
    )
    assert found["vpc_id"].detail == "required, string"
    assert found["vpc_id"].text == "vpc_id = "
    assert found["vpc_id"].rank < found["map_public_ip_on_launch"].rank
    assert not found.keys() & {"cidr_block", "tags", "arn"}
    assert "count" in found
    block = offered('resource "aws_s3_bucket_versioning" "x" {\n  ver|\n}\n', schemas)[
        "versioning_configuration"
    ]
    assert (block.text, block.snippet) == ("versioning_configuration {\n  $0\n}", True)


def test_allowed_values_are_offered_in_quotes_or_inside_of_them(schemas: Schemas) -> None:
    assert offered(f"{VERSIONING}    status = |\n", schemas)["Enabled"].text == '"Enabled"'
    assert offered(f'{VERSIONING}    status = "En|"\n', schemas)["Enabled"].text == "Enabled"
    assert set(offered(f"{BUCKET}  force_destroy = |\n}}\n", schemas)) >= {"true", "false", "var.bucket_name"}


def test_references_are_offered_step_by_step(schemas: Schemas) -> None:
    assert set(offered(f"{BUCKET}  bucket = var.|\n}}\n", schemas)) == {"bucket_name"}
    assert set(offered(f"{BUCKET}  bucket = local.|\n}}\n", schemas)) == {"name", "tags"}
    made = f'{BUCKET}}}\noutput "a" {{\n  value = '
    assert "this" in offered(f"{made}aws_s3_bucket.|\n}}\n", schemas)
    assert "arn" in offered(f"{made}aws_s3_bucket.this.|\n}}\n", schemas)
    assert "bucket_name" in offered('locals {\n  a = "x-${var.|}"\n}\n', schemas)


def test_a_file_and_terraforms_own_blocks_have_their_words(schemas: Schemas) -> None:
    assert {"resource", "variable", "output"} <= set(offered("|", schemas))
    assert {"type", "default", "validation"} <= set(
        offered('variable "x" {\n  description = "d"\n  |\n}\n', schemas)
    )
    assert "description" not in offered('variable "x" {\n  description = "d"\n  |\n}\n', schemas)
    assert "list(string)" in offered('variable "x" {\n  type = |\n}\n', schemas)


def test_an_unfinished_line_above_does_not_matter(schemas: Schemas) -> None:
    broken = 'resource "aws_s3_bucket" "a" {\n  bucket = \n\nresource "aws_subnet" "b" {\n  vpc|\n'
    assert "vpc_id" in offered(broken, schemas)
    open_text = 'locals {\n  a = "never closed\n}\n\nresource "aws_subnet" "b" {\n  vpc|\n'
    assert "vpc_id" in offered(open_text, schemas)


def test_symbols_are_the_blocks_with_their_addresses() -> None:
    found = symbols_of(
        VARIABLES + BUCKET.encode() + b'  bucket = "x"\n\n  timeouts {\n    create = "1m"\n  }\n}\n'
    )
    assert [symbol.name for symbol in found] == ["var.bucket_name", "locals", "aws_s3_bucket.this"]
    assert [child.name for child in found[2].children] == ["bucket", "timeouts"]
    assert symbols_of(b'resource "aws_s3_bucket" "a" {\n  bucket = \n')


@settings(max_examples=150)
@given(st.sampled_from(CORPUS), st.data())
def test_any_place_of_any_prefix_of_a_file_has_an_answer(content: bytes, data: st.DataObject) -> None:
    found = shipped_library().choose("hashicorp/aws", "", "5.100.0")
    assert found is not None
    cut = data.draw(st.integers(0, len(content)))
    half = content[:cut] + content[data.draw(st.integers(cut, len(content))) :]
    place = data.draw(st.integers(0, len(half)))
    cursor = cursor_at(half, place)
    assert half[:place].decode(errors="replace").endswith(cursor.prefix)
    files = {"main.tf": half}
    hover_at(files, "main.tf", place, Schemas([found]))
    answer = suggestions_at(files, "main.tf", place, Schemas([found]))
    assert 0 <= answer.start <= place


@pytest.mark.parametrize(
    "text",
    [
        "terraform {\n  required_providers {\n    {\n      source",
        'resource "aws_s3_bucket" "a" {\n  {\n',
        "{\n ",
    ],
)
def test_a_block_whose_type_is_not_written_yet_has_nothing_to_offer(text: str) -> None:
    found = shipped_library().choose("hashicorp/aws", "", "5.100.0")
    assert found is not None

    answer = suggestions_at({"main.tf": text.encode()}, "main.tf", len(text), Schemas([found]))

    assert answer.items == ()


@settings(max_examples=60)
@given(st.sampled_from(CORPUS), st.data())
def test_the_blocks_around_a_place_are_those_of_the_syntax_tree(content: bytes, data: st.DataObject) -> None:
    from aws_orchestrator.hcl.find import BlockView, FileView

    blocks: list[tuple[int, int, tuple[str, ...]]] = []

    def walk(block: BlockView, above: tuple[str, ...]) -> None:
        path = (*above, " ".join((block.type, *block.labels)))
        blocks.append((block.body_start, block.body_end, path))
        for inner in block.blocks:
            walk(inner, path)

    for top in FileView.of("main.tf", content).blocks:
        walk(top, ())
    place = data.draw(st.integers(0, len(content)))
    around = [path for start, end, path in blocks if start <= place <= end]
    expected = max(around, key=len, default=())
    assert tuple(" ".join(words) for words in cursor_at(content, place).blocks) == expected
