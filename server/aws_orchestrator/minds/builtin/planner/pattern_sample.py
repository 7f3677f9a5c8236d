"""A text that a regular expression accepts, for examples; the shortest that is easy to find, always the same."""

import re

_CLASSES = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}
_QUANTIFIER = re.compile(r"\{(\d+)(?:,\d*)?\}|[*+?]")
_LOOKAHEAD = re.compile(r"^\^?\(\?![^()]*\)")


def sample(pattern: str) -> str:
    """A text for the pattern, or an empty one when it says more than this reads; whoever uses it checks it."""
    try:
        return _Reader(_LOOKAHEAD.sub("", pattern)).alternatives()
    except (IndexError, ValueError):
        return ""


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self) -> str:
        """The first of the alternatives that is not empty, up to the closing parenthesis."""
        found = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            found.append(self._sequence())
        return next((text for text in found if text), "")

    def _sequence(self) -> str:
        text = ""
        while self._peek() not in ("", "|", ")"):
            piece = self._piece()
            quantifier = _QUANTIFIER.match(self._pattern, self._at)
            times = 1
            if quantifier:
                self._at = quantifier.end()
                least = quantifier[1]
                times = int(least) if least is not None else 0 if quantifier[0] in "*?" else 1
            text += piece * times
        return text

    def _piece(self) -> str:
        letter = self._pattern[self._at]
        self._at += 1
        if letter in "^$":
            return ""
        if letter == ".":
            return "a"
        if letter == "\\":
            return self._escaped()
        if letter == "[":
            return self._one_of()
        if letter == "(":
            if self._pattern.startswith("?:", self._at):
                self._at += 2
            text = self.alternatives()
            self._at += 1
            return text
        return letter

    def _escaped(self) -> str:
        letter = self._pattern[self._at]
        self._at += 1
        if letter in "ZAbB":
            return ""
        if letter == "x":
            code = self._pattern[self._at : self._at + 2]
            self._at += 2
            return chr(int(code, 16))
        return _CLASSES.get(letter, letter)

    def _one_of(self) -> str:
        """A letter of a class: one that reads well where the class has it."""
        end = self._pattern.index("]", self._at + (2 if self._pattern[self._at] == "^" else 1))
        while self._pattern[end - 1] == "\\" and self._pattern[end - 2] != "\\":
            end = self._pattern.index("]", end + 1)
        whole = re.compile(f"[{self._pattern[self._at : end]}]", re.ASCII)
        self._at = end + 1
        printable = (chr(code) for code in range(32, 127))
        return next((letter for letter in (*"aA0e1-_./: ", *printable) if whole.fullmatch(letter)), "")

    def _peek(self) -> str:
        return self._pattern[self._at] if self._at < len(self._pattern) else ""
