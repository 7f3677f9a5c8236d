"""What a sentence asks of an existing module, as far as words alone can tell."""

import re
from typing import NamedTuple

_ADDRESS = r"[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*"
_NAME = r"[A-Za-z_][\w-]*"
_QUOTE = r"[\"'`“”]?"
HEAL_REQUEST = "fix all findings of the module"
"""The request that stands behind “heal the module”."""
_DESCRIBED = re.compile(
    r"\s*,?\s*(?:described\s+as|with\s+(?:the\s+|a\s+)?description|description)\s*[:=]?\s*[\"“](?P<text>[^\"”]+)[\"”]",
    re.I,
)


class AddOutput(NamedTuple):
    """An output, with its expression when the sentence gives one."""

    name: str
    value: str
    description: str


class AddVariable(NamedTuple):
    """An input."""

    name: str
    type: str
    default: str | None
    description: str


class AddValidation(NamedTuple):
    """A condition on an input: words, and what kind of condition they are."""

    variable: str
    kind: str
    words: str


class RaiseConstraint(NamedTuple):
    """A lower bound of `terraform` or of a provider."""

    subject: str
    version: str


class Rename(NamedTuple):
    """Another name for a resource."""

    address: str
    name: str


class Remove(NamedTuple):
    """A resource, data source, variable or output that goes."""

    address: str


class FollowRules(NamedTuple):
    """Apply what the quality rules can repair."""


class SplitFiles(NamedTuple):
    """Put the blocks of a bundled file where they belong."""


class DeleteModule(NamedTuple):
    """Delete the whole module."""


Wish = (
    AddOutput
    | AddVariable
    | AddValidation
    | RaiseConstraint
    | Rename
    | Remove
    | FollowRules
    | SplitFiles
    | DeleteModule
)

_DELETE = re.compile(
    r"\b(?:delete|remove|destroy|drop)\s+(?:the|this)\s+(?:whole\s+|entire\s+|complete\s+)?module\b", re.I
)
_RENAME = re.compile(
    rf"\brename\s+(?:the\s+)?(?:resource\s+)?{_QUOTE}(?P<address>{_ADDRESS}){_QUOTE}"
    rf"\s+(?:to|as|into)\s+{_QUOTE}(?:(?P<type>[a-z][a-z0-9_]*)\.)?(?P<name>{_NAME})",
    re.I,
)
_REMOVE = re.compile(
    rf"\b(?:remove|delete|drop)\s+(?:the\s+)?(?:(?P<kind>output|variable|input|data source|resource)\s+)?"
    rf"{_QUOTE}(?P<name>(?:data\.)?{_ADDRESS}|{_NAME}){_QUOTE}\s*$",
    re.I,
)
_OUTPUT = re.compile(
    rf"\badd\s+(?:an?\s+|the\s+)?(?:new\s+)?output\s+(?:named\s+|called\s+)?{_QUOTE}(?P<name>{_NAME}){_QUOTE}"
    r"(?:\s*(?:=|:|\bfor\b|\bof\b|\bwith(?:\s+the)?\s+value\b|\bthat\s+(?:is|returns|gives)\b)\s*(?P<value>.+))?$",
    re.I | re.S,
)
_VARIABLE = re.compile(
    rf"\badd\s+(?:an?\s+|the\s+)?(?:new\s+)?(?:(?P<adjective>string|number|bool|boolean)\s+)?"
    rf"(?:input\s+)?(?:variable|input)\s+(?:named\s+|called\s+)?{_QUOTE}(?P<name>{_NAME}){_QUOTE}(?P<rest>.*)$",
    re.I | re.S,
)
_TYPE = re.compile(
    r"\b(?:of\s+)?(?:the\s+)?type\s*[:=]?\s*(?P<type>(?:map|list|set|object|tuple|optional)\s*\(.*\)|string|number|bool|any)",
    re.I | re.S,
)
_DEFAULT = re.compile(
    r"\b(?:with\s+)?(?:the\s+|a\s+)?default(?:s|ing)?(?:\s+(?:value|of|to|is))*\s*[:=]?\s*"
    r"(?P<default>\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}|[^\s,]+)",
    re.I,
)
_VALIDATION = (
    rf"(?:add\s+(?:an?\s+)?validation\s+(?:to|for|of|on)|validate(?:\s+that)?|(?:make\s+sure|ensure|require)\s+that)"
    rf"\s+(?:the\s+)?(?:variable\s+|input\s+)?{_QUOTE}(?:var\.)?(?P<name>{_NAME}){_QUOTE}"
    r"\s*[:,]?\s*(?:that\s+)?(?:it\s+)?(?:must\s+be|must|is|are|should\s+be|has\s+to\s+be|be|to\s+be|as|with|against)?\s*"
)
_CONDITIONS = tuple(
    (kind, re.compile(rf"\b{_VALIDATION}{pattern}", re.I | re.S))
    for kind, pattern in (
        ("one_of", r"(?:one\s+of|either|among|in)\s*[:]?\s*(?P<words>.+)$"),
        ("between", r"between\s+(?P<words>-?[\d.]+\s+and\s+-?[\d.]+)"),
        ("at_least", r"(?:at\s+least|>=|no\s+less\s+than)\s*(?P<words>-?[\d.]+)"),
        ("at_most", r"(?:at\s+most|<=|no\s+more\s+than)\s*(?P<words>-?[\d.]+)"),
        (
            "matches",
            r"(?:match(?:es|ing)?|the\s+pattern|pattern)\s*(?:the\s+)?(?:pattern|regex|expression)?\s*(?P<words>.+)$",
        ),
        ("not_empty", r"(?P<words>not\s+(?:be\s+)?empty|non-?empty)"),
        ("condition", r"condition\s*[:=]?\s*(?P<words>.+)$"),
    )
)
_RAISE = re.compile(
    rf"\b(?:raise|bump|require|upgrade|update|increase|lift|set|move)\b(?:(?!\boutput\b|\bvariable\b).)*?"
    rf"\b(?P<subject>terraform|{_NAME}(?=\s+provider)|provider\s+{_NAME}|aws)\b"
    r"[^0-9]*?(?P<version>\d+(?:\.\d+){0,2})\b",
    re.I | re.S,
)
_RULES = re.compile(
    r"\b(?:quality\s+rules?|up\s+to\s+(?:the\s+)?(?:rules?|standards?)"
    r"|(?:fix|apply|follow|satisfy)\s+(?:all\s+)?(?:the\s+|our\s+)?(?:rules?|findings|warnings))\b",
    re.I,
)
_SPLIT = re.compile(r"\b(?:split|unbundle|break\s+up)\b", re.I)


def read_request(request: str) -> Wish | None:
    """The wish that the sentence states, or None: it may then name features of the service."""
    text = request.strip().rstrip(".!")
    if _DELETE.search(text):
        return DeleteModule()
    if match := _RENAME.search(text):
        kind = match["address"].partition(".")[0]
        if match["type"] in (None, kind):
            return Rename(match["address"], match["name"])
    if (validation := _validation(text)) is not None:
        return validation
    described = _DESCRIBED.search(text)
    description = described["text"].strip() if described else ""
    plain = _DESCRIBED.sub("", text)
    if match := _OUTPUT.search(plain):
        return AddOutput(match["name"], (match["value"] or "").strip().strip("`“”"), description)
    if match := _VARIABLE.search(plain):
        return _variable(match, description)
    if match := _REMOVE.search(plain):
        return _removal(match)
    if _SPLIT.search(plain):
        return SplitFiles()
    if _RULES.search(plain):
        return FollowRules()
    if match := _RAISE.search(plain):
        return RaiseConstraint(match["subject"].lower().removeprefix("provider").strip(), match["version"])
    return None


def _validation(text: str) -> AddValidation | None:
    for kind, pattern in _CONDITIONS:
        if match := pattern.search(text):
            return AddValidation(match["name"], kind, match["words"].strip())
    return None


def _variable(match: re.Match[str], description: str) -> AddVariable:
    rest = match["rest"]
    type_ = _TYPE.search(rest)
    named = (
        type_["type"].strip()
        if type_
        else (match["adjective"] or "string").lower().replace("boolean", "bool")
    )
    default = _DEFAULT.search(_TYPE.sub("", rest))
    return AddVariable(match["name"], named, default["default"] if default else None, description)


def _removal(match: re.Match[str]) -> Remove | None:
    kind, name = (match["kind"] or "").lower(), match["name"]
    if kind in ("variable", "input"):
        return Remove(f"var.{name.removeprefix('var.')}")
    if kind == "output":
        return Remove(f"output.{name.removeprefix('output.')}")
    if kind == "data source" and not name.startswith("data."):
        return Remove(f"data.{name}")
    # A word alone is more likely a feature: "remove versioning".
    return Remove(name) if "." in name else None
