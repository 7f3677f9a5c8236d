"""The token stream of an HCL file, cut the way HCL's own scanner cuts it.

tree-sitter has no token for "the rest of a heredoc line" and drops the blanks that a formatter must
rewrite, so the formatter has a scanner of its own. Kinds of punctuation are their own text (`{`, `=`,
`::`); the others are named here.
"""

import re
from dataclasses import dataclass

import regex

IDENT = "identifier"
NUMBER = "number"
COMMENT = "comment"
NEWLINE = "newline"
OPEN_QUOTE = "open quote"
CLOSE_QUOTE = "close quote"
QUOTED = "quoted text"
OPEN_HEREDOC = "open heredoc"
CLOSE_HEREDOC = "close heredoc"
HEREDOC_TEXT = "heredoc text"
INTERPOLATION = "${"
DIRECTIVE = "%{"
TEMPLATE_END = "template end"

_BYTE_ORDER_MARK = "\ufeff"

_BLANKS = re.compile(r"[ \t]*")
_CODE = regex.compile(
    r"(?P<identifier>[\p{ID_Start}_][\p{ID_Continue}-]*)"
    r"|(?P<comment>#[^\n]*\n?|//[^\n]*\n?|/\*.*?\*/)"
    r"|(?P<newline>\r?\n)"
    r"|(?P<number>[0-9](?:(?:[0-9.]|[eE][+-]?[0-9])*(?:[0-9]|[eE][+-]?[0-9]))?)"
    r'|(?P<quote>")'
    r"|(?P<heredoc><<-?(?P<marker>[\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n)"
    r"|(?P<symbol>==|!=|>=|<=|&&|\|\||::|\.\.\.|=>|~\}|[\[\]().,*/%+\-=<>!?:&|~^;{}])",
    regex.DOTALL,
)
# One escape, one doubled or lone introducer, or plain characters.
_QUOTED = re.compile(r'(?:\\[^\n\r]|\$\$\{|%%\{|[$%](?!\{)|[^"\\$%\n\r])+')
_HEREDOC_TEXT = re.compile(r"(?:\$\$\{|%%\{|[$%](?!\{)|[^$%\n])*\n?")
_INTRODUCER = re.compile(r"[$%]\{~?")


class ScanError(ValueError):
    """The text cannot be cut into tokens; `position` is the character where it stopped."""

    def __init__(self, position: int, message: str) -> None:
        super().__init__(message)
        self.position = position


@dataclass(slots=True)
class Token:
    """One token: its kind, its text and the columns of blank space before it (which a formatter changes)."""

    kind: str
    text: str
    spaces: int = 0


@dataclass(slots=True)
class _Quote:
    """Inside a quoted template."""


@dataclass(slots=True)
class _Heredoc:
    marker: str
    line_start: bool = True


@dataclass(slots=True)
class _Code:
    """Inside code; `braces` counts the open ones, so that the one that ends a template sequence is known."""

    braces: int = 0


def scan(text: str) -> list[Token]:
    """The tokens of a file, in order; their texts and spaces make the file again, byte-order mark aside.

    Raises ScanError where the text ends inside a template or holds what no HCL token begins with.
    """
    return _Scanner(text.removeprefix(_BYTE_ORDER_MARK)).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.tokens: list[Token] = []
        self.stack: list[_Code | _Quote | _Heredoc] = [_Code()]

    def run(self) -> list[Token]:
        while self.position < len(self.text):
            context = self.stack[-1]
            if isinstance(context, _Code):
                self._code(context)
            elif isinstance(context, _Quote):
                self._quoted()
            else:
                self._heredoc(context)
        if len(self.stack) > 1:
            raise ScanError(self.position, "the file ends inside a string, a heredoc or a template")
        return self.tokens

    def _take(self, kind: str, end: int, spaces: int = 0) -> None:
        self.tokens.append(Token(kind, self.text[self.position : end], spaces))
        self.position = end

    def _code(self, context: _Code) -> None:
        blanks = _BLANKS.match(self.text, self.position)
        spaces = blanks.end() - self.position if blanks else 0
        self.position += spaces
        if self.position == len(self.text):
            return
        match = _CODE.match(self.text, self.position)
        if match is None:
            raise ScanError(self.position, f"unexpected character {self.text[self.position]!r}")
        kind = match.lastgroup
        if kind == "symbol":
            self._symbol(match[0], match.end(), spaces, context)
        elif kind == "quote":
            self._take(OPEN_QUOTE, match.end(), spaces)
            self.stack.append(_Quote())
        elif match["heredoc"] is not None:
            self._take(OPEN_HEREDOC, match.end(), spaces)
            self.stack.append(_Heredoc(match["marker"]))
        else:
            self._take(kind or "", match.end(), spaces)

    def _symbol(self, symbol: str, end: int, spaces: int, context: _Code) -> None:
        if symbol == "{":
            context.braces += 1
        elif symbol in ("}", "~}"):
            if context.braces == 0 and len(self.stack) > 1:
                self._take(TEMPLATE_END, end, spaces)
                self.stack.pop()
                return
            if symbol == "~}":
                raise ScanError(self.position, '"~}" closes no template sequence')
            context.braces -= 1
        self._take(symbol, end, spaces)

    def _introducer(self) -> bool:
        match = _INTRODUCER.match(self.text, self.position)
        if match is None:
            return False
        self._take(match[0][:2], match.end())
        self.stack.append(_Code())
        return True

    def _quoted(self) -> None:
        if match := _QUOTED.match(self.text, self.position):
            self._take(QUOTED, match.end())
        elif self.text[self.position] == '"':
            self._take(CLOSE_QUOTE, self.position + 1)
            self.stack.pop()
        elif not self._introducer():
            raise ScanError(self.position, "a quoted string may not span lines")

    def _heredoc(self, context: _Heredoc) -> None:
        if self._introducer():
            context.line_start = False
            return
        match = _HEREDOC_TEXT.match(self.text, self.position)
        assert match is not None  # the pattern also matches nothing
        line = match[0]
        if context.line_start and line.endswith("\n") and line.strip() == context.marker:
            end = match.end() - (2 if line.endswith("\r\n") else 1)
            self._take(CLOSE_HEREDOC, end)
            self._take(NEWLINE, match.end())
            self.stack.pop()
            return
        self._take(HEREDOC_TEXT, match.end())
        context.line_start = line.endswith("\n")
