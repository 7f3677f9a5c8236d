"""Type constraints of variables as cty types: `map(object({ days = optional(number, 7) }))`."""

from aws_orchestrator.catalog import CtyType
from aws_orchestrator.hcl import scan

_PRIMITIVES = ("string", "number", "bool")
_COLLECTIONS = ("list", "set", "map")
_SKIPPED = (scan.NEWLINE,)
_DEPTH_LIMIT = 20


class TypeExpressionError(ValueError):
    """The text is no type constraint; the message says why, as a clause."""


def parse_type(text: str) -> CtyType:
    """The cty type of a type constraint; TypeExpressionError when it is none, or says `any`.

    Objects come with the names of their optional fields as third element, also when there are none.
    """
    try:
        tokens = scan.scan(text)
    except scan.ScanError as error:
        raise TypeExpressionError("it is not HCL") from error
    reader = _Reader([token for token in tokens if token.kind not in _SKIPPED and token.text])
    found = reader.type(0)
    reader.end()
    return found


class _Reader:
    def __init__(self, tokens: list[scan.Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def type(self, depth: int) -> CtyType:
        if depth > _DEPTH_LIMIT:
            raise TypeExpressionError(f"it is nested deeper than {_DEPTH_LIMIT} levels")
        name = self._next()
        if name.kind != scan.IDENT:
            raise TypeExpressionError(f"a type is expected before `{name.text}`")
        if name.text in _PRIMITIVES:
            return name.text
        if name.text == "any":
            raise TypeExpressionError("`any` checks nothing; write the type")
        self._expect("(", f"`{name.text}`" if name.text not in (*_COLLECTIONS, "object", "tuple") else "")
        found: CtyType
        if name.text in _COLLECTIONS:
            found = [name.text, self.type(depth + 1)]
        elif name.text == "object":
            found = self._object(depth + 1)
        elif name.text == "tuple":
            found = ["tuple", self._elements(depth + 1)]
        else:
            raise TypeExpressionError(f"there is no type `{name.text}`")
        self._expect(")")
        return found

    def _object(self, depth: int) -> CtyType:
        self._expect("{")
        fields: dict[str, CtyType] = {}
        optional: list[str] = []
        while not self._take("}"):
            name = self._next()
            if name.kind != scan.IDENT or name.text in fields:
                raise TypeExpressionError(f"`{name.text}` is no field name, or is there twice")
            self._expect("=")
            if self._peek() == "optional":
                optional.append(name.text)
                fields[name.text] = self._optional(depth)
            else:
                fields[name.text] = self.type(depth)
            self._take(",")
        return ["object", fields, optional]

    def _optional(self, depth: int) -> CtyType:
        self._next()
        self._expect("(")
        found = self.type(depth)
        if self._take(","):
            open_brackets = 0
            while open_brackets or self._peek() != ")":
                token = self._next()
                open_brackets += (token.kind in ("(", "[", "{")) - (token.kind in (")", "]", "}"))
        self._expect(")")
        return found

    def _elements(self, depth: int) -> list[CtyType]:
        self._expect("[")
        elements = []
        while not self._take("]"):
            elements.append(self.type(depth))
            self._take(",")
        return elements

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise TypeExpressionError(f"`{self._tokens[self._at].text}` follows after its end")

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _take(self, text: str) -> bool:
        taken = self._peek() == text
        self._at += taken
        return taken

    def _expect(self, text: str, unknown: str = "") -> None:
        if self._take(text):
            return
        if unknown:
            raise TypeExpressionError(f"there is no type {unknown}")
        raise TypeExpressionError(
            f"`{text}` is expected " + (f"before `{self._peek()}`" if self._peek() else "at its end")
        )

    def _next(self) -> scan.Token:
        if self._at >= len(self._tokens):
            raise TypeExpressionError("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]
