"""Features of a service's skill, added to a module that somebody else wrote: in its names, with its tags and its count."""

from collections.abc import Mapping

from aws_orchestrator.agents.update_adaptation import Adaptation, adapt, module_blocks, named_alike, said_here
from aws_orchestrator.agents.update_core import add_to_core, core_changes, held_by_core
from aws_orchestrator.agents.update_draft import Draft, Module
from aws_orchestrator.agents.update_features import FeatureWish
from aws_orchestrator.agents.update_moves import remove_blocks
from aws_orchestrator.blueprint.compile import compile_module
from aws_orchestrator.blueprint.model import Blueprint, Selection, Value
from aws_orchestrator.blueprint.scenarios import TESTS_FILE
from aws_orchestrator.blueprint.select import with_requirements
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.edit_blocks import argument_at_top, inside_at_end
from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import Traversal, traversals, traversals_in
from aws_orchestrator.hcl.splice import splice


def present_features(module: Module, core: BlockView, blueprint: Blueprint) -> frozenset[str]:
    """The features whose resource types the module has already, or whose part its core has."""
    types = {block.labels[0] for block in module.view.resources()}
    there = frozenset(name for name, own in _types(blueprint).items() if own and own <= types)
    return there | held_by_core(core, blueprint)


def change_foreign_features(
    module: Module,
    blueprint: Blueprint,
    wish: FeatureWish,
    inputs: Mapping[str, Value],
    catalog: Catalog,
    request: str,
) -> Draft:
    """The features' blocks in the module's own style; UsageError in one sentence where that cannot be done safely."""
    core = _core(module, blueprint, request)
    present = present_features(module, core, blueprint)
    wanted = with_requirements(blueprint, wish.wanted) - present - wish.unwanted
    gone = wish.unwanted & present
    parts = [f"add {', '.join(sorted(wanted))}"] if wanted else []
    parts += [f"remove {', '.join(sorted(gone))}"] if gone else []
    draft = Draft(module, "; ".join(parts))
    if gone:
        others = set().union(*(types for name, types in _types(blueprint).items() if name not in gone))
        own = set().union(*(_types(blueprint)[name] for name in gone)) - others
        remove_blocks(
            draft,
            [module.view.address(block) for block in module.view.resources() if block.labels[0] in own],
        )
    if wanted:
        _add(draft, core, blueprint, present - gone, wanted, inputs, catalog)
    return draft


def _types(blueprint: Blueprint) -> Mapping[str, set[str]]:
    core = blueprint.resources[0].type
    return {
        feature.name: {
            item.type for item in blueprint.resources if feature.name in item.feature and item.type != core
        }
        for feature in blueprint.features
    }


def _core(module: Module, blueprint: Blueprint, request: str) -> BlockView:
    """The resource that the features belong to."""
    type_ = blueprint.resources[0].type
    found = list(module.view.resources(type_))
    named = [block for block in found if module.view.address(block) in request]
    if len(named or found) != 1:
        what = f"{len(found)} of {type_}" if found else f"no {type_}"
        raise UsageError(
            f"{module.path} has {what}; name the one that is meant by its address, as in {type_}.this."
        )
    core = (named or found)[0]
    if "for_each" in core.attributes:
        raise UsageError(
            f"{module.view.address(core)} is a map (for_each): a feature for each of its members is not something that the "
            "built-in mind can add; add it by hand, or split the module."
        )
    return core


def _add(
    draft: Draft,
    core: BlockView,
    blueprint: Blueprint,
    present: frozenset[str],
    wanted: frozenset[str],
    inputs: Mapping[str, Value],
    catalog: Catalog,
) -> None:
    module = draft.module
    plain = _without_frame(blueprint)
    values = {
        name: value
        for name, value in inputs.items()
        if any(item.name == name and item.holds(present | wanted) for item in plain.variables)
    }
    with_it = compile_module(plain, Selection(features=present | wanted, inputs=values), catalog)
    new = ModuleView.of(with_it.files)
    old = ModuleView.of(compile_module(plain, Selection(features=present), catalog).files)
    skill_core = blueprint.resources[0].address
    adaptation = adapt(module, core, new, skill_core)
    known, before = module_blocks(new), module_blocks(old)
    added = [
        address for address in known if address not in before and not address.startswith(("var.", "output."))
    ]
    if not added and not any(core_changes(new, old, skill_core)):
        raise UsageError(
            f"{', '.join(sorted(wanted))} changes resources that {module.path} wrote in its own way; add it by hand."
        )
    chosen = _closure(module, new, added, adaptation)
    adaptation = named_alike(module, core, adaptation, chosen, skill_core)
    counted = _counted(new, chosen) if adaptation.switch else set()
    anchor = [block for block in module.view.resources() if block.file == core.file][-1]
    for address in chosen:
        kind, _, name = address.partition(".")
        if kind == "local":
            value = new.locals()[name]
            text = said_here(f"{name} = {value.value}", adaptation, counted)
            _add_local(draft, text, name)
            continue
        text = _adapted(new, known[address], adaptation, counted, address)
        place = anchor if known[address].type == "resource" else None
        said = adaptation.names.get(address, address)
        draft.add_block(known[address].type, text, f"{said} added", after=place)
    for address in known:
        if (
            address.startswith("output.")
            and address not in before
            and address not in module_blocks(module.view)
        ):
            references = {item.address for item in _references(new, known[address])}
            if references <= {*chosen, skill_core}:
                text = _adapted(new, known[address], adaptation, counted, address)
                draft.add_block("output", text, f"{address} added")
    add_to_core(draft, core, skill_core, new, old, adaptation, chosen, counted)


def _without_frame(blueprint: Blueprint) -> Blueprint:
    """The blueprint without its own switch, tests and requirements: those are the module's business."""
    return blueprint.model_copy(
        update={
            "create_variable": None,
            "scenarios": (),
            "files": tuple(file for file in blueprint.files if file.name != TESTS_FILE),
            "features": tuple(feature.model_copy(update={"requires": ()}) for feature in blueprint.features),
        }
    )


def _closure(module: Module, new: ModuleView, added: list[str], adaptation: Adaptation) -> list[str]:
    """The blocks to add and all that they need and the module lacks, in the skill's order."""
    known, here = module_blocks(new), module_blocks(module.view)
    locals_here = module.view.locals()
    chosen: list[str] = []
    waiting = list(added)
    while waiting:
        address = waiting.pop(0)
        if address in chosen or address in adaptation.names:
            continue
        kind, _, name = address.partition(".")
        if kind == "local":
            if name in locals_here:
                raise UsageError(
                    f"{module.path} has a local value {name} of its own, and the feature brings one; rename yours first."
                )
            references = traversals(new.locals()[name].value)
        elif address in here and kind in ("var", "data"):
            if kind == "var" and not _same_type(here[address], known[address]):
                raise UsageError(
                    f"{module.path} has another variable {name}, and the feature brings one; rename yours first."
                )
            continue
        elif address in here:
            raise UsageError(
                f"{module.path} has {address} already, and the feature brings one; rename yours first."
            )
        else:
            references = _references(new, known[address])
        chosen.append(address)
        for reference in references:
            if reference.parts[0] in ("var", "local", "data") or reference.address in known:
                waiting.append(reference.address)
    order = [*known, *(f"local.{name}" for name in new.locals())]
    return sorted(chosen, key=order.index)


def _same_type(one: BlockView, other: BlockView) -> bool:
    types = [block.attributes["type"].value if "type" in block.attributes else "" for block in (one, other)]
    return "".join(types[0].split()) == "".join(types[1].split())


def _counted(new: ModuleView, chosen: list[str]) -> set[str]:
    """The added blocks that must be switched together with the module's own resources."""
    known = module_blocks(new)
    counted = {
        item
        for item in chosen
        if item in known and known[item].type == "resource" and "for_each" not in known[item].attributes
    }
    while True:
        more = {
            address
            for address in chosen
            if address.startswith("data.")
            and address not in counted
            and any(
                item.address in counted or item.address.startswith("aws_")
                for item in _references(new, known[address])
            )
        }
        if not more:
            return counted
        counted |= more


def _references(module: ModuleView, block: BlockView) -> tuple[Traversal, ...]:
    file = module.files[block.file]
    return tuple(
        item for item in traversals_in(file.root, file.content) if block.start <= item.start < block.end
    )


def _adapted(
    new: ModuleView, block: BlockView, adaptation: Adaptation, counted: set[str], address: str
) -> str:
    """The block as it is said in this module."""
    file = new.files[block.file]
    text = said_here(file.text(block.start, block.end), adaptation, counted)
    view = FileView.of("block", text.encode())
    written = view.blocks[0]
    edits = []
    if address in adaptation.names:
        name = written.labels[1].encode()
        start = view.content.rfind(name, written.header_start, written.header_end)
        label = adaptation.names[address].rpartition(".")[2]
        edits.append(Edit(file="block", start=start, end=start + len(name), text=label))
    if address in counted and "count" not in written.attributes:
        edits.append(argument_at_top(view, written, f"count = {adaptation.switch}"))
    text = splice(view.content, edits).decode()
    if (
        block.type == "output"
        and adaptation.switch
        and not written.attributes["value"].value.startswith("try(")
    ):
        value = written.attributes["value"]
        edit = Edit(
            file="block", start=value.value_start, end=value.value_end, text=f"try({value.value}, null)"
        )
        text = splice(view.content, [edit]).decode()
    return text


def _add_local(draft: Draft, text: str, name: str) -> None:
    module = draft.module
    block = next(iter(module.view.blocks("locals")), None)
    if block is None:
        draft.add_block("locals", f"locals {{\n{text}\n}}", f"local {name} added")
        return
    draft.edit(inside_at_end(module.view.files[block.file], block, text), f"local {name} added")
