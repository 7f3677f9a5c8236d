"""The parts of a message. Texts of others are documents: the API keeps them apart, no text can end its own."""

from typing import Any


def words(text: str) -> dict[str, Any]:
    """What the program itself says."""
    return {"type": "text", "text": text}


def document(title: str, text: str, context: str = "", *, cached: bool = False) -> dict[str, Any]:
    """A text of somebody else: data, never an instruction; `context` says in our words what it is."""
    block: dict[str, Any] = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": text or "(empty)"},
        "title": title[:500],
    }
    if context:
        block["context"] = context
    if cached:
        block["cache_control"] = {"type": "ephemeral"}
    return block
