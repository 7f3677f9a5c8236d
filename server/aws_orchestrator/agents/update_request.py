"""What a sentence asks of an existing module, as far as words alone can tell."""

import re
from typing import NamedTuple

from aws_orchestrator.agents.update_phrases import identifier, without_courtesies

_ADDRESS = r"[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*"
_NAME = r"[A-Za-z_][\w-]*"
_QUOTE = r"[\"'`“”]?"
_LONGEST = 2_000
"""Characters of a request that can be one of these wishes; a letter of thousands of words is none."""
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
    meant: str = ""
    """The name by which its value is found, where the output is to have another one."""


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

_AFTER_MODULE = (
    r"(?=\s*$|\s*[,;:.]|\s+(?:completely|entirely|altogether|again|now|folder|and\s+all|with\s+all|as|since|because|from|"
    r"away|any\s*more|any\s+longer)\b)"
)
_MODULE = (
    rf"(?:the\s+|this\s+|that\s+)?(?:whole\s+|entire\s+|complete\s+)?(?:terraform\s+)?module{_AFTER_MODULE}"
)
_DELETE = re.compile(
    rf"\b(?:(?:delete|remove|destroy|drop|erase|discard|get\s+rid\s+of|throw\s+away|throw)\s+{_MODULE}"
    rf"|(?:no\s+longer|do\s+not|don[’']?t)\s+need\s+{_MODULE})",
    re.I,
)
_TARGET = rf"{_QUOTE}(?:(?P<type>[a-z][a-z0-9_]*)\.)?(?P<name>{_NAME})"
_SUBJECT = rf"(?:the\s+)?(?:resource\s+)?{_QUOTE}(?P<address>{_ADDRESS}){_QUOTE}"
_RENAMES = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\brename\s+{_SUBJECT}\s+(?:to|as|into|so\s+that\s+it\s+is\s+(?:called|named))\s+{_TARGET}",
        rf"\b(?:change|set)\s+the\s+name\s+of\s+{_SUBJECT}\s+(?:to|into)\s+{_TARGET}",
        rf"\b(?:call|name)\s+{_SUBJECT}\s+{_TARGET}",
        rf"\bgive\s+{_SUBJECT}\s+the\s+(?:new\s+)?name\s+{_TARGET}",
        rf"{_SUBJECT}\s+(?:should|must|has\s+to)\s+(?:now\s+)?be\s+(?:called|named|renamed\s+to)\s+{_TARGET}",
    )
)
_KINDS = r"output|(?:input\s+)?variable|input|parameter|data\s+source|resource"
_REMOVE = re.compile(
    rf"\b(?:remove|delete|drop|get\s+rid\s+of|take\s+out|throw\s+out)\s+(?:the\s+)?(?:(?P<kind>{_KINDS})\s+)?"
    rf"(?:named\s+|called\s+)?{_QUOTE}(?P<name>(?:data\.)?{_ADDRESS}|{_NAME}){_QUOTE}\s*(?:,.*)?$",
    re.I,
)
_REMOVE_PHRASE = re.compile(
    r"\b(?:remove|delete|drop|get\s+rid\s+of|take\s+out|throw\s+out)\s+(?:the\s+)?"
    r"(?:(?P<kind>output|variable|input|parameter)\s+(?:for|of|with|named|called)\s+(?P<phrase>[^,;]+)"
    r"|(?P<before>[^,;]+?)\s+(?P<kind_after>output|variable|input|parameter))\s*(?:[,;].*)?$",
    re.I | re.S,
)
_VALUE = (
    r"(?:\s*(?:=|:|\bwith(?:\s+the)?\s+value\b|\bthat\s+(?:is|returns|gives)\b|\bset\s+to\b)\s*(?P<value>.+))"
)
_OUTPUT = re.compile(
    rf"\badd\s+(?:an?\s+|the\s+|another\s+)?(?:new\s+)?output\s+(?:named\s+|called\s+)?{_QUOTE}(?P<name>{_NAME}){_QUOTE}"
    rf"(?:{_VALUE}|\s+(?:for|of)\s+(?P<source>.+))?$",
    re.I | re.S,
)
_HOLDING = (
    r"(?:for|of|with|holding|containing|returning|showing|giving|exposing"
    r"|(?:that|which)\s+(?:has|holds|contains|returns|shows|gives|exposes|is))"
)
_OUTPUT_PHRASES = tuple(
    re.compile(pattern, re.I | re.S)
    for pattern in (
        rf"\badd\s+(?:an?\s+|the\s+|another\s+)?(?:new\s+)?output\s+(?:value\s+|variable\s+)?(?:{_HOLDING}\s+)?"
        rf"(?P<phrase>[^=:,;]+?)(?:\s*,?\s+(?:named|called)\s+{_QUOTE}(?P<name>{_NAME}){_QUOTE})?{_VALUE}?$",
        rf"\badd\s+(?:an?\s+|the\s+|another\s+)?(?:new\s+)?(?P<phrase>[^=:,;]+?)\s+(?:as\s+an?\s+output|to\s+the\s+outputs|output)"
        rf"(?:\s+(?:named\s+|called\s+)?{_QUOTE}(?P<name>{_NAME}){_QUOTE})?{_VALUE}?$",
        rf"^(?:expose|export|return|publish|surface|show|output)\s+(?P<phrase>[^=:,;]+?)\s+(?:as|in|through|via|by)\s+"
        rf"(?:an?\s+|the\s+)?(?:new\s+)?outputs?(?:\s+(?:named\s+|called\s+)?{_QUOTE}(?P<name>{_NAME}){_QUOTE})?{_VALUE}?$",
        rf"^(?:also\s+)?output\s+(?P<phrase>[^=:,;]+?)(?:\s+as\s+{_QUOTE}(?P<name>{_NAME}){_QUOTE})?{_VALUE}?$",
    )
)
_ADJECTIVES = r"string|text|number|numeric|integer|bool|boolean|list|map|set"
_VARIABLE = re.compile(
    rf"\badd\s+(?:an?\s+|the\s+|another\s+)?(?:(?:new|optional|required)\s+)*(?:(?P<adjective>{_ADJECTIVES})\s+)?"
    rf"(?:input\s+)?(?:variable|input|parameter)\s+"
    rf"(?:(?:(?:named|called)\s+)?{_QUOTE}(?P<name>{_NAME}){_QUOTE}(?=\s*$|\s*[,=(]|\s+(?:with|of\s+(?:the\s+)?type|type|default|defaulting|as|that|which)\b)"
    r"|(?:(?:for|with|of|to\s+(?:set|choose|control|give)|(?:that|which)\s+(?:sets|holds|controls|gives))\s+)?"
    r"(?P<phrase>.+?)(?=\s*$|\s*[,=(]|\s+(?:with\s+(?:(?:the|a)\s+)?(?:default|type)|of\s+(?:the\s+)?type|type|defaulting|default|as\s+an?)\b))"
    r"(?P<rest>.*)$",
    re.I | re.S,
)
_TYPE = re.compile(
    r"\b(?:of\s+)?(?:the\s+)?type\s*[:=]?\s*(?P<type>(?:map|list|set|object|tuple|optional)\s*\(.*\)|string|number|bool|any)",
    re.I | re.S,
)
_SPOKEN_TYPE = re.compile(
    rf"(?:\bof\s+(?:the\s+)?type\s+|\btype\s+|\bas\s+|^\s*,?\s*|,\s*)(?:an?\s+)?(?P<type>{_ADJECTIVES})(?:\s+of\s+(?P<of>strings?|texts?|numbers?|bools?|booleans?))?\b",
    re.I,
)
_PLAIN_TYPES = {"text": "string", "numeric": "number", "integer": "number", "boolean": "bool"}
_DEFAULT = re.compile(
    r"\b(?:with\s+)?(?:the\s+|a\s+)?default(?:s|ing)?(?:\s+(?:value|of|to|is))*\s*[:=]?\s*"
    r"(?P<default>\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}|[^\s,]+)",
    re.I,
)
# What is said of an input: by its name, or by a phrase after one of the words that begin a validation.
_SAID_OF = (
    rf"{_QUOTE}(?:var\.)?(?P<name>{_NAME})(?![\w-]){_QUOTE}",
    r"(?P<phrase>[A-Za-z][\w-]*(?:\s+[A-Za-z][\w-]*){1,3}?)(?![\w-])",
)
_BEGINS = (
    r"(?:add\s+(?:an?\s+)?validation\s+(?:to|for|of|on)|(?:validate|check|verify)(?:\s+that)?"
    r"|(?:make\s+sure|ensure|require|enforce)(?:\s+that)?|(?:restrict|limit|constrain)|(?:only\s+)?(?:accept|allow)(?:\s+only)?)"
    r"\s+(?:the\s+)?(?:variable\s+|input\s+|value\s+of\s+)?"
)
_STATES = r"\b(?:(?:the\s+)?(?:variable|input)\s+|(?=\S*_)|(?=var\.))"
_MUST = (
    r"\s*[:,]?\s*(?:that\s+)?(?:it\s+)?"
    r"(?:must\s+be|must|is|are|should\s+be|should|has\s+to\s+be|may\s+only\s+be|can\s+only\s+be|be|to\s+be|to|as|with|against)?\s*"
)
_ONLY = re.compile(
    rf"\b(?:only\s+(?:allow|accept|permit)|(?:allow|accept|permit)\s+only)\s+(?P<words>.+?)\s+(?:for|as|in)\s+"
    rf"(?:the\s+)?(?:variable\s+|input\s+)?{_QUOTE}(?:var\.)?(?P<name>{_NAME}(?:\s+{_NAME}){{0,3}}){_QUOTE}$",
    re.I | re.S,
)
_EMPTY = re.compile(
    rf"\b(?:reject|refuse|forbid|disallow)\s+(?:an?\s+)?empty\s+(?:variable\s+|input\s+)?{_QUOTE}(?:var\.)?(?P<name>{_NAME}){_QUOTE}",
    re.I,
)
_KINDS_OF_CONDITION = (
    ("one_of", r"(?:one\s+of|either|among|in)\b\s*[:]?\s*(?P<words>.+)$"),
    ("between", r"(?:between|from)\s+(?P<words>-?[\d.]+\s+(?:and|to)\s+-?[\d.]+)"),
    (
        "at_least",
        r"(?:at\s+least|>=|no\s+less\s+than|not\s+less\s+than|a\s+minimum\s+of)\s*(?P<words>-?[\d.]+)",
    ),
    (
        "at_most",
        r"(?:at\s+most|<=|no\s+more\s+than|not\s+more\s+than|up\s+to|a\s+maximum\s+of)\s*(?P<words>-?[\d.]+)",
    ),
    ("more", r"(?:more\s+than|greater\s+than|larger\s+than|above|>)\s*(?P<words>-?[\d.]+)"),
    ("less", r"(?:less\s+than|smaller\s+than|lower\s+than|below|<)\s*(?P<words>-?[\d.]+)"),
    (
        "matches",
        r"(?:match(?:es|ing)?|the\s+pattern|pattern)\s*(?:the\s+)?(?:pattern|regex|expression)?\s*(?P<words>.+)$",
    ),
    ("not_empty", r"(?P<words>not\s+(?:be\s+)?empty|non-?empty)"),
    ("condition", r"condition\s*[:=]?\s*(?P<words>.+)$"),
)
_CONDITIONS = tuple(
    (kind, re.compile(rf"\b{_BEGINS}{said_of}{_MUST}{condition}", re.I | re.S))
    for said_of in _SAID_OF
    for kind, condition in _KINDS_OF_CONDITION
) + tuple(
    (kind, re.compile(rf"{_STATES}{_SAID_OF[0]}{_MUST}{condition}", re.I | re.S))
    for kind, condition in _KINDS_OF_CONDITION
    if kind != "condition"
)
# What may stand between whom a version is of and the version: a sentence about days or zones is none about versions.
_UP_TO = (
    r"(?:\s+(?:provider|version|constraint|requirement|itself|lower\s+bound|minimum|min|to|of|at\s+least|is|must|be|should|up|"
    r"from\s+v?[\d.]+|a|the|and|or|newer|least|least\s+version))*"
    r"[\s:=]*(?:>=|~>)?\s*[\"'`“]?v?(?P<version>\d+(?:\.\d+){0,2})\b"
)
_WHOSE = rf"\b(?P<subject>terraform|{_NAME}(?=\s+provider)|provider\s+{_NAME}|aws)\b"
_RAISES = (
    re.compile(
        r"\b(?:raise|bump|require|upgrade|update|increase|lift|set|move|use|need|needs|demand|go|switch)\b"
        rf"(?:(?!\boutput\b|\bvariable\b).)*?{_WHOSE}{_UP_TO}",
        re.I | re.S,
    ),
    re.compile(
        r"\b(?:version\s+|at\s+least\s+)v?(?P<version>\d+(?:\.\d+){0,2})\b(?:\s+or\s+\w+)?\s+(?:of|for)\s+(?:the\s+)?"
        rf"(?P<subject>terraform|{_NAME}(?=\s+provider)|provider\s+{_NAME})\b",
        re.I,
    ),
    re.compile(rf"{_WHOSE}{_UP_TO}\s*(?:or|and)\s+(?:newer|later|higher|above|up)\b", re.I | re.S),
    re.compile(rf"{_WHOSE}(?=.*\b(?:at\s+least|minimum|must\s+be)\b){_UP_TO}", re.I | re.S),
)
_RULES = re.compile(
    r"\b(?:quality\s+rules?|up\s+to\s+(?:the\s+)?(?:rules?|standards?)"
    r"|(?:comply|conform|compliant|conformant|in\s+line)\s+(?:with|to)\s+(?:all\s+)?(?:the\s+|our\s+)?(?:\w+\s+)?(?:rules?|standards?)"
    r"|(?:fix|apply|follow|satisfy|mend|repair|resolve|correct|obey|clear)\s+(?:all\s+)?(?:of\s+)?(?:the\s+|our\s+|its\s+|your\s+)?"
    r"(?:rules?|findings|warnings|problems|errors|issues|complaints|diagnostics|mistakes)"
    r"|(?:fix|mend|repair|correct)\s+(?:everything|what(?:ever)?\s+is\s+wrong|whatever\s+you\s+(?:find|can))"
    r"|heal\s+(?:it|(?:the|this)\s+module))\b",
    re.I,
)
_SPLIT = re.compile(
    r"\b(?:split|unbundle|break\s+up"
    r"|(?:separate|divide|break|distribute|spread|sort|reorgani[sz]e|take|pull)\b[^,;]*\b(?:into\s+(?:\w+\s+)*files|over\s+(?:\w+\s+)*files|apart)"
    r"|(?:put|move)\s+(?:the\s+|all\s+|every\s+)*blocks?\b[^,;]*\bfiles?)\b",
    re.I,
)


def read_request(request: str) -> Wish | None:
    """The wish that the sentence states, or None: it may then name features of the service."""
    if len(request) > _LONGEST:
        return None
    text = without_courtesies(request)
    if _DELETE.search(text):
        return DeleteModule()
    for pattern in _RENAMES:
        match = pattern.search(text)
        if match and match["type"] in (None, match["address"].partition(".")[0]):
            return Rename(match["address"], match["name"])
    if (validation := _validation(text)) is not None:
        return validation
    described = _DESCRIBED.search(text)
    description = described["text"].strip() if described else ""
    plain = _DESCRIBED.sub("", text)
    for read in (_variable, _output):
        if (added := read(plain, description)) is not None:
            return added
    return _removal(plain) or _of_the_whole(plain)


def _of_the_whole(plain: str) -> Wish | None:
    if _SPLIT.search(plain):
        return SplitFiles()
    if _RULES.search(plain):
        return FollowRules()
    for pattern in _RAISES:
        if match := pattern.search(plain):
            return RaiseConstraint(
                match["subject"].lower().removeprefix("provider").strip(), match["version"]
            )
    return None


def _validation(text: str) -> AddValidation | None:
    if match := _EMPTY.search(text):
        return AddValidation(match["name"], "not_empty", "not empty")
    if (match := _ONLY.search(text)) and (name := identifier(match["name"])):
        return AddValidation(name, "one_of", match["words"].strip())
    for kind, pattern in _CONDITIONS:
        if match := pattern.search(text):
            said = match.groupdict()
            subject = identifier(said.get("name") or said.get("phrase") or "")
            if subject is None:
                continue
            words = match["words"].strip()
            if kind in ("more", "less"):
                return AddValidation(
                    subject, "condition", f"var.{subject} {'>' if kind == 'more' else '<'} {words}"
                )
            return AddValidation(
                subject, kind, re.sub(r"\s+to\s+", " and ", words) if kind == "between" else words
            )
    return None


def _output(plain: str, description: str) -> AddOutput | None:
    if match := _OUTPUT.search(plain):
        value = (match["value"] or match["source"] or "").strip().strip("`“”")
        return AddOutput(match["name"], value, description)
    for pattern in _OUTPUT_PHRASES:
        if match := pattern.search(plain):
            phrase, value = match["phrase"].strip(), (match["value"] or "").strip().strip("`“”")
            if reference := _REFERENCE.fullmatch(phrase.strip("\"'`“”")):
                # "for aws_sqs_queue.jobs.url": what it holds is said, and names it.
                named = f"{reference['type'].partition('_')[2]}_{reference['attribute']}"
                return AddOutput(match["name"] or named, reference[0], description)
            name = match["name"] or identifier(phrase)
            if name is not None:
                return AddOutput(name, value, description, _meant(phrase, name))
    return None


_REFERENCE = re.compile(
    rf"(?P<type>[a-z][a-z0-9]*_[a-z0-9_]+)\.{_NAME}(?:\[[^\]]*\])?\.(?P<attribute>{_NAME})"
)


def _meant(phrase: str, name: str) -> str:
    """The name that the phrase would have made, of an output that was given one of its own."""
    meant = identifier(phrase)
    return meant if meant is not None and meant != name else ""


def _variable(plain: str, description: str) -> AddVariable | None:
    match = _VARIABLE.search(plain)
    name = (match["name"] or identifier(match["phrase"] or "")) if match else None
    if match is None or name is None:
        return None
    rest = match["rest"]
    written = _TYPE.search(rest)
    without_default = _DEFAULT.sub("", rest)
    spoken = _SPOKEN_TYPE.search(without_default)
    if written:
        named = written["type"].strip()
    elif spoken:
        named = _spoken_type(spoken["type"], spoken["of"])
    else:
        named = _spoken_type(match["adjective"] or "string", None)
    default = _DEFAULT.search(_TYPE.sub("", rest))
    return AddVariable(name, named, default["default"] if default else None, description)


def _spoken_type(named: str, of: str | None) -> str:
    plain = _PLAIN_TYPES.get(named.lower(), named.lower())
    if plain not in ("list", "map", "set"):
        return plain
    element = (of or "string").lower().removesuffix("s")
    return f"{plain}({_PLAIN_TYPES.get(element, element)})"


def _removal(plain: str) -> Remove | None:
    match = _REMOVE.search(plain)
    if match is not None and (wish := _removed(match["kind"] or "", match["name"])) is not None:
        return wish
    if match := _REMOVE_PHRASE.search(plain):
        name = identifier(match["phrase"] or match["before"])
        return _removed(match["kind"] or match["kind_after"], name) if name else None
    return None


def _removed(written: str, name: str) -> Remove | None:
    kind = " ".join(written.lower().split())
    if kind in ("variable", "input", "input variable", "parameter"):
        return Remove(f"var.{name.removeprefix('var.')}")
    if kind == "output":
        return Remove(f"output.{name.removeprefix('output.')}")
    if kind == "data source" and not name.startswith("data."):
        return Remove(f"data.{name}")
    # A word alone is more likely a feature: "remove versioning".
    return Remove(name) if "." in name else None
