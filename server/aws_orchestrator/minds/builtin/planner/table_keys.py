"""The keys and the expiry of a DynamoDB table, as a sentence gives them: "partition key id, sort key created_at (number)"."""

import re
from collections.abc import Iterator

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.render import quote

_NAME = r"[\"'`“]?(?P<{0}>[A-Za-z_][\w.-]*\w|[A-Za-z])[\"'`”]?"
_JOINT = r"\s*(?:\bis\b|\bof\b|\bcalled\b|\bnamed\b|:|=)?\s*"
_KIND = r"(?:\s*\(?\s*(?:as|of type|a|an)?\s*(?P<{0}>string|number|binary)\b\)?)?"
# A word that goes on with the sentence is no name.
_WORD = r"(?!(?:and|or|with|without|plus|ttl|as|of|is|a|an|the|called|named)\b)"
_PARTITION = re.compile(
    rf"\b(?:partition|hash|primary)[\s_-]key{_JOINT}{_WORD}{_NAME.format('name')}{_KIND.format('kind')}", re.I
)
_SORT = re.compile(
    rf"\b(?:sort|range)[\s_-]key{_JOINT}{_WORD}{_NAME.format('name')}{_KIND.format('kind')}", re.I
)
_EXPIRY = re.compile(
    rf"\b(?:ttl|time[\s-]to[\s-]live)\s*(?:attribute)?\s*(?:on|by|in|at|from)?{_JOINT}{_WORD}{_NAME.format('name')}"
    rf"|\b(?:expir(?:es?|ing|y|ation))\s+(?:by|on|at)\s+{_WORD}{_NAME.format('other')}",
    re.I,
)
_TYPES = {"string": "S", "number": "N", "binary": "B"}


def table_keys(text: str) -> Iterator[tuple[str, Value]]:
    """The arguments `hash_key`, `range_key`, `attribute` and `ttl`, as far as the text gives them.

    Keys are strings unless the text says else.
    """
    found = {
        argument: match
        for argument, pattern in (("hash_key", _PARTITION), ("range_key", _SORT))
        if (match := pattern.search(text))
    }
    if "hash_key" in found:
        # AWS wants the attributes of the keys declared, and no others.
        attributes: list[Value] = []
        for argument, match in found.items():
            yield argument, quote(match["name"])
            kind = _TYPES[(match["kind"] or "string").lower()]
            attributes.append({"name": quote(match["name"]), "type": quote(kind)})
        yield "attribute", attributes
    expiry = _EXPIRY.search(text)
    if expiry:
        yield "ttl", {"attribute_name": quote(expiry["name"] or expiry["other"]), "enabled": True}
