"""Pieces and kept syntax trees: after any edit the answer is that of a file that is read for the first time."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from aws_orchestrator.hcl.find import FileView, ModuleView
from aws_orchestrator.hcl.parsed_files import ParsedFiles
from aws_orchestrator.hcl.pieces import pieces
from aws_orchestrator.hcl.syntax import first_error
from aws_orchestrator.terraform import requirements

CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parent / "corpus").glob("*.tf"))]
TEXTS = st.sampled_from(
    ["", "x", "}", "{", '"', "\n", "\n}\n\n", "#", "/*", "<<EOT\n", "EOT\n", "é", "= 1\n", "}\n"]
)


@given(st.lists(st.sampled_from(["}\n", "\n", "a {\n", "  }\n", "}\r\n", " \n", "x", "}"])).map("".join))
def test_the_pieces_joined_are_the_file(text: str) -> None:
    assert b"".join(pieces(text.encode())) == text.encode()


def test_a_file_is_cut_between_its_blocks() -> None:
    assert pieces(b"a {\n}\n\nb {\n  c {\n  }\n\n}\n") == (b"a {\n}\n\n", b"b {\n  c {\n  }\n\n}\n")


def test_a_cut_through_a_heredoc_or_a_comment_leaves_a_piece_that_is_no_hcl() -> None:
    for whole in (b"a = <<EOT\n}\n\nEOT\n", b"/*\n}\n\n*/\n", b"a {\n  b {\n}\n\n}\n"):
        assert first_error(whole) is None
        assert any(first_error(piece) for piece in pieces(whole))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_after_any_edits_the_kept_tree_is_that_of_a_fresh_parse(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(CORPUS))
    parsed = ParsedFiles()
    parsed.view({"main.tf": content})
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 30)))
        content = content[:start] + data.draw(TEXTS).encode() + content[end:]
        kept = parsed.view({"main.tf": content}).files["main.tf"]
        fresh = ModuleView.of({"main.tf": content}).files["main.tf"]
        if fresh.error is None or kept.error is None:
            # While a file is broken the recovery may differ; whether it is broken, and a whole one, never.
            assert (kept.error, kept.blocks, kept.attributes) == (None, fresh.blocks, fresh.attributes)


def test_the_facts_of_a_large_file_are_those_of_its_pieces_moved() -> None:
    block = 'resource "aws_sqs_queue" "q%d" {\n  provider = other.x\n  provisioner "local-exec" {\n  }\n}\n\n'
    call = 'module "m" {\n  source = "./m"\n}\n\n'
    large = ("# é\n\n" + "".join(block % number for number in range(200)) + call).encode()
    assert len(pieces(large)) > 200
    whole = requirements._view_facts(FileView.of("main.tf", large))
    assert requirements._facts("main.tf", large) == whole
    assert len(whole.hazards) == 200


def test_a_large_file_that_cannot_be_cut_is_read_whole() -> None:
    inner = "".join(f'variable "v{number}" {{\n}}\n\n' for number in range(800))
    large = f'locals {{\n  a = <<EOT\n{inner}EOT\n}}\n\nmodule "m" {{\n  source = "./m"\n}}\n'.encode()
    facts = requirements._facts("main.tf", large)
    assert not facts.broken
    assert [call.source for call in facts.calls] == ["./m"]
