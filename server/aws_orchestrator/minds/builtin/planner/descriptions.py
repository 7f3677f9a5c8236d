"""What a variable is for, in sentences made of facts: whose it is, what it takes, what leaving it out or changing it does."""

from collections.abc import Sequence

from aws_orchestrator.blueprint.render import render_on_a_line, render_value
from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.minds.builtin.planner.glossary import giver_of, meaning_of, relative_of
from aws_orchestrator.minds.builtin.planner.limit_words import limits_of
from aws_orchestrator.minds.builtin.planner.shape import Field
from aws_orchestrator.minds.builtin.planner.wording import VERBS, listed, phrase, thing

_UNITS = {
    "_in_seconds": "in seconds",
    "_seconds": "in seconds",
    "_in_minutes": "in minutes",
    "_minutes": "in minutes",
    "_in_hours": "in hours",
    "_hours": "in hours",
    "_in_days": "in days",
    "_days": "in days",
    "_in_gb": "in GB",
    "_gb": "in GB",
    "_in_mb": "in MB",
    "_mb": "in MB",
    "_gib": "in GiB",
    "_mib": "in MiB",
    "_in_bytes": "in bytes",
    "_bytes": "in bytes",
    "_percentage": "in percent",
    "_percent": "in percent",
    "_milliseconds": "in milliseconds",
    "_ms": "in milliseconds",
}
# What an ending says; the rest of the name says of what.
_ENDINGS = (
    ("_arns", "ARNs of the {base}"),
    ("_ids", "IDs of the {base}"),
    ("_names", "Names of the {base}"),
    ("_arn", "ARN of the {base}"),
    ("_id", "ID of the {base}"),
    ("_url", "URL of the {base}"),
    ("_uri", "URI of the {base}"),
    ("_name", "Name of the {base}"),
    ("_identifier", "Identifier of the {base}"),
    ("_type", "Kind of {base}"),
    ("_count", "Number of {base}"),
    ("_version", "Version of the {base}"),
    ("_prefix", "Beginning of the {base}"),
    ("_path", "Path of the {base}"),
    ("_port", "Port of the {base}"),
    ("_username", "User name for the {base}"),
    ("_password", "Password for the {base}"),
    ("_expression", "Expression for the {base}"),
)
_SET_UP = (
    "_config",
    "_configs",
    "_configuration",
    "_configurations",
    "_settings",
    "_options",
    "_specification",
)
_MOST_MEMBERS = 14


def describe_input(
    field: Field,
    resource_type: str,
    excludes: Sequence[str] = (),
    needs: Sequence[str] = (),
    types: frozenset[str] = frozenset(),
) -> str:
    """The description of the variable that holds the field; `types` are the resource types that there are."""
    owner = thing(resource_type)
    what = _what(field, resource_type, owner)
    limits = [text for text in limits_of(field) if not ("JSON" in what and text.startswith("JSON"))]
    giver = ""
    if field.type is not None and _texts(field.type):
        giver = giver_of(field.name) or relative_of(field.name, resource_type, types)
    given = [f"for instance `{giver}`"] if giver and "`" not in what else []
    bare = field.required and not given and not limits and not meaning_of(resource_type, field.name, owner)
    needed = ["it must be given"] if bare and not field.is_block else []
    sentences = [what, *given, *limits, *needed, *_absence(field)]
    if excludes:
        sentences.append(f"not together with {listed([f'`{name}`' for name in excludes])}")
    if needs:
        sentences.append(f"needs {listed([f'`{name}`' for name in needs], 'and')} as well")
    if field.facts.replaces:
        sentences.append(f"changing it replaces the {owner}")
    if field.write_only:
        sentences.append("it is sent to AWS and kept in no state (Terraform 1.11)")
    elif field.sensitive:
        sentences.append("it is secret, and the state holds it")
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in sentences)


def _what(field: Field, resource_type: str, owner: str) -> str:
    if field.name == "timeouts" and field.is_block:
        names = listed([f"`{inner.name}`" for inner in field.fields], "and")
        return f'How long Terraform waits for the {owner} before it gives up, as "30m" or "1h", for {names}'
    meaning = meaning_of(resource_type, field.name, owner)
    if field.is_switch:
        return meaning or f"Whether the {owner} has the block `{field.name}`, which takes no arguments"
    if field.is_block:
        return f"{meaning or _of_block(field.name, owner)}{members_of(field)}"
    assert field.type is not None
    return meaning or _of_argument(field.name, field.type, owner)


def _texts(cty: CtyType) -> bool:
    return cty == "string" or (isinstance(cty, list) and cty[0] in ("list", "set") and cty[1] == "string")


def members_of(field: Field) -> str:
    """What the objects of a block hold, each member with its facts."""
    offered = [inner for inner in field.fields if inner.has_input]
    shown = [_member(inner) for inner in offered[:_MOST_MEMBERS]]
    more = len(offered) - len(shown)
    kind = "each an object with" if field.many else "an object with"
    return f": {kind} {'; '.join(shown)}" + (f"; and {more} more" if more > 0 else "")


def _member(field: Field) -> str:
    facts = [text.replace("`", "") for text in limits_of(field)]
    kind = "" if not field.is_block else "list of objects" if field.many else "object"
    told = [*(["required"] if field.required else []), *([kind] if kind else []), *facts]
    if field.default is not None and not field.is_block:
        told.append(f"default {render_value(field.default)}")
    return f"`{field.name}`" + (f" ({', '.join(told)})" if told else "")


def _of_block(name: str, owner: str) -> str:
    for ending in _SET_UP:
        if name.endswith(ending):
            return f"How the {phrase(name.removesuffix(ending))} is set up for the {owner}"
    return f"{_capital(phrase(name))} of the {owner}"


def _of_argument(name: str, cty: CtyType, owner: str) -> str:
    if cty == "bool":
        return _whether(name, owner)
    if cty == "number":
        for ending, unit in _UNITS.items():
            if name.endswith(ending):
                return f"{_capital(phrase(name.removesuffix(ending)))} of the {owner}, {unit}"
    if isinstance(cty, list) and cty[0] == "map":
        return f"{_capital(phrase(name))} of the {owner}, by name"
    if name == "name":
        return f"Name of the {owner}"
    for ending, words in _ENDINGS:
        base = name.removesuffix(ending)
        if name.endswith(ending) and base:
            said = words.replace("{base}", phrase(base))
            # "Name of the function of the Lambda function" says it twice.
            return said if _is_own(phrase(base), owner) else f"{said} for the {owner}"
    return f"{_capital(phrase(name))} of the {owner}"


def _is_own(base: str, owner: str) -> bool:
    return owner == base or owner.endswith(f" {base}")


def _whether(name: str, owner: str) -> str:
    parts = name.split("_")
    if parts[0] in ("enable", "enabled", "is", "has") and len(parts) > 1:
        return f"Whether {_being(phrase('_'.join(parts[1:])))} on for the {owner}"
    if parts[-1] in ("enabled", "enable") and len(parts) > 1:
        return f"Whether {_being(phrase('_'.join(parts[:-1])))} on for the {owner}"
    if parts[0] in VERBS:
        return f"Whether to {phrase(name)}, for the {owner}"
    if parts[-1].endswith(("able", "ible")):
        return f"Whether the {owner} is {phrase(name)}"
    return f"Whether {phrase(name)} applies to the {owner}"


def _being(noun: str) -> str:
    return f"{noun} {'are' if noun.endswith('s') and not noun.endswith(('ss', 'us', 'is')) else 'is'}"


def _absence(field: Field) -> list[str]:
    if field.required:
        return []
    if field.default == {}:
        return ["what is left out has safe defaults"]
    if field.default is not None:
        because = f", as {field.control} asks" if field.control else ""
        return [f"the module's default is `{render_on_a_line(field.default)}`{because}"]
    if field.fallback is not None:
        others = listed([f"`{name}`" for name in field.excluders])
        return [f"`null` takes `{render_on_a_line(field.fallback)}`, which is safe, unless {others} is given"]
    if field.is_switch:
        return ["off unless it is set to `true`"]
    if field.many:
        return ["an empty list writes none"]
    if field.is_block:
        return ["`null` leaves it out"]
    default = field.facts.default
    if default is not None and default != '""':
        shown = default if isinstance(default, str) else str(default).lower()
        return [f"`null` takes the provider's default, `{shown.strip(chr(34))}`"]
    return ["`null` leaves it to AWS"]


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
