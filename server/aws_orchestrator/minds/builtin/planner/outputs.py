"""Outputs of a resource: what AWS decides about it, and what others refer to it by."""

from collections.abc import Callable

from aws_orchestrator.blueprint.model import Output
from aws_orchestrator.catalog.model import Attribute, TypeSchema
from aws_orchestrator.minds.builtin.planner.wording import phrase, thing

# What other modules ask for first.
_FIRST = ("id", "arn", "name")
_NEVER = frozenset({"tags_all", "tags"})


def outputs_of(
    schema: TypeSchema,
    name: str,
    feature: tuple[str, ...],
    named: Callable[[str], str],
    only: frozenset[str] | None = None,
) -> tuple[Output, ...]:
    """One output for every attribute that AWS computes, or for those alone; `named` gives the output's name."""
    attributes = schema.block.attributes
    offered = [
        attribute
        for attribute in attributes.values()
        if attribute.computed
        and not attribute.deprecated
        and attribute.name not in _NEVER
        and (not attribute.optional or attribute.name in _FIRST)
        and (only is None or attribute.name in only)
    ]
    if not offered:
        # Some types compute nothing: then what they were told names them.
        offered = [next(item for item in attributes.values() if item.settable and not item.write_only)]
    offered.sort(
        key=lambda item: (_FIRST.index(item.name) if item.name in _FIRST else len(_FIRST), item.name)
    )
    owner = thing(schema.name)
    return tuple(
        Output(
            name=named(attribute.name),
            feature=feature,
            value=f"{schema.name}.{name}.{attribute.name}",
            description=_description(attribute, owner),
            sensitive=_is_secret(attribute),
        )
        for attribute in offered
    )


def _description(attribute: Attribute, owner: str) -> str:
    known = {"id": "ID by which the provider knows", "arn": "ARN of", "name": "Name of"}
    if attribute.name in known:
        return f"{known[attribute.name]} the {owner}; null when none was created."
    words = phrase(attribute.name)
    secret = " It is secret." if _is_secret(attribute) else ""
    return f"{words[0].upper()}{words[1:]} of the {owner}, as AWS reports it; null when none was created.{secret}"


def _is_secret(attribute: Attribute) -> bool:
    inner = attribute.nested.attributes.values() if attribute.nested else ()
    return attribute.sensitive or any(_is_secret(item) for item in inner)
