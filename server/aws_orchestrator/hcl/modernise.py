"""What `terraform fmt` rewrites beside layout: labels, `"${x}"` as a whole value, old types."""

from aws_orchestrator.hcl import scan
from aws_orchestrator.hcl.scan import ScanError, Token

_OPENERS = ("{", "[", "(", scan.INTERPOLATION, scan.DIRECTIVE, scan.OPEN_QUOTE, scan.OPEN_HEREDOC)
_CLOSERS = ("}", "]", ")", scan.TEMPLATE_END, scan.CLOSE_QUOTE, scan.CLOSE_HEREDOC)


def modernise(tokens: list[Token]) -> list[Token]:
    """The tokens of a file that parses, with quoted labels, unwrapped interpolations and unquoted types.

    Raises ScanError for what Terraform's parser refuses and a looser one may not see: an argument set
    twice, a template in a label, a brace too many.
    """
    result: list[Token] = []
    index = 0
    blocks: list[str] = []
    names: list[set[str]] = [set()]
    while index < len(tokens):
        token = tokens[index]
        if token.kind == "}":
            if not blocks:
                raise ScanError(0, '"}" closes no block')
            blocks.pop()
            names.pop()
        if token.kind != scan.IDENT:  # newlines, comments and the braces of blocks
            result.append(token)
            index += 1
            continue
        result.append(token)
        following = _after_comments(tokens, index + 1)
        if following < len(tokens) and tokens[following].kind == "=":
            if token.text in names[-1]:
                raise ScanError(0, f"{token.text} is set twice")
            names[-1].add(token.text)
            start = _after_comments(tokens, following + 1)
            end = _value_end(tokens, start)
            result.extend(tokens[index + 1 : start])
            last = _before_comments(tokens, start, end)
            result.extend(_value(tokens[start:last], is_type=blocks == ["variable"] and token.text == "type"))
            result.extend(tokens[last:end])
            index = end
        else:
            index = _labels(tokens, index + 1, result)
            blocks.append(token.text)
            names.append(set())
    return result


def _after_comments(tokens: list[Token], index: int) -> int:
    while index < len(tokens) and tokens[index].kind == scan.COMMENT:
        index += 1
    return index


def _before_comments(tokens: list[Token], start: int, end: int) -> int:
    while end > start and tokens[end - 1].kind == scan.COMMENT:
        end -= 1
    return end


def _value_end(tokens: list[Token], index: int) -> int:
    """Where the value that starts at `index` ends: at its line's end, or at the brace of a one-line block."""
    depth = 0
    while index < len(tokens):
        token = tokens[index]
        if token.kind in _OPENERS:
            depth += 1
        elif token.kind in _CLOSERS:
            if depth == 0:
                break
            depth -= 1
        elif depth == 0 and (
            token.kind == scan.NEWLINE or (token.kind == scan.COMMENT and token.text.endswith("\n"))
        ):
            break
        index += 1
    return index


def _labels(tokens: list[Token], index: int, result: list[Token]) -> int:
    """Append a block's labels, quoted and without comments before one, and its brace."""
    brace = index
    while brace < len(tokens) and tokens[brace].kind != "{":
        brace += 1
    last = _before_comments(tokens, index, brace)
    while index < last:
        token = tokens[index]
        if token.kind == scan.IDENT:
            result += [
                Token(scan.OPEN_QUOTE, '"', 1),
                Token(scan.QUOTED, token.text),
                Token(scan.CLOSE_QUOTE, '"'),
            ]
        elif token.kind == scan.INTERPOLATION:
            raise ScanError(0, "a label may not hold a template")
        elif token.kind != scan.COMMENT:
            result.append(token)
        index += 1
    result.extend(tokens[last : brace + 1])
    return brace + 1


def _value(tokens: list[Token], *, is_type: bool) -> list[Token]:
    return _type(tokens) if is_type else _unwrapped(tokens)


def _type(tokens: list[Token]) -> list[Token]:
    kinds = [token.kind for token in tokens]
    if kinds == [scan.IDENT] and tokens[0].text in ("list", "map", "set"):
        return _collection(tokens[0].text, "any")
    if kinds == [scan.OPEN_QUOTE, scan.QUOTED, scan.CLOSE_QUOTE]:
        # Quoted types are from Terraform 0.11, whose collections held strings.
        quoted = tokens[1].text
        if quoted == "string":
            return [Token(scan.IDENT, quoted)]
        if quoted in ("list", "map"):
            return _collection(quoted, "string")
    return tokens


def _collection(name: str, element: str) -> list[Token]:
    return [Token(scan.IDENT, name), Token("(", "("), Token(scan.IDENT, element), Token(")", ")")]


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """`"${x}"` as `x`, when nothing else is in the quotes."""
    if len(tokens) < 5 or [token.kind for token in (*tokens[:2], *tokens[-2:])] != [
        scan.OPEN_QUOTE,
        scan.INTERPOLATION,
        scan.TEMPLATE_END,
        scan.CLOSE_QUOTE,
    ]:
        return tokens
    inside = tokens[2:-2]
    quotes = 0
    for token in inside:
        if token.kind in (scan.OPEN_QUOTE, scan.CLOSE_QUOTE):
            quotes += 1 if token.kind == scan.OPEN_QUOTE else -1
        elif quotes == 0 and token.kind in (scan.INTERPOLATION, scan.TEMPLATE_END, scan.QUOTED):
            return tokens
    while inside and inside[0].kind == scan.NEWLINE:
        inside = inside[1:]
    while inside and inside[-1].kind == scan.NEWLINE:
        inside = inside[:-1]
    many_lines = any(token.kind == scan.NEWLINE for token in inside)
    if many_lines and not (inside[0].kind == "(" and inside[-1].kind == ")"):
        return [Token("(", "("), *inside, Token(")", ")")]
    return inside
