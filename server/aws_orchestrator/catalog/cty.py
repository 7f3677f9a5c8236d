"""Type expressions as cty JSON, the notation of `terraform providers schema -json`.

`"string"`, `["list", "string"]`, `["object", {"a": "bool"}]`, `["object", {"a": "bool"}, ["a"]]` (with
the optional ones), `["tuple", ["string", "bool"]]`. Attributes share them: nobody may change one.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

CtyType: TypeAlias = str | list[Any]

PRIMITIVES = ("string", "number", "bool", "dynamic")
COLLECTIONS = ("list", "set", "map")


def is_cty_type(expression: object) -> bool:
    """Whether the JSON value is a complete cty type."""
    match expression:
        case str():
            return expression in PRIMITIVES
        case [str() as collection, element] if collection in COLLECTIONS:
            return is_cty_type(element)
        case ["tuple", list() as elements]:
            return all(is_cty_type(element) for element in elements)
        case ["object", dict() as attributes]:
            return all(is_cty_type(attribute) for attribute in attributes.values())
        case ["object", dict() as attributes, list() as optional]:
            return is_cty_type(["object", attributes]) and all(
                isinstance(name, str) and name in attributes for name in optional
            )
        case _:
            return False


def canonical(expression: CtyType) -> CtyType:
    """The same type in the one way of writing it: the names of objects sorted."""
    match expression:
        case ["object", attributes, *optional]:
            members = {name: canonical(attributes[name]) for name in sorted(attributes)}
            return ["object", members, *[sorted(names) for names in optional if names]]
        case ["tuple", elements]:
            return ["tuple", [canonical(element) for element in elements]]
        case [collection, element]:
            return [collection, canonical(element)]
        case _:
            return expression


def spell(expression: CtyType) -> str:
    """The type as Terraform's language writes it: `map(list(string))`, `object({ name = string })`."""
    match expression:
        case "dynamic":
            return "any"
        case str():
            return expression
        case ["object", attributes, *optional]:
            inner = ", ".join(_spell_members(attributes, optional[0] if optional else ()))
            return f"object({{ {inner} }})" if inner else "object({})"
        case ["tuple", elements]:
            return f"tuple([{', '.join(spell(element) for element in elements)}])"
        case _:
            return f"{expression[0]}({spell(expression[1])})"


def _spell_members(attributes: dict[str, CtyType], optional: list[str] | tuple[str, ...]) -> Iterator[str]:
    for name, expression in attributes.items():
        spelled = spell(expression)
        yield f"{name} = optional({spelled})" if name in optional else f"{name} = {spelled}"
