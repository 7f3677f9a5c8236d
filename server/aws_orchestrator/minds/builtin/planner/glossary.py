"""What arguments mean, as data (glossary.json): sentences of ours for what neither a name nor a learned fact can tell.

`types` speaks of the arguments of one resource type, `arguments` of every argument of that name. `givers` are the
resource types whose attribute an argument usually takes, by the words of its name.
"""

import json
from pathlib import Path

_GLOSSARY = json.loads(Path(__file__).with_name("glossary.json").read_text(encoding="utf-8"))
_ARGUMENTS: dict[str, str] = _GLOSSARY["arguments"]
_TYPES: dict[str, dict[str, str]] = _GLOSSARY["types"]
_GIVERS: dict[str, str] = _GLOSSARY["givers"]
# Names without an ending that take a reference all the same.
_BARE = ("role", "kms_key", "iam_instance_profile", "permissions_boundary", "security_groups", "subnets")
_ATTRIBUTES = {"arn": "arn", "arns": "arn", "id": "id", "ids": "id", "name": "name", "names": "name"}


def meaning_of(resource_type: str, argument: str, owner: str) -> str:
    """What an argument of the resource itself is for, without a full stop; empty when nobody wrote it down."""
    text = _TYPES.get(resource_type, {}).get(argument) or _ARGUMENTS.get(argument, "")
    return text.replace("{owner}", owner)


def relative_of(argument: str, resource_type: str, types: frozenset[str]) -> str:
    """The resource of the same family whose id or ARN an argument takes, as `aws_dms_endpoint.example.arn`; or empty."""
    head, _, ending = argument.rpartition("_")
    attribute = _ATTRIBUTES.get(ending, "")
    if attribute not in ("id", "arn"):
        return ""
    family, words = resource_type.split("_")[1], head.removesuffix("s").split("_")
    # `source_endpoint_arn` takes the ARN of an endpoint; another family must have the whole name.
    tails = ["_".join(words[start:]) for start in range(len(words))]
    for candidate in (
        f"aws_{family}_{tails[0]}",
        f"aws_{tails[0]}",
        *(f"aws_{family}_{tail}" for tail in tails[1:]),
    ):
        if candidate in types and candidate != resource_type:
            return f"{candidate}.example.{attribute}"
    return ""


def giver_of(argument: str) -> str:
    """Where the value of an argument usually comes from, as `aws_subnet.example.id`; empty when that is not known."""
    head, _, ending = argument.rpartition("_")
    if ending in _ATTRIBUTES:
        base, attribute = head, _ATTRIBUTES[ending]
    elif argument.endswith(_BARE):
        base, attribute = argument, "arn" if argument.endswith("role") else "id"
    else:
        return ""
    words = base.split("_")
    for start in range(len(words)):
        tail = "_".join(words[start:])
        known = _GIVERS.get(tail) or _GIVERS.get(tail.removesuffix("s"))
        if known and (start == 0 or "_" in tail or ending in ("arn", "arns")):
            type_, _, fixed = known.partition(".")
            return f"{type_}.example.{fixed or attribute}"
    return ""
