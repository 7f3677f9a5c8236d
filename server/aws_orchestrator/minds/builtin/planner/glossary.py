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
