"""Features of a service's skill, added to a module that somebody else wrote: in its names, with its tags and its count."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

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


class _Adaptation(NamedTuple):
    """How the skill's words are said in this module."""

    names: Mapping[str, str]
    """The skill's address → what stands for it here."""
    switch: str
    """The expression that switches the module's resources, or nothing."""


def present_features(module: Module, blueprint: Blueprint) -> frozenset[str]:
    """The features whose resource types the module has already."""
    types = {block.labels[0] for block in module.view.resources()}
    return frozenset(name for name, own in _types(blueprint).items() if own and own <= types)


def change_foreign_features(
    module: Module,
    blueprint: Blueprint,
    wish: FeatureWish,
    inputs: Mapping[str, Value],
    catalog: Catalog,
    request: str,
) -> Draft:
    """The features' blocks in the module's own style; UsageError in one sentence where that cannot be done safely."""
    present = present_features(module, blueprint)
    core = _core(module, blueprint, request)
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
    adaptation = _adapt(module, core, new, skill_core)
    known, before = _blocks(new), _blocks(old)
    added = [
        address for address in known if address not in before and not address.startswith(("var.", "output."))
    ]
    if not added and not any(_core_additions(known[skill_core], before[skill_core])):
        raise UsageError(
            f"{', '.join(sorted(wanted))} changes resources that {module.path} wrote in its own way; add it by hand."
        )
    chosen = _closure(module, new, added, adaptation)
    adaptation = _named_alike(module, core, adaptation, chosen, skill_core)
    counted = _counted(new, chosen) if adaptation.switch else set()
    anchor = [block for block in module.view.resources() if block.file == core.file][-1]
    for address in chosen:
        kind, _, name = address.partition(".")
        if kind == "local":
            value = new.locals()[name]
            text = _said(f"{name} = {value.value}", adaptation, counted)
            _add_local(draft, text, name)
            continue
        text = _adapted(new, known[address], adaptation, counted, address)
        place = anchor if known[address].type == "resource" else None
        said = adaptation.names.get(address, address)
        draft.add_block(known[address].type, text, f"{said} added", after=place)
    for address in known:
        if address.startswith("output.") and address not in before and address not in _blocks(module.view):
            references = {item.address for item in _references(new, known[address])}
            if references <= {*chosen, skill_core}:
                text = _adapted(new, known[address], adaptation, counted, address)
                draft.add_block("output", text, f"{address} added")
    _add_to_core(draft, core, known[skill_core], before[skill_core], new, adaptation)


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


def _blocks(module: ModuleView) -> dict[str, BlockView]:
    kinds = ("resource", "data", "variable", "output")
    return {module.address(block): block for block in module.blocks() if block.type in kinds and block.labels}


def _adapt(module: Module, core: BlockView, new: ModuleView, skill_core: str) -> _Adaptation:
    count = core.attributes.get("count")
    address = module.view.address(core)
    here = f"{address}[0]" if count else address
    names = {skill_core: here}
    skill = _blocks(new)[skill_core]
    for name, attribute in skill.attributes.items():
        if name == "tags" or not _is_reference(attribute.value):
            continue
        written = core.attributes.get(name)
        names[attribute.value] = (
            written.value if written and _is_reference(written.value) else f"{here}.{name}"
        )
    for name, local in new.locals().items():
        if local.value in names:
            names[f"local.{name}"] = names[local.value]
    tags = core.attributes.get("tags")
    for reference in traversals(tags.value) if tags else ():
        if reference.parts[0] in ("var", "local") and "tags" in reference.parts[1]:
            names.setdefault("var.tags", reference.address)
    return _Adaptation(names, count.value if count else "")


def _named_alike(
    module: Module, core: BlockView, adaptation: _Adaptation, chosen: list[str], skill_core: str
) -> _Adaptation:
    """The adaptation in which resources that have the skill's usual name get the one that is usual here."""
    usual, here = skill_core.partition(".")[2], core.labels[1]
    names = dict(adaptation.names)
    taken = _blocks(module.view)
    for address in chosen:
        type_, _, name = address.rpartition(".")
        if (
            name == usual
            and not address.startswith(("var.", "local.", "data."))
            and f"{type_}.{here}" not in taken
        ):
            names[address] = f"{type_}.{here}"
    return _Adaptation(names, adaptation.switch)


def _is_reference(expression: str) -> bool:
    found = traversals(expression)
    return len(found) == 1 and len(found[0].parts) == 2 and found[0].address == expression


def _closure(module: Module, new: ModuleView, added: list[str], adaptation: _Adaptation) -> list[str]:
    """The blocks to add and all that they need and the module lacks, in the skill's order."""
    known, here = _blocks(new), _blocks(module.view)
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
    known = _blocks(new)
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
    new: ModuleView, block: BlockView, adaptation: _Adaptation, counted: set[str], address: str
) -> str:
    """The block as it is said in this module."""
    file = new.files[block.file]
    text = _said(file.text(block.start, block.end), adaptation, counted)
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


def _said(text: str, adaptation: _Adaptation, counted: set[str]) -> str:
    content = text.encode()
    view = FileView.of("block", content)
    orders = [
        (item.start, item.end)
        for block in view.blocks
        for inner in block.walk()
        for name, item in inner.attributes.items()
        if name == "depends_on"
    ]
    edits = []
    for reference in traversals_in(view.root, content):
        length = reference.address_length
        if len(reference.parts) < length:
            continue
        here = adaptation.names.get(reference.address)
        if reference.address in counted and not reference.address_indexed:
            here = f"{here or reference.address}[0]"
        if here is None:
            continue
        if any(start <= reference.start < end for start, end in orders):
            here = here.removesuffix("[0]")
        end = reference.part_ends[length - 1]
        edits.append(Edit(file="block", start=reference.start, end=end, text=here))
    return splice(content, edits).decode()


def _add_local(draft: Draft, text: str, name: str) -> None:
    module = draft.module
    block = next(iter(module.view.blocks("locals")), None)
    if block is None:
        draft.add_block("locals", f"locals {{\n{text}\n}}", f"local {name} added")
        return
    draft.edit(inside_at_end(module.view.files[block.file], block, text), f"local {name} added")


def _core_additions(new: BlockView, old: BlockView) -> Iterator[tuple[str, str]]:
    """Arguments and blocks that the features add to the core resource."""
    for name in new.attributes:
        if name not in old.attributes:
            yield "argument", name
    types = {block.type if block.type != "dynamic" else block.name for block in old.blocks}
    for block in new.blocks:
        type_ = block.type if block.type != "dynamic" else block.name
        if type_ not in types:
            yield "block", type_


def _add_to_core(
    draft: Draft, core: BlockView, new: BlockView, old: BlockView, skill: ModuleView, adaptation: _Adaptation
) -> None:
    module = draft.module
    file, source = module.view.files[core.file], skill.files[new.file]
    address = module.view.address(core)
    for kind, name in _core_additions(new, old):
        if kind == "argument":
            if name in core.attributes:
                raise UsageError(f"{address} sets {name} already, in its own way; change it by hand.")
            text = source.text(new.attributes[name].start, new.attributes[name].end)
        else:
            if any(True for _ in core.nested(name)):
                raise UsageError(f"{address} has a block {name} already, in its own way; change it by hand.")
            block = next(item for item in new.blocks if name in (item.type, item.name))
            text = source.text(block.start, block.end)
        draft.edit(inside_at_end(file, core, _said(text, adaptation, set())), f"{name} of {address}")
