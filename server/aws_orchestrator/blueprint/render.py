"""Values and blocks as HCL text. Layout beyond line breaks is left to `hcl.format`."""

import json
import re
from collections.abc import Iterable, Mapping

from aws_orchestrator.blueprint.model import Value

_LINE = 100
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# Bare, these would begin a `for` expression or be a value.
_RESERVED = frozenset({"for", "true", "false", "null"})
# JSON's escapes that HCL does not know.
_JSON_ONLY = {"\\b": "\\u0008", "\\f": "\\u000c"}


def render_value(value: Value) -> str:
    """An HCL expression for a value: expressions as they are, literals, lists and objects."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return _render_list([render_value(item) for item in value])
    return _render_object(value)


def render_on_a_line(value: Value) -> str:
    """The same on one line, for a sentence."""
    if isinstance(value, list):
        return f"[{', '.join(render_on_a_line(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = [f"{render_key(key)} = {render_on_a_line(item)}" for key, item in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    return render_value(value)


def _render_list(items: list[str]) -> str:
    line = f"[{', '.join(items)}]"
    if len(line) <= _LINE and "\n" not in line:
        return line
    return "[\n" + "".join(f"{item},\n" for item in items) + "]"


def _render_object(values: Mapping[str, Value]) -> str:
    if not values:
        return "{}"
    lines = "".join(f"{render_key(key)} = {render_value(item)}\n" for key, item in values.items())
    return "{\n" + lines + "}"


def render_key(key: str) -> str:
    """An object key: bare when it is an identifier, else quoted."""
    return key if _IDENTIFIER.fullmatch(key) and key not in _RESERVED else quote(key)


def quote(text: str) -> str:
    """A quoted HCL string that means exactly this text: no interpolation, no directive."""
    escaped = re.sub(
        r"\\.", lambda match: _JSON_ONLY.get(match[0], match[0]), json.dumps(text, ensure_ascii=False)
    )
    return escaped.replace("${", "$${").replace("%{", "%%{")


def render_block(header: str, *paragraphs: Iterable[str]) -> str:
    """A block: paragraphs (groups of lines) apart from each other by one empty line; empty ones left out."""
    bodies = ["\n".join(lines) for lines in (tuple(paragraph) for paragraph in paragraphs) if lines]
    if not bodies:
        return f"{header} {{}}"
    return f"{header} {{\n" + "\n\n".join(bodies) + "\n}"


def assignment(name: str, value: Value) -> str:
    """`name = value`."""
    return f"{name} = {render_value(value)}"


def comment_lines(text: str) -> list[str]:
    """The text as `#` comments."""
    return [f"# {line}".rstrip() for line in text.strip().splitlines()]
