"""What a change means: what breaks for callers, what it does to resources that exist, and how risky it is."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from aws_orchestrator.agents.stateful_types import is_stateful
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import knowledge_of
from aws_orchestrator.hcl.compare import (
    ArgumentChange,
    BlockChange,
    Comparison,
    changed_inputs,
    compare_modules,
    is_widened,
)
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.model import Wire

Risk = Literal["low", "medium", "high"]
_RISKS: tuple[Risk, ...] = ("low", "medium", "high")
# Encryption, permissions and the network: an edit there is never a small one.
_GUARDED_TYPES = re.compile(
    r"_(kms|iam|policy|security_group|network_acl|public_access_block|server_side_encryption|vpc|subnet|route)(_|\.|$)"
)
_GUARDED_ARGUMENTS = re.compile(
    r"(^|[_/])(kms|encrypt\w*|sse|policy|policies|role|roles|principals|security_groups?|ingress|egress|cidr\w*|public\w*)([_/]|$)"
)


class Replaced(Wire):
    """A resource that the change replaces, and the argument that does it."""

    address: str
    argument: str
    certain: bool
    """False when only some values of the argument replace it."""


class Consequences(NamedTuple):
    """What a change does beyond the text."""

    breaking: tuple[str, ...]
    """A sentence for each thing that stops working, or changes, for somebody who uses the module."""
    replaced: tuple[Replaced, ...]
    destroyed: tuple[str, ...]
    """Addresses of stateful resources that are removed or replaced."""
    moved: dict[str, str]
    risk: Risk
    comparison: Comparison


def consequences(
    before: ModuleView, after: ModuleView, catalog: Catalog | None, *, applied: bool = True
) -> Consequences:
    """What changes for callers and for resources that exist, found by comparing the module's two states.

    `applied` says whether the first can have been applied: what Terraform refuses was not, so no value of it is replaced.
    """
    compared = compare_modules(before, after)
    changes = (*compared.arguments, *changed_inputs(compared, after)) if applied else ()
    replaced = tuple(_replaced(changes, catalog))
    destroyed = [address for address in compared.removed if is_stateful(address)]
    destroyed += [item.address for item in replaced if is_stateful(item.address)]
    breaking = (*_breaking(compared, after), *(_replacement_sentence(item) for item in replaced))
    return Consequences(
        breaking=breaking,
        replaced=replaced,
        destroyed=tuple(dict.fromkeys(destroyed)),
        moved=dict(compared.moved),
        risk=_risk(compared, breaking),
        comparison=compared,
    )


def _breaking(compared: Comparison, after: ModuleView) -> Iterator[str]:
    for address in compared.removed:
        yield from _removal(address)
    for address in compared.added:
        kind, _, name = address.partition(".")
        if kind == "var" and "default" not in after.variables()[name].attributes:
            yield f"the new variable {name} has no default: every caller must set it"
    for change in compared.variables:
        yield from _variable(change)
    for output in compared.outputs:
        if output.field == "sensitive" and output.after == "true":
            yield f"the output {output.name} becomes sensitive: callers that show it fail"
    for address, was, becomes in compared.repetition:
        yield f"{address} changes from {was} to {becomes}: its instances get other addresses, which `moved` must name"
    for change in compared.constraints:
        if _major(change.after) > _major(change.before) >= 0:
            yield f"{change.name} now needs {change.after}, a new major version (it was {change.before})"


def _removal(address: str) -> Iterator[str]:
    kind, _, name = address.partition(".")
    if kind == "var":
        yield f"the variable {name} is removed: callers that set it fail"
    elif kind == "output":
        yield f"the output {name} is removed: callers that read it fail"
    elif kind not in ("local", "data", "ephemeral"):
        held = "what it holds" if kind == "module" else "it"
        yield f"{address} is removed without `moved`: Terraform destroys {held}"


def _variable(change: BlockChange) -> Iterator[str]:
    if change.field == "type" and not is_widened(change.before, change.after):
        yield f"the type of the variable {change.name} is narrower: {_short(change.after)}, was {_short(change.before)}"
    elif change.field == "default" and change.after is None:
        yield f"the variable {change.name} loses its default: every caller must set it"
    elif change.field == "nullable" and change.after == "false":
        yield f"the variable {change.name} no longer takes null"


def _replaced(changes: tuple[ArgumentChange, ...], catalog: Catalog | None) -> Iterator[Replaced]:
    knowledge = knowledge_of(catalog) if catalog is not None and changes else None
    for change in changes:
        known = knowledge.replacement(change.address.partition(".")[0]) if knowledge else None
        when = known.when(change.path) if known else "unknown"
        if when in ("always", "one_direction"):
            argument = change.path.replace("/", ".")
            yield Replaced(address=change.address, argument=argument, certain=when == "always")


def _replacement_sentence(item: Replaced) -> str:
    how = "replaces" if item.certain else "may replace"
    return f"another value of {item.argument} {how} {item.address}"


def _risk(compared: Comparison, breaking: tuple[str, ...]) -> Risk:
    guarded = any(
        _GUARDED_TYPES.search(change.address) or _GUARDED_ARGUMENTS.search(change.path)
        for change in compared.arguments
    )
    guarded = guarded or any(
        _GUARDED_TYPES.search(address) for address in compared.added if _is_resource(address)
    )
    if breaking or compared.moved or guarded or any(_is_resource(address) for address in compared.removed):
        return "high"
    touched = compared.arguments or compared.constraints or compared.locals or compared.removed
    documented = all(change.field == "description" for change in (*compared.variables, *compared.outputs))
    return "medium" if touched or not documented else "low"


def worse(one: Risk, other: Risk) -> Risk:
    """The greater of two risks."""
    return max(one, other, key=_RISKS.index)


def _is_resource(address: str) -> bool:
    return address.partition(".")[0] not in ("var", "local", "output", "data", "ephemeral")


def _major(constraint: str | None) -> int:
    """The lowest major version that a constraint admits, -1 without one."""
    match = re.search(r"(?:>=|~>|=|^)\s*v?(\d+)", constraint or "")
    return int(match[1]) if match else -1


def _short(written: str | None) -> str:
    plain = " ".join((written or "any").split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
