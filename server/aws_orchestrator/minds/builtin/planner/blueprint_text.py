"""A planned blueprint as the YAML that a skill holds: plain block style, which a person can edit."""

import re

from aws_orchestrator.blueprint.model import Blueprint

_PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./ ()=-]*")
# Plain, these would be read as something else than text.
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "~"})
_HEAD = """# Planned from the facts of the provider by the built-in tf-planner. You may edit it: it is what the generator obeys;
# SKILL.md and references/ are rendered from it. Values are HCL expressions.
"""


def blueprint_text(blueprint: Blueprint) -> str:
    """The YAML document of a blueprint; reading it gives the same blueprint."""
    document = blueprint.model_dump(mode="json", exclude_defaults=True)
    return _HEAD + "".join(
        _entry(key, value, 0)
        for key, value in {"format_version": blueprint.format_version, **document}.items()
    )


def _entry(key: str, value: object, depth: int) -> str:
    pad = "  " * depth
    name = key if _PLAIN.fullmatch(key) and key.lower() not in _RESERVED else _quoted(key)
    if isinstance(value, dict) and value:
        return f"{pad}{name}:\n" + "".join(_entry(inner, item, depth + 1) for inner, item in value.items())
    if isinstance(value, list) and value:
        return f"{pad}{name}:\n" + "".join(_item(item, depth + 1) for item in value)
    return f"{pad}{name}: {_scalar(value, depth)}\n"


def _item(value: object, depth: int) -> str:
    pad = "  " * depth
    if isinstance(value, dict) and value:
        text = "".join(_entry(key, item, depth + 1) for key, item in value.items())
        return f"{pad}- {text[len(pad) + 2 :]}"
    if isinstance(value, list) and value:
        text = "".join(_item(item, depth + 1) for item in value)
        return f"{pad}- {text[len(pad) + 2 :]}"
    return f"{pad}- {_scalar(value, depth)}\n"


def _scalar(value: object, depth: int) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    text = str(value)
    lines = text.split("\n")
    if len(lines) > 1 and all(line == line.rstrip() and line for line in lines) and not text.startswith(" "):
        pad = "  " * (depth + 1)
        return "|-\n" + "\n".join(f"{pad}{line}" for line in lines)
    if _PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in _RESERVED:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    # Single quotes know one escape alone; what they cannot hold takes JSON's form, which YAML shares.
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + text.encode("unicode_escape").decode().replace('"', '\\"') + '"'
