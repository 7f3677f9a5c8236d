"""Features of a service's skill, added to or taken out of a module that was generated from it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from aws_orchestrator.agents.update_draft import Draft, Module
from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, Selection, Value
from aws_orchestrator.blueprint.select import with_requirements
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.edit_lines import ChangedByHand, carried_over
from aws_orchestrator.minds.builtin.words import mentions

# The words of a skill say what a request wants of a new module, where nothing can be removed.
_REMOVING = re.compile(r"\b(?:remove|removing|delete|deleting|take out|taking out|get rid of)\b", re.I)


class FeatureWish(NamedTuple):
    """The features that a sentence adds and those that it takes out."""

    wanted: frozenset[str]
    unwanted: frozenset[str]


def wished_features(request: str, blueprint: Blueprint) -> FeatureWish:
    """What a request says about a skill's features."""
    keywords = {
        feature.name: (feature.name, feature.title, *feature.keywords) for feature in blueprint.features
    }
    found = mentions(_REMOVING.sub("without", request), keywords)
    unwanted = {mention.name for mention in found if not mention.wanted}
    wanted = {mention.name for mention in found if mention.wanted}
    return FeatureWish(frozenset(wanted - unwanted), frozenset(unwanted))


def new_selection(
    blueprint: Blueprint, old: Selection, wish: FeatureWish, inputs: Mapping[str, Value]
) -> Selection:
    """The selection after the wish: requirements come along, and what required something that goes falls with it."""
    chosen = with_requirements(blueprint, old.features | wish.wanted)
    kept = frozenset(
        name for name in chosen if not with_requirements(blueprint, frozenset({name})) & wish.unwanted
    )
    lost = wish.wanted - kept
    if lost:
        raise UsageError(
            f"{', '.join(sorted(lost))} needs {', '.join(sorted(wish.unwanted))}, "
            "which this request takes out; ask for one of the two."
        )
    present = {variable.name for variable in blueprint.variables if variable.holds(kept)}
    values = {**old.inputs, **inputs}
    return Selection(features=kept, inputs={name: value for name, value in values.items() if name in present})


def change_features(
    module: Module, blueprint: Blueprint, old: Selection, new: Selection, catalog: Catalog
) -> Draft:
    """What the compiler writes differently for the new selection, carried over to the files as they are now.

    A person's own edits stay; UsageError with the place where they are in the way.
    """
    added, gone = sorted(new.features - old.features), sorted(old.features - new.features)
    parts = [f"add {', '.join(added)}"] if added else []
    parts += [f"remove {', '.join(gone)}"] if gone else []
    draft = Draft(module, "; ".join(parts) or "give other values")
    before = compile_module(blueprint, old, catalog).files
    after = compile_module(blueprint, new, catalog).files
    for name in sorted(before.keys() | after.keys()):
        _change_file(draft, name, before.get(name), after.get(name))
    return draft


def _change_file(draft: Draft, name: str, before: bytes | None, after: bytes | None) -> None:
    module = draft.module
    theirs = module.files.get(name)
    if before == after:
        return
    if after is None:
        if theirs is None:
            return
        if theirs != before:
            raise UsageError(
                f"{module.path}/{name} would no longer be part of the module, but was changed since it was generated. "
                "Move your changes elsewhere, then ask again."
            )
        draft.deleted.add(name)
        draft.say(name, "deleted: nothing is left in it")
    elif before is None:
        if theirs is None:
            draft.created[name] = after
            draft.say(name, "created")
        elif theirs != after:
            raise UsageError(
                f"{module.path}/{name} is not from this program, and the change needs a file of that name. Move it away."
            )
    elif theirs is None:
        if not name.endswith(".tf") or "/" in name:
            return  # somebody did not want the example, the tests or the page
        raise UsageError(
            f"{module.path}/{name} was removed by hand, and the change needs it. Bring it back, then ask again."
        )
    else:
        for edit in _carried(module, name, before, after, theirs):
            draft.edit(edit, _summary(edit))


def _carried(module: Module, name: str, before: bytes, after: bytes, theirs: bytes) -> tuple[Edit, ...]:
    try:
        return carried_over(name, before, after, theirs)
    except ChangedByHand as conflict:
        raise UsageError(
            f"{module.path}/{name}:{conflict.line}: this place was changed by hand, and the update changes it too "
            f"(it expects “{conflict.wanted.strip()}”). Nothing was changed; undo that edit, or make the update there by hand."
        ) from conflict


def _summary(edit: Edit) -> str:
    heads = re.findall(r"^(?:resource|data|variable|output|locals|run)\b[^{\n]*", edit.text, re.M)
    if heads:
        return " ".join(heads[0].replace('"', "").split()) + (
            f" and {len(heads) - 1} more" if len(heads) > 1 else ""
        )
    lines = edit.text.count("\n")
    return f"{lines} lines" if lines else "lines removed"
