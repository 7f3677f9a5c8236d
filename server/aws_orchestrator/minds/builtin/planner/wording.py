"""Names of the provider as words for people: `aws_sqs_queue` is an SQS queue."""

import json
from functools import cache
from pathlib import Path

_VOCABULARY = json.loads(Path(__file__).with_name("vocabulary.json").read_text(encoding="utf-8"))
# Words that are written in a way of their own; everything else is lower case.
_SPELLED: dict[str, str] = _VOCABULARY["spelled"]
VERBS: frozenset[str] = frozenset(_VOCABULARY["verbs"])
"""What a switch's name begins with when it says what is done: `copy_tags_to_snapshot`."""
COMMON: frozenset[str] = frozenset(_VOCABULARY["common"])
"""Words of a request that tell no service."""
EMPTY: frozenset[str] = frozenset(_VOCABULARY["empty"])
"""Words of a request that tell of no part of a module either."""


def words(name: str) -> list[str]:
    """The words of a name of the provider, spelled for people."""
    return [_SPELLED.get(word, word) for word in name.split("_") if word]


def phrase(name: str) -> str:
    """A name of the provider as a phrase: `kms_key_arn` is `KMS key ARN`."""
    return " ".join(words(name))


@cache
def thing(resource_type: str) -> str:
    """What a resource of the type is: `SQS queue`."""
    return phrase(resource_type.removeprefix("aws_"))


def with_article(noun: str) -> str:
    """The noun with its indefinite article, chosen by how the first word is said."""
    first = noun.split(" ")[0]
    if first.isupper() and first[:1] in "AEFHILMNORSX" and first not in ("RAM", "LAN", "MAC", "NAT", "SIM"):
        return f"an {noun}"
    return f"an {noun}" if first[:1].lower() in "aeio" and not first.isupper() else f"a {noun}"


def listed(items: list[str], last: str = "or") -> str:
    """`a, b or c`."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"
