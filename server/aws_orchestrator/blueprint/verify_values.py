"""Literal values against the type of their argument; what only Terraform can know is left to Terraform."""

import re
from collections.abc import Iterator

from aws_orchestrator.blueprint.model import Value
from aws_orchestrator.blueprint.problems import Problem, did_you_mean
from aws_orchestrator.catalog import Attribute, CtyType
from aws_orchestrator.hcl.references import string_literal

_NUMBER = re.compile(r"^-?[0-9]+(\.[0-9]+)?$")


def value_problems(path: str, what: str, value: Value, attribute: Attribute) -> Iterator[Problem]:
    """The problems of a value, as far as it is literal."""
    if attribute.nested is not None:
        return
    yield from _typed(path, what, value, attribute.type)


def default_problems(path: str, name: str, default: Value, expected: CtyType) -> Iterator[Problem]:
    """The problems of a variable's default, as far as it is literal."""
    yield from _typed(path, f'"{name}"', default, expected)


def _typed(path: str, what: str, value: Value, expected: CtyType | None) -> Iterator[Problem]:
    if expected is None or expected == "dynamic":
        return
    if isinstance(value, str):
        yield from _expression(path, what, value, expected)
    elif isinstance(value, list):
        yield from _list(path, what, value, expected)
    elif isinstance(value, dict):
        yield from _mapping(path, what, value, expected)
    elif not _scalar_fits(value, expected):
        yield Problem(path, f"{what} is {describe(expected)}, not {_literal(value)}")


def _scalar_fits(value: bool | float, expected: CtyType) -> bool:
    # Terraform converts booleans and numbers to strings, never a number to a boolean.
    return expected == "string" or expected == ("bool" if isinstance(value, bool) else "number")


def _expression(path: str, what: str, value: str, expected: CtyType) -> Iterator[Problem]:
    text = string_literal(value)
    if text is not None:
        fits = (
            expected == "string"
            or (expected == "number" and bool(_NUMBER.match(text)))
            or (expected == "bool" and text in ("true", "false"))
        )
        if not fits:
            yield Problem(path, f'{what} is {describe(expected)}, not the text "{text}"')
    elif value in ("true", "false"):
        yield from _typed(path, what, value == "true", expected)
    elif _NUMBER.match(value):
        yield from _typed(path, what, float(value), expected)
    elif value[0] in "[{" and isinstance(expected, str):
        shape = "a list" if value[0] == "[" else "a mapping"
        yield Problem(path, f"{what} is {describe(expected)}, not {shape}")


def _list(path: str, what: str, value: list[Value], expected: CtyType) -> Iterator[Problem]:
    if isinstance(expected, str) or expected[0] not in ("list", "set", "tuple"):
        yield Problem(path, f"{what} is {describe(expected)}, not a list")
    elif expected[0] != "tuple":
        for index, item in enumerate(value):
            yield from _typed(f"{path}[{index}]", f"an element of {what}", item, expected[1])


def _mapping(path: str, what: str, value: dict[str, Value], expected: CtyType) -> Iterator[Problem]:
    if isinstance(expected, str) or expected[0] not in ("map", "object"):
        yield Problem(path, f"{what} is {describe(expected)}, not a mapping")
    elif expected[0] == "map":
        for key, item in value.items():
            yield from _typed(f"{path}.{key}", f"an element of {what}", item, expected[1])
    else:
        fields = expected[1]
        for key, item in value.items():
            if key in fields:
                yield from _typed(f"{path}.{key}", f'"{key}" of {what}', item, fields[key])
            else:
                yield Problem(f"{path}.{key}", f'{what} has no field "{key}"{did_you_mean(key, fields)}')
        if len(expected) == 3:  # only then is it known which fields may be left out
            for key in fields:
                if key not in value and key not in expected[2]:
                    yield Problem(path, f'{what} needs the field "{key}"')


def describe(expected: CtyType) -> str:
    """A type in words: `a string`, `a list of strings`."""
    if isinstance(expected, str):
        return {"string": "a string", "number": "a number", "bool": "true or false"}.get(
            expected, "any value"
        )
    if expected[0] in ("list", "set", "map"):
        inner = expected[1] if isinstance(expected[1], str) else "object"
        return f"a {expected[0]} of {inner}s"
    return f"an {expected[0]}" if expected[0] == "object" else f"a {expected[0]}"


def _literal(value: bool | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}"
