"""Secrets in what a person typed never reach a journal, a prompt or a report."""

import re

_REDACTED = "[redacted]"
_PATTERNS = (
    re.compile(r"\b(?:AKIA|ASIA|AIDA|AROA)[A-Z0-9]{16}\b"),
    re.compile(r"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}\b"),
    re.compile(r"\bgithub_pat_[A-Za-z0-9_]{20,}\b"),
    re.compile(r"\bsk-ant-[A-Za-z0-9_-]{10,}"),
    re.compile(r"\bsk-[A-Za-z0-9_-]{20,}"),
    re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    # An AWS secret key: 40 characters of its alphabet that are not part of a longer word, with upper, lower and digit.
    re.compile(
        r"(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+]*[A-Z])(?=[A-Za-z0-9/+]*[a-z])(?=[A-Za-z0-9/+]*[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
    ),
)
_NAMED = re.compile(
    r"(?i)\b(password|passwd|secret|token|api[_-]?key|secret[_-]?access[_-]?key)(\s*[:=]\s*)(\S+)"
)


def redact(text: str) -> str:
    """The text with everything that looks like a key or a password replaced by `[redacted]`."""
    for pattern in _PATTERNS:
        text = pattern.sub(_REDACTED, text)
    return _NAMED.sub(lambda match: f"{match[1]}{match[2]}{_REDACTED}", text)
