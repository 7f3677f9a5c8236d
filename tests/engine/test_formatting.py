"""Formatting: Terraform's own, for many files in one call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_orchestrator.terraform.bundled import BundledEngine
from aws_orchestrator.terraform.formatting import smallest_edit
from engine.conftest import MAIN, tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

UGLY = b'locals {\n  a = 1\n  long = "\xe2\x82\xac"\n}\n'
PRETTY = b'locals {\n  a    = 1\n  long = "\xe2\x82\xac"\n}\n'


async def test_every_kind_of_file_is_formatted_and_the_others_are_left_alone(engine: BundledEngine) -> None:
    files = {
        "a.tf": UGLY,
        "b/c.tf": UGLY,
        "x.tfvars": b"a=1\n",
        "tests/t.tftest.hcl": b'run "x" {\ncommand=plan\n}\n',
        "m.tfmock.hcl": b'mock_resource "x" {\ndefaults={}\n}\n',
        "README.md": b"a=1",
    }
    assert await engine.format(files) == {
        "a.tf": PRETTY,
        "b/c.tf": PRETTY,
        "x.tfvars": b"a = 1\n",
        "tests/t.tftest.hcl": b'run "x" {\n  command = plan\n}\n',
        "m.tfmock.hcl": b'mock_resource "x" {\n  defaults = {}\n}\n',
        "README.md": b"a=1",
    }


async def test_a_file_that_does_not_parse_comes_back_unchanged_and_does_not_stop_the_others(
    engine: BundledEngine,
) -> None:
    files = {"bad.tf": b"locals {\n a=\n", "good.tf": UGLY}
    assert await engine.format(files) == {"bad.tf": files["bad.tf"], "good.tf": PRETTY}


async def test_formatting_nothing_is_nothing(engine: BundledEngine) -> None:
    assert await engine.format({}) == {}
    assert (await engine.fmt(tree(main_tf=MAIN))).status == "passed"


async def test_an_unformatted_file_is_one_finding_with_its_first_line_and_a_fix_that_works(
    engine: BundledEngine,
) -> None:
    result = await engine.fmt(tree(locals_tf=UGLY))
    assert result.status == "failed"
    (finding,) = result.findings
    assert finding.place is not None
    assert (finding.place.file, finding.place.line) == ("locals.tf", 2)
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    assert UGLY[: edit.start] + edit.text.encode() + UGLY[edit.end :] == PRETTY
    assert edit.text == "  a    = 1\n"


async def test_nested_folders_count_and_folders_outside_of_the_module_do_not(engine: BundledEngine) -> None:
    assert (await engine.fmt(tree(examples__basic__main_tf=UGLY))).status == "failed"
    assert (await engine.fmt(tree(module="examples/basic", main_tf=UGLY))).status == "passed"


async def test_values_that_do_not_parse_are_reported_by_fmt_because_validate_never_reads_them(
    engine: BundledEngine,
) -> None:
    result = await engine.fmt(tree(dev_tfvars="a = 1\nb = \n"))
    assert result.status == "failed"
    assert [finding.place.file for finding in result.findings if finding.place] == ["dev.tfvars"]


lines = st.lists(st.sampled_from([b"a\n", b"b\n", "é\n".encode(), b"\r\n", b"\n"]), max_size=8)


@given(lines, lines, st.sampled_from([b"", b"end"]), st.sampled_from([b"", b"end"]))
async def test_the_smallest_edit_makes_the_new_bytes(
    before: list[bytes], after: list[bytes], end_before: bytes, end_after: bytes
) -> None:
    old, new = b"".join(before) + end_before, b"".join(after) + end_after
    edit = smallest_edit("f", old, new)
    assert old[: edit.start] + edit.text.encode() + old[edit.end :] == new
