"""Blueprints from YAML: every mistake is named by its path, with the nearest right word."""

from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from aws_orchestrator.blueprint.model import (
    FORMAT_VERSION,
    Assertion,
    Blueprint,
    ConditionalArguments,
    DataSource,
    Feature,
    FileDeclaration,
    Guard,
    Lifecycle,
    NestedBlock,
    Output,
    Resource,
    Scenario,
    SecurityControl,
    Variable,
)
from aws_orchestrator.blueprint.yaml_document import load_yaml
from aws_orchestrator.catalog import nearest
from aws_orchestrator.errors import BlueprintError

_NAMED_PROBLEMS = 8
_SECTIONS: dict[str, type[BaseModel]] = {
    "files": FileDeclaration,
    "features": Feature,
    "variables": Variable,
    "data": DataSource,
    "resources": Resource,
    "outputs": Output,
    "controls": SecurityControl,
    "scenarios": Scenario,
    "assertions": Assertion,
    "blocks": NestedBlock,
    "arguments_when": ConditionalArguments,
    "guard": Guard,
    "lifecycle": Lifecycle,
}
# pydantic's names for the members of the union `Value`, which would make paths unreadable.
_UNION_MEMBERS = ("bool", "int", "constrained-float", "float", "constrained-str", "str")


# Reading YAML 1.2 in pure Python takes most of a second for a large skill; a blueprint is frozen and can be shared.
@lru_cache(maxsize=64)
def parse_blueprint(text: str, origin: str) -> Blueprint:
    """The blueprint in a YAML document; `origin` names the document in messages.

    Raises BlueprintError for broken YAML, a newer format, unknown or missing fields and wrong types.
    """
    document = load_yaml(text, origin)
    if not isinstance(document, dict):
        raise BlueprintError(
            f"{origin} is not a blueprint: it must hold a mapping with `service`, `resources`, …"
        )
    version = document.get("format_version", FORMAT_VERSION)
    if type(version) is not int or version < 1:
        raise BlueprintError(f"{origin} has the format_version {version!r}; write {FORMAT_VERSION}.")
    if version > FORMAT_VERSION:
        raise BlueprintError(
            f"{origin} has format_version {version}; this program reads up to {FORMAT_VERSION}. Update AWS Orchestrator."
        )
    return build_blueprint(document, origin)


def build_blueprint(document: dict[str, Any], origin: str) -> Blueprint:
    """The blueprint in a document that is already data; BlueprintError names every mistake by its path."""
    try:
        return Blueprint.model_validate(document)
    except ValidationError as error:
        problems = _sentences(error)
        more = f" (and {len(problems) - _NAMED_PROBLEMS} more)" if len(problems) > _NAMED_PROBLEMS else ""
        raise BlueprintError(
            f"{origin} is not a valid blueprint: " + "; ".join(problems[:_NAMED_PROBLEMS]) + more
        ) from error


def _sentences(error: ValidationError) -> list[str]:
    found = {_path(item["loc"])[0]: item for item in error.errors()}
    # Each member of a union complains about the whole value and about what is inside: the innermost says it best.
    return [
        _sentence(item["loc"], item["type"], item["msg"])
        for path, item in found.items()
        if not _path(item["loc"])[1]
        or not any(other != path and other.startswith((f"{path}.", f"{path}[")) for other in found)
    ]


def _sentence(location: tuple[int | str, ...], kind: str, message: str) -> str:
    path, inside_value = _path(location)
    if kind == "missing":
        return f"{path}: this field is needed"
    if inside_value or kind == "recursion_loop":
        return f"{path}: a value is an expression (text), true, false, a finite number, a list or a mapping"
    if kind != "extra_forbidden":
        message = message.removeprefix("Value error, ")
        return f"{path}: {message[0].lower()}{message[1:]}"
    owner = next(
        (_SECTIONS[part] for part in reversed(location[:-1]) if isinstance(part, str) and part in _SECTIONS),
        Blueprint,
    )
    close = nearest(str(location[-1]), tuple(owner.model_fields))
    hint = f"; did you mean `{close[0]}`?" if close else ""
    return f"{path}: there is no such field{hint}"


def _path(location: tuple[int | str, ...]) -> tuple[str, bool]:
    """The path as people write it, and whether it leads into a value (a union, whose members all complain)."""
    path = ""
    inside_value = False
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part == "[key]" or part.startswith(("function-", "model-")):
            continue
        elif part in _UNION_MEMBERS or part.startswith(("list[", "dict[", "nullable[", "definition-ref")):
            inside_value = True
        else:
            path += f".{part}" if path else part
    return path or "the document", inside_value
