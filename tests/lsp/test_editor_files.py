"""What the editor has open: buffers that follow every change, and the URIs that the editor itself uses."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from aws_orchestrator.lsp.files import EditorFiles
from aws_orchestrator.lsp.uris import file_name_of, path_of, uri_of

# Form feed, next line and line separator end a line for Python, and not for an editor.
ALPHABET = "ab é🪣\n\x0c\x85\u2028"


def opened(text: str, uri: str = "file:///nowhere/main.tf") -> EditorFiles:
    files = EditorFiles()
    files.open(lsp.TextDocumentItem(uri=uri, language_id="terraform", version=1, text=text))
    return files


def position_in(text: str, index: int) -> lsp.Position:
    before = text[:index]
    last = before.rpartition("\n")[2]
    return lsp.Position(before.count("\n"), len(last.encode("utf-16-le")) // 2)


@given(st.text(ALPHABET, max_size=30), st.lists(st.text(ALPHABET, max_size=6), max_size=6), st.integers())
def test_typing_anywhere_leaves_the_buffer_that_the_editor_has(
    text: str, typed: list[str], seed: int
) -> None:
    pick = random.Random(seed)
    files = opened(text)
    for version, new in enumerate(typed, start=2):
        start, end = sorted((pick.randint(0, len(text)), pick.randint(0, len(text))))
        change = lsp.TextDocumentContentChangePartial(
            range=lsp.Range(position_in(text, start), position_in(text, end)), text=new
        )
        document = lsp.VersionedTextDocumentIdentifier(uri="file:///nowhere/main.tf", version=version)
        files.change(lsp.DidChangeTextDocumentParams(text_document=document, content_changes=[change]))
        text = text[:start] + new + text[end:]
    (kept,) = files.documents()
    assert kept.content == text.encode()
    assert kept.version == len(typed) + 1


def test_half_a_surrogate_pair_does_not_break_the_buffer() -> None:
    (document,) = opened("a = \ud83e").documents()
    assert document.content == b"a = ?"


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "git:/w/main.tf?ref", "file://[", "file:///a%00b", "http://x/y", ""]
)
def test_what_is_no_file_of_this_machine_is_left_alone(uri: str) -> None:
    assert path_of(uri) is None
    assert opened("", uri).documents() == ()


@pytest.mark.parametrize("name", ["plain", "with space", "für 日本 🪣", "100%25", "a#b?c;d", "a+b&c=d"])
def test_every_name_comes_back_from_its_uri(tmp_path: Path, name: str) -> None:
    assert path_of(uri_of(tmp_path / name)) == tmp_path / name


def test_editors_encode_more_or_less_of_the_same_name(tmp_path: Path) -> None:
    base = tmp_path.as_uri()
    assert path_of(f"{base}/a%20b%2Fc") == path_of(f"{base}/a b/c") == tmp_path / "a b" / "c"
    assert path_of(base.replace("file://", "file://localhost")) == tmp_path
    assert path_of(f"FILE{base[4:]}") == tmp_path


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("file:///c%3A/Users/me/main.tf", "c:\\Users\\me\\main.tf"),
        ("file:///C:/a%20b", "C:\\a b"),
        ("file://server/share/x.tf", "\\\\server\\share\\x.tf"),
    ],
)
def test_drive_letters_and_shares_of_windows(uri: str, name: str) -> None:
    assert file_name_of(uri, windows=True) == name


def test_a_workspace_opened_through_a_link_keeps_the_editors_spelling(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "a link"
    link.symlink_to(real)
    files = EditorFiles()
    files.add_folder(f"{link.as_uri()}/")
    assert files.folders == (real,)
    assert files.uri(real / "modules" / "é.tf") == f"{link.as_uri()}/modules/%C3%A9.tf"
    # A document that is open keeps the very URI of the client, whatever that is.
    files.open(lsp.TextDocumentItem(uri=f"{real.as_uri()}/x.tf", language_id="", version=7, text=""))
    assert files.uri(real / "x.tf") == f"{real.as_uri()}/x.tf"
    assert files.versioned(real / "x.tf").version == 7


def test_the_innermost_folder_is_the_one_around_a_file(tmp_path: Path) -> None:
    files = EditorFiles()
    files.add_folder(tmp_path.as_uri())
    files.add_folder((tmp_path / "inner").as_uri())
    assert files.folder_around(tmp_path / "inner" / "x" / "main.tf") == tmp_path / "inner"
    assert files.folder_around(tmp_path / "other" / "main.tf") == tmp_path
    assert files.folder_around(tmp_path.parent) is None
    assert files.remove_folder((tmp_path / "inner").as_uri()) == tmp_path / "inner"
    assert files.folder_around(tmp_path / "inner" / "main.tf") == tmp_path
