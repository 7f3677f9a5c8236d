"""What features change about the core resource of a module that somebody else wrote."""

from collections.abc import Collection, Iterator

from aws_orchestrator.agents.update_adaptation import Adaptation, said_here, same_resource
from aws_orchestrator.agents.update_draft import Draft
from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.edit_blocks import inside_at_end
from aws_orchestrator.hcl.find import BlockView, ModuleView
from aws_orchestrator.hcl.references import traversals

# What the compiler writes there, and what no feature is asked for.
_NEVER_CARRIED = frozenset({"count", "tags", "depends_on", "lifecycle"})


def held_by_core(core: BlockView, blueprint: Blueprint) -> frozenset[str]:
    """The features whose part the core has already: its role is a resource of the module, as the feature's would be."""
    return frozenset(
        more.feature[0]
        for more in blueprint.resources[0].arguments_when
        if more.replaces
        and all(
            name in core.attributes and same_resource(str(value), core.attributes[name].value)
            for name, value in more.arguments.items()
        )
    )


def core_changes(new: ModuleView, old: ModuleView, address: str) -> Iterator[tuple[str, str]]:
    """Arguments and blocks of the core resource that are there with the features alone, or are others."""
    with_it, without = (_written(view, address) for view in (new, old))
    for (kind, name), text in with_it.items():
        if text != without.get((kind, name)) and name not in _NEVER_CARRIED:
            yield kind, name


def add_to_core(
    draft: Draft,
    core: BlockView,
    address: str,
    new: ModuleView,
    old: ModuleView,
    adaptation: Adaptation,
    added: Collection[str],
    counted: set[str],
) -> None:
    """What the features give the core, written into the module's own.

    `added` are the addresses that they bring, `counted` those of them that are switched with the module.
    UsageError where the module does that in its own way already.
    """
    module = draft.module
    file, here = module.view.files[core.file], module.view.address(core)
    for kind, name in core_changes(new, old, address):
        there = name in core.attributes if kind == "argument" else any(True for _ in core.nested(name))
        if there:
            what = f"sets {name}" if kind == "argument" else f"has a block {name}"
            raise UsageError(f"{here} {what} already, in its own way; change it by hand.")
        text = _written(new, address)[kind, name]
        draft.edit(inside_at_end(file, core, said_here(text, adaptation, counted)), f"{name} of {here}")
    orders = _block(new, address).attributes.get("depends_on")
    waits = [item.address for item in traversals(orders.value) if item.address in added] if orders else []
    if waits:
        _wait(draft, core, [adaptation.names.get(item, item) for item in waits])


def _wait(draft: Draft, core: BlockView, waits: list[str]) -> None:
    """Let the core come after these."""
    file, here = draft.module.view.files[core.file], draft.module.view.address(core)
    listed = ", ".join(item.removesuffix("[0]") for item in waits)
    orders = core.attributes.get("depends_on")
    if orders is None:
        draft.edit(inside_at_end(file, core, f"depends_on = [{listed}]"), f"order of {here}")
        return
    # Right after the last of them: what follows may be a comment.
    there = traversals(orders.value)
    after = there[-1].end if there else 1
    end = orders.value_start + after
    text = f", {listed}" if there else listed
    draft.edit(Edit(file=core.file, start=end, end=end, text=text), f"order of {here}")


def _written(module: ModuleView, address: str) -> dict[tuple[str, str], str]:
    """The texts of the arguments and blocks of a resource, by kind and name."""
    block = _block(module, address)
    file = module.files[block.file]
    texts = {("argument", name): file.text(item.start, item.end) for name, item in block.attributes.items()}
    for inner in block.blocks:
        key = ("block", inner.name if inner.type == "dynamic" else inner.type)
        text = file.text(inner.start, inner.end)
        texts[key] = f"{texts[key]}\n{text}" if key in texts else text
    return texts


def _block(module: ModuleView, address: str) -> BlockView:
    return next(item for item in module.resources() if module.address(item) == address)
