"""update-planner: reads a module whatever its style, and makes the change plan that a person sees before any edit."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from aws_orchestrator.agents.module_changes import Replaced, Risk, consequences
from aws_orchestrator.agents.update_declarations import (
    add_output,
    add_validation,
    add_variable,
    raise_constraint,
)
from aws_orchestrator.agents.update_draft import Draft, Module
from aws_orchestrator.agents.update_features import change_features, new_selection, wished_features
from aws_orchestrator.agents.update_foreign import change_foreign_features
from aws_orchestrator.agents.update_moves import delete, remove, rename, split
from aws_orchestrator.agents.update_request import (
    AddOutput,
    AddValidation,
    AddVariable,
    DeleteModule,
    FollowRules,
    RaiseConstraint,
    Remove,
    Rename,
    SplitFiles,
    Wish,
    read_request,
)
from aws_orchestrator.agents.update_rules import Repairs, follow_rules
from aws_orchestrator.blueprint.model import Blueprint, Selection, Value
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.edit_lines import edits_between
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.hcl.splice import splice
from aws_orchestrator.model import Frozen, Wire
from aws_orchestrator.rules.readme_matches_code import readme_findings
from aws_orchestrator.terraform.requirements import required_providers

ABILITIES = (
    "add or remove a feature of the service's skill, an output, a variable or a validation, remove or rename a resource, "
    "raise a version constraint, split a bundled file, apply the quality rules, or delete the module"
)


class FileChange(Wire):
    """What happens to one file."""

    path: str
    """Relative to the module's folder."""
    action: Literal["edit", "create", "delete"]
    changes: tuple[str, ...]


class ChangePlan(Wire):
    """The plan of an update."""

    target: str
    """The module's folder, relative to the workspace."""
    intent: str
    files: tuple[FileChange, ...]
    breaking: tuple[str, ...]
    dependencies: tuple[str, ...]
    """What the module needs of others: providers with their constraints, modules that it calls."""
    risk: Risk
    moved: dict[str, str] = {}
    moved_check: str = ""
    """What Terraform says of the moves, when it was asked."""
    replaced: tuple[Replaced, ...] = ()
    destroyed: tuple[str, ...] = ()
    """Stateful resources that the change removes or replaces, by address; the module itself when it is deleted."""

    @property
    def providers(self) -> tuple[str, ...]:
        """The providers that the module needs, with their constraints."""
        return tuple(
            item.removeprefix("provider ") for item in self.dependencies if item.startswith("provider ")
        )

    def sentence(self) -> str:
        """The plan on one line, for a person."""
        if not self.files:
            return f"{self.intent}: nothing has to change"
        files = "; ".join(f"{file.path}: {', '.join(file.changes)}" for file in self.files)
        breaking = f"breaking: {'; '.join(self.breaking)}" if self.breaking else "breaks nothing"
        destroyed = f"; destroys {', '.join(self.destroyed)}" if self.destroyed else ""
        return f"{self.intent} | {files} | risk {self.risk}, {breaking}{destroyed}"


class Proposal(Frozen):
    """A change plan with the edits that carry it out."""

    plan: ChangePlan
    edits: dict[str, tuple[Edit, ...]]
    created: dict[str, bytes]
    deleted: tuple[str, ...]


class Knowledge(NamedTuple):
    """What the planner knows of the module's service; parts of it may be missing."""

    blueprint: Blueprint | None
    catalog: Catalog | None
    selection: Selection | None
    """What the module was generated from; None for a module that somebody else wrote."""
    inputs: Mapping[str, Value]
    """Values that the request gives."""
    disabled_rules: frozenset[str] = frozenset()
    repairs: Repairs | None = None
    """What was mended before, when the request asks for that."""


class Planned(NamedTuple):
    """The proposal, and the selection that the module is one of after it."""

    proposal: Proposal
    selection: Selection | None


def plan_update(module: Module, request: str, knowledge: Knowledge) -> Planned:
    """The change that the request asks for; UsageError when that is nothing that can be done here."""
    wish = read_request(request)
    selection = knowledge.selection
    if wish is not None:
        draft = _draft(module, wish, knowledge)
    else:
        draft, selection = _features(module, request, knowledge)
    applied = knowledge.repairs is None or not knowledge.repairs.refused
    return Planned(_proposal(module, draft, isinstance(wish, DeleteModule), applied), selection)


def asks_for_repairs(request: str) -> bool:
    """Whether the request wants the module mended, so that fixes have to be tried."""
    return isinstance(read_request(request), FollowRules)


def asks_to_delete(request: str) -> bool:
    """Whether the request wants the whole module gone."""
    return isinstance(read_request(request), DeleteModule)


def needs_service(request: str) -> bool:
    """Whether the request may name features, so that the service's skill is needed."""
    return read_request(request) is None


def _draft(module: Module, wish: Wish, knowledge: Knowledge) -> Draft:
    match wish:
        case AddOutput():
            return add_output(module, wish)
        case AddVariable():
            return add_variable(module, wish)
        case AddValidation():
            return add_validation(module, wish)
        case RaiseConstraint():
            return raise_constraint(module, wish)
        case Rename():
            return rename(module, wish)
        case Remove():
            return remove(module, wish)
        case FollowRules():
            return follow_rules(module, knowledge.disabled_rules, knowledge.repairs)
        case SplitFiles():
            return split(module)
        case DeleteModule():
            return delete(module)


def _features(module: Module, request: str, knowledge: Knowledge) -> tuple[Draft, Selection | None]:
    blueprint, catalog = knowledge.blueprint, knowledge.catalog
    if blueprint is None or catalog is None:
        raise UsageError(
            f"“{_short(request)}” is not something that the built-in mind can do; it can {ABILITIES}."
        )
    wish = wished_features(request, blueprint)
    old = knowledge.selection
    if not (wish.wanted or wish.unwanted or (knowledge.inputs and old)):
        known = ", ".join(feature.name for feature in blueprint.features)
        raise UsageError(
            f"“{_short(request)}” is not something that the built-in mind can do; it can {ABILITIES}. "
            f"Features of {blueprint.service}: {known}."
        )
    if old is None:
        return change_foreign_features(module, blueprint, wish, knowledge.inputs, catalog, request), None
    new = new_selection(blueprint, old, wish, knowledge.inputs)
    return change_features(module, blueprint, old, new, catalog), new


def _proposal(module: Module, draft: Draft, whole: bool, applied: bool = True) -> Proposal:
    edits = {name: found for name, found in draft.result().items() if found}
    after = changed_files(module.files, edits, draft.created, draft.deleted)
    if not whole:
        edits |= _readme(module, draft, after)
        after = changed_files(module.files, edits, draft.created, draft.deleted)
    # What a module holds beside its own files (examples, tests) is no part of what callers see.
    found = consequences(module.view, ModuleView.of(after), module.catalog, applied=applied)
    destroyed = (module.path,) if whole else found.destroyed
    breaking = (f"{module.path} is deleted: whoever calls it fails",) if whole else found.breaking
    said = {name: tuple(changes) for name, changes in draft.said.items()}
    files = [
        FileChange(path=name, action="edit", changes=said.get(name, ("formatted",))) for name in sorted(edits)
    ]
    files += [FileChange(path=name, action="create", changes=said[name]) for name in sorted(draft.created)]
    files += [FileChange(path=name, action="delete", changes=said[name]) for name in sorted(draft.deleted)]
    plan = ChangePlan(
        target=module.path,
        intent=draft.intent,
        files=tuple(files),
        breaking=breaking,
        dependencies=tuple(_dependencies(module)),
        risk="high" if whole else found.risk,
        moved=found.moved,
        replaced=found.replaced,
        destroyed=destroyed,
    )
    return Proposal(plan=plan, edits=edits, created=draft.created, deleted=tuple(sorted(draft.deleted)))


def proposal_of_change(
    module: Module, intent: str, files: Mapping[str, bytes], said: Mapping[str, str]
) -> Proposal:
    """The plan of a change that somebody made in a copy: its difference as edits of lines, with what it breaks."""
    draft = Draft(module, intent)
    for name, content in files.items():
        what = said.get(name) or "changed"
        if name not in module.files:
            draft.created[name] = content
            draft.say(name, what)
            continue
        for edit in edits_between(name, module.files[name], content):
            draft.edit(edit, what)
    return _proposal(module, draft, False)


def _readme(module: Module, draft: Draft, after: Mapping[str, bytes]) -> dict[str, tuple[Edit, ...]]:
    """The edits that keep the README's tables true, where they were true before; none for a README that the update writes."""
    before = {finding.summary for finding in readme_findings(module.files)}
    found: dict[str, tuple[Edit, ...]] = {}
    files = dict(after)
    while new := next((one for one in readme_findings(files) if one.fix and one.summary not in before), None):
        assert new.fix is not None
        (edit,) = new.fix.edits
        if edit.file in draft.created or edit.file in draft.edits:
            return {}
        files[edit.file] = splice(files[edit.file], [edit])
        found[edit.file] = edits_between(edit.file, module.files[edit.file], files[edit.file])
        draft.say(edit.file, new.fix.title.lower())
        before = before | {new.summary}
    return found


def changed_files(
    files: Mapping[str, bytes],
    edits: Mapping[str, tuple[Edit, ...]],
    created: Mapping[str, bytes],
    deleted: "set[str] | tuple[str, ...]",
) -> dict[str, bytes]:
    """All files of the module after the change."""
    after = {
        name: splice(content, edits.get(name, ())) for name, content in files.items() if name not in deleted
    }
    return {**after, **created}


def _dependencies(module: Module) -> list[str]:
    found = []
    for block in module.view.blocks("terraform"):
        if "required_version" in block.attributes:
            found.append(f"terraform {block.attributes['required_version'].value.strip(chr(34))}")
    for name in dict.fromkeys(block.file for block in module.view.blocks("terraform")):
        demands = required_providers(module.view.files[name])
        found += [f"provider {short_name(item.address)} {item.constraint}".strip() for item in demands]
    for block in module.view.blocks("module"):
        source = block.attributes.get("source")
        found.append(
            f"module {block.name} ({string_literal(source.value) or source.value})"
            if source
            else f"module {block.name}"
        )
    return found


def _short(request: str) -> str:
    return request if len(request) <= 80 else f"{request[:79]}…"
