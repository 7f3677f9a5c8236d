"""How people say things: courtesies that mean nothing, and phrases of words that name something in a module."""

import re

_COURTESY = re.compile(
    r"^\s*(?:(?:please|kindly|hey|hi|hello|ok(?:ay)?|so|now|also|and|then|just|let'?s|"
    r"(?:can|could|would|will)\s+you|i(?:'d|\s+would)\s+like\s+you\s+to|(?:i|we)\s+(?:want|need)\s+you\s+to|"
    r"go\s+ahead\s+and|"
    r"(?:i|we)\s+(?:want|need|have)\s+to|(?:i|we)(?:'d|\s+would)\s+like\s+to(?!\s+have)|"
    r"it\s+would\s+be\s+(?:nice|good|great)\s+to|(?:the|this)\s+module\s+should|for\s+(?:the|this)\s+module)\b[\s,:]*)+",
    re.I,
)
_WISHED = re.compile(
    r"^\s*(?:there\s+(?:should|must|has\s+to|needs\s+to)\s+be|(?:i|we|it|(?:the|this)\s+module)(?:'d|\s+would)?\s+(?:also\s+)?"
    r"(?:needs?|wants?|lacks?|misses|is\s+missing|like(?:\s+to\s+have)?|(?:should|must)\s+(?:also\s+)?have)|(?:is\s+)?missing(?:\s+is)?)"
    r"\s+(?=(?:an?|another|the|some)\s)",
    re.I,
)
_ENDING = re.compile(
    r"[\s,]*(?:(?:,\s*)?\b(?:please|thanks|thank\s+you|for\s+me|for\s+us|to\s+(?:it|the\s+module|this\s+module)|"
    r"(?:in|of|from)\s+(?:it|(?:the|this)\s+module))\b)?\s*[.!?]*\s*$",
    re.I,
)
_ADDITION = re.compile(
    r"^(?:add|create|introduce|define|include|declare|give\s+(?:me|us|it|the\s+module)|provide|insert|have|make|write|set\s+up)\b"
    r"(?=.*\b(?:output|variable|input|parameter|validation)\b)",
    re.I | re.S,
)
_ARTICLE = r"(?:the|a|an|its|this|that|our|your|any|all)"
_ARTICLES = re.compile(rf"\b{_ARTICLE}\s+", re.I)
_OF = re.compile(r"^(?P<what>.+?)\s+(?:of|for|from)\s+(?P<whose>.+)$", re.I | re.S)
_POSSESSIVE = re.compile(r"['’]s?(?=\s)")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_MOST_WORDS = 7


def without_courtesies(request: str) -> str:
    """The request as a command: no please and thank you, wishes ("we need an output …") and other verbs as `add …`."""
    text = _ENDING.sub("", _COURTESY.sub("", request.strip()))
    text = _COURTESY.sub("", _WISHED.sub("add ", text))
    return _ADDITION.sub("add", text).strip()


def identifier(words: str) -> str | None:
    """The name that a phrase makes: `the URL of the queue` and `queue's url` are both `queue_url`.

    None when the words are no phrase that names something. A name that is written as one stays as it is.
    """
    plain = words.strip().strip("\"'`“”").strip()
    if _IDENTIFIER.fullmatch(plain):
        return plain
    if owned := _OF.match(plain):
        what, whose = identifier(owned["what"]), identifier(owned["whose"])
        return f"{whose}_{what}" if what and whose else None
    bare = _ARTICLES.sub("", _POSSESSIVE.sub("", f"{plain} ")).strip()
    parts = re.split(r"[\s-]+", bare.lower())
    if not 0 < len(parts) <= _MOST_WORDS or not all(_IDENTIFIER.fullmatch(part) for part in parts):
        return None
    return "_".join(parts)
