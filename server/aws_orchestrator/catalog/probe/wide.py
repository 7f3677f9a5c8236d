"""Places with more than a hundred arguments that are declared alike, such as a provider's `endpoints`.

A call with such a block takes the provider seconds, because it compares the elements of a set down to the bottom: so all of
these arguments are asked at once, halves of them where that brings a complaint, and only what stays refused one by one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from aws_orchestrator.catalog.knowledge_shape import Shape
from aws_orchestrator.catalog.model import Attribute
from aws_orchestrator.catalog.probe.battery import BOGUS, LONG
from aws_orchestrator.catalog.probe.sentences import Complaint

_WIDE = 100
_TEXTS = (BOGUS, "", LONG)
"""What shows that an argument is checked, as for any other text: it is complained about, or its length is."""
_FEW = 8

Put = Callable[[dict[str, Any]], frozenset[Complaint]]
"""Gives these arguments to the place and returns the complaints."""


def is_wide(shape: Shape) -> bool:
    """Whether a place has so many arguments that each call about them counts."""
    return len(shape.leaves) > _WIDE


def checked(shape: Shape, put: Put) -> list[Attribute]:
    """The arguments that can be set, without the texts of which, all set together, none is refused whatever it is."""
    settable = [leaf for leaf in shape.leaves.values() if leaf.settable]
    free: set[str] = set()
    before = put({})

    def ask(names: list[str]) -> None:
        if not any(put(dict.fromkeys(names, text)) - before for text in _TEXTS):
            free.update(names)
        elif len(names) > _FEW:
            ask(names[: len(names) // 2])
            ask(names[len(names) // 2 :])

    ask([leaf.name for leaf in settable if leaf.type == "string" and not leaf.required])
    return [leaf for leaf in settable if leaf.name not in free]


def sampled(leaves: Sequence[Attribute], leaf: Attribute) -> tuple[str, ...]:
    """The three arguments that are asked for all that are declared like this one; none where they are few."""
    wanted = replace(leaf, name="")
    alike = sorted(other.name for other in leaves if replace(other, name="") == wanted)
    return (alike[0], alike[len(alike) // 2], alike[-1]) if len(alike) > _WIDE else ()


def sampled_first(leaves: Sequence[Attribute]) -> list[Attribute]:
    """The arguments, those that are asked for others before these."""
    first = {name for leaf in leaves for name in sampled(leaves, leaf)}
    return sorted(leaves, key=lambda leaf: leaf.name not in first)
