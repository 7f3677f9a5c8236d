"""What a person typed, made safe to keep: no secrets, and nothing that a terminal would obey."""

import re
import unicodedata

REDACTED = "[redacted]"
_PATTERNS = (
    re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA|AIDA|AROA)[A-Z0-9]{16}\b"),
    re.compile(r"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}\b"),
    re.compile(r"\bgithub_pat_[A-Za-z0-9_]{20,}\b"),
    re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}"),
    re.compile(r"\bsk-ant-[A-Za-z0-9_-]{10,}"),
    re.compile(r"\bsk-[A-Za-z0-9_-]{20,}"),
    re.compile(r"\bAIza[A-Za-z0-9_-]{30,}"),
    re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    # The password of a URL.
    re.compile(r"(?<=://)[^\s/:@]{1,100}:[^\s/@]{1,200}(?=@)"),
    # An AWS secret key: 40 characters of its alphabet that are not part of a longer word, with upper, lower and digit.
    re.compile(
        r"(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}[0-9])"
        r"[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
    ),
)
_NAMED = re.compile(
    r"(?i)\b((?:[a-z]{1,20}[_-]){0,4}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key)(?:[_-]id)?)"
    r"(\s*[:=]\s*)((?![\s\"'])\S+|\"[^\"]*\"|'[^']*')"
)
_NAMED_LITERAL = re.compile(
    r"(?i)\b((?:[a-z]{1,20}[_-]){0,4}(?:password|passwd|secret|token|api[_-]?key|access[_-]?key)(?:[_-]id)?)"
    r"(\s*[:=]\s*)\"([^\"$\\\n]{4,})\""
)
# Marks that make text read in another order than it is written.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def redact(text: str) -> str:
    """The text with everything that looks like a key or a password replaced by `[redacted]`."""
    for pattern in _PATTERNS:
        text = pattern.sub(REDACTED, text)
    return _NAMED.sub(lambda match: f"{match[1]}{match[2]}{REDACTED}", text)


def redact_code(text: str) -> str:
    """Program text with everything that looks like a key replaced; references such as `password = var.password` stay."""
    for pattern in _PATTERNS:
        text = pattern.sub(REDACTED, text)
    return _NAMED_LITERAL.sub(lambda match: f'{match[1]}{match[2]}"{REDACTED}"', text)


def printable(text: str) -> str:
    """The text on one line, without control characters and halves of characters: safe for terminals and UTF-8."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    kept = (
        " " if character.isspace() else character
        for character in whole
        if character.isspace() or (unicodedata.category(character) != "Cc" and character not in _DIRECTIONS)
    )
    return " ".join("".join(kept).split())


def shortened(text: str, length: int) -> str:
    """The text on one line of at most this length."""
    line = printable(text)
    return line if len(line) <= length else f"{line[: length - 1]}…"
