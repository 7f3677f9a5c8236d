"""What stands at a byte of a half-typed text: the blocks around it, the argument, and the word that is being written.

The syntax tree is no help here: an unfinished line spoils it up to the end of the file. The scanner below begins at the
top-level block around the place, so that its cost is that of one block, and takes every line as it comes.
"""

import re
from dataclasses import dataclass, field

_HEADER = re.compile(rb"^(?:\xef\xbb\xbf)?[A-Za-z_][\w-]*(?:[ \t]+\"[^\"\n]*\"?)*[ \t]*(?:\{|$|\r?$)", re.M)
_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<heredoc><<-?(?P<marker>\w+)[^\n]*\n(?:.*?\n[ \t]*(?P=marker)(?=\s|\Z)|.*\Z))"
    r'|(?P<string>"(?:\\.|[^"\\\n])*"?)'
    r"|(?P<word>[A-Za-z_][\w-]*)"
    r"|(?P<newline>\n)"
    r"|(?P<number>\d[\d.]*)"
    r"|(?P<symbol>==|!=|>=|<=|=>|&&|\|\||[^\s])",
    re.DOTALL,
)
_WORD_BEFORE = re.compile(r"[A-Za-z_][\w-]*\Z")
_REFERENCE_BEFORE = re.compile(
    r"[A-Za-z_][\w-]*(?:\[[^\]\n]*\]|\.\*)*(?:\.[A-Za-z_]?[\w-]*(?:\[[^\]\n]*\]|\.\*)*)*\Z"
)
_CLOSERS = {"}": "{", "]": "[", ")": "("}


@dataclass
class Level:
    """One bracket that is open at the place."""

    kind: str
    """`block`, or the bracket `{`, `[`, `(` inside of a value."""
    words: tuple[str, ...] = ()
    """Of a block: its type and labels. Of an object: the key that it is the value of, if any."""
    names: list[str] = field(default_factory=list)
    """Of a block: the arguments and blocks that were written before the place."""
    start: int = 0
    """Of a block: the character after its brace."""


@dataclass(frozen=True)
class Cursor:
    """What stands at a place."""

    blocks: tuple[tuple[str, ...], ...]
    """Type and labels of the blocks around it, outermost first."""
    words: tuple[str, ...]
    """The words of the statement before the place: of a header or of a name that is being written."""
    attribute: str
    """The argument whose value the place is in; empty outside of values."""
    keys: tuple[str, ...]
    """The keys of the objects inside that value that the place is in."""
    brackets: str
    """The brackets that are open inside of the value, as `[{`."""
    quoted: bool
    """Whether the place is in a text in quotes, outside of its interpolations."""
    prefix: str
    """What is written of the word right before the place."""
    reference: str
    """What is written of the reference right before the place: `aws_s3_bucket.this.`."""
    names: frozenset[str]
    """The arguments and blocks that the innermost block has, before and after the place."""

    comment: bool = False
    """Whether the place is in a comment."""

    @property
    def schema_path(self) -> tuple[str, ...]:
        """The nested blocks below the top one, dynamic ones by what they make."""
        path = []
        for words in self.blocks[1:]:
            if words[0] != "content":
                path.append(words[1] if words[0] == "dynamic" and len(words) > 1 else words[0])
        return tuple(path)


def top_start(content: bytes, offset: int) -> int:
    """Where the last block before a byte begins that is not indented."""
    start = 0
    for match in _HEADER.finditer(content, 0, offset):
        start = match.start()
    return start


def cursor_at(content: bytes, offset: int) -> Cursor:
    """What stands at a byte of a file; any bytes are accepted."""
    start = top_start(content, offset)
    text = content[start:offset].decode(errors="replace").removeprefix("\ufeff")
    after = content[offset : offset + 20_000].decode(errors="replace")
    scanner = _Scanner(text)
    scanner.run()
    quoted, inner = _open_quote(scanner.tail)
    reference = _REFERENCE_BEFORE.search(inner)
    word = _WORD_BEFORE.search(inner)
    prefix = inner if quoted else (word[0] if word else "")
    blocks = [level for level in scanner.levels if level.kind == "block"]
    names = set(blocks[-1].names) if blocks else set[str]()
    depth = sum(level.kind != "block" for level in scanner.levels)
    names |= _names_after(after, depth, in_value=bool(scanner.attribute))
    words = tuple(scanner.words)
    if (word and words and not quoted and words[-1] == word[0]) or (quoted and words):
        words = words[:-1]
    return Cursor(
        blocks=tuple(level.words for level in blocks),
        words=words,
        attribute=scanner.attribute,
        keys=tuple(level.words[0] for level in scanner.levels if level.kind == "{" and level.words),
        brackets="".join(level.kind for level in scanner.levels if level.kind != "block"),
        quoted=quoted,
        prefix=prefix,
        reference=reference[0] if reference and not quoted else "",
        names=frozenset(names - ({word[0]} if word and not scanner.attribute else set())),
        comment=scanner.comment,
    )


class _Scanner:
    """Reads a text up to its end and keeps what is open there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.levels: list[Level] = []
        self.words: list[str] = []
        self.attribute = ""
        self.key = ""
        self.tail = ""
        """The last line."""
        self.comment = False
        """Whether the text ends inside of a comment."""

    @property
    def _in_body(self) -> bool:
        return not self.levels or self.levels[-1].kind == "block"

    def run(self) -> None:
        for token in _TOKEN.finditer(self.text):
            kind = token.lastgroup or ""
            if kind == "marker":
                kind = "heredoc"
            if kind == "comment":
                closed = token[0].startswith("/*") and token[0].endswith("*/")
                self.comment = token.end() == len(self.text) and not closed
                continue
            if kind == "newline":
                self._newline()
            elif kind == "symbol":
                self._symbol(token[0], token.end())
            elif kind in ("word", "string") and not self._value:
                self.words.append(token[0].strip('"'))
                self.key = token[0].strip('"')
            elif kind in ("word", "string", "number"):
                self.key = token[0].strip('"')
        line = self.text.rfind("\n") + 1
        self.tail = self.text[line:]

    @property
    def _value(self) -> bool:
        return bool(self.attribute) or not self._in_body

    def _newline(self) -> None:
        if self._in_body:
            self.words, self.attribute = [], ""

    def _symbol(self, symbol: str, end: int) -> None:
        if symbol == "=" and self._in_body and self.words and not self.attribute:
            self.attribute = self.words[0]
            self._named(self.words[0])
        elif symbol in "{[(":
            self._open(symbol, end)
        elif symbol in "}])":
            self._close(symbol)

    def _open(self, symbol: str, end: int) -> None:
        if symbol == "{" and self._in_body and not self.attribute:
            if self.words:
                label = self.words[1] if self.words[0] == "dynamic" and len(self.words) > 1 else self.words[0]
                self._named(label)
            # A brace that nothing stands before is the block of nobody: its type is not written yet.
            self.levels.append(Level("block", tuple(self.words) or ("",), start=end))
            self.words = []
        else:
            inside = any(level.kind != "block" for level in self.levels)
            self.levels.append(Level(symbol, (self.key,) if inside and symbol == "{" and self.key else ()))
        self.key = ""

    def _close(self, symbol: str) -> None:
        if not self.levels:
            return
        if self.levels[-1].kind == "block" and symbol != "}":
            return
        self.levels.pop()
        if self._in_body and (not self.levels or not self.attribute):
            self.words = []

    def _named(self, name: str) -> None:
        if self.levels and self.levels[-1].kind == "block":
            self.levels[-1].names.append(name)


def _open_quote(line: str) -> tuple[bool, str]:
    """Whether a line ends inside of a text in quotes, with what is written since the quote or interpolation began."""
    quoted = False
    begin = index = 0
    depth = 0
    while index < len(line):
        character = line[index]
        if quoted and character == "\\":
            index += 1
        elif character == '"':
            quoted = not quoted
            begin = index + 1
        elif quoted and line.startswith("${", index):
            quoted, begin, depth = False, index + 2, depth + 1
            index += 1
        elif depth and not quoted and character == "}":
            quoted, begin, depth = True, index + 1, depth - 1
        elif not quoted and (character == "#" or line.startswith("//", index)):
            return False, ""
        index += 1
    return quoted, line[begin:]


def _names_after(text: str, depth: int, *, in_value: bool) -> set[str]:
    """The arguments and blocks between the place and the end of the block around it."""
    names: set[str] = set()
    words: list[str] = []
    value = in_value
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "newline" and depth == 0:
            words, value = [], False
        elif kind in ("word", "string") and depth == 0 and not value:
            words.append(token[0].strip('"'))
        elif kind == "symbol":
            if token[0] in _CLOSERS:
                depth -= 1
                if depth < 0:
                    break
            if depth == 0 and token[0] in "={" and words and not value:
                names.add(words[1] if words[0] == "dynamic" and len(words) > 1 else words[0])
                value = token[0] == "="
            depth += token[0] in "{[("
    return names
