"""How the words of a skill are said in a module that somebody else wrote: its addresses, its tags, its switch."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from aws_orchestrator.agents.update_draft import Module
from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import traversals, traversals_in
from aws_orchestrator.hcl.splice import splice

# What is taken of a resource: `aws_iam_role.this.arn`, `aws_iam_role.this[0].arn`.
_TAKEN = re.compile(r"(?P<resource>(?P<type>[a-z]+_\w+)\.[\w-]+(?:\[[^\]]*\])?)\.(?P<attribute>\w+)")


class Adaptation(NamedTuple):
    """How the skill's words are said in this module."""

    names: Mapping[str, str]
    """The skill's address → what stands for it here."""
    switch: str
    """The expression that switches the module's resources, or nothing."""


def adapt(module: Module, core: BlockView, new: ModuleView, skill_core: str) -> Adaptation:
    """What stands in this module for the skill's core resource, its inputs, and what the core refers to."""
    count = core.attributes.get("count")
    address = module.view.address(core)
    here = f"{address}[0]" if count else address
    names = {skill_core: here}
    skill = module_blocks(new)[skill_core]
    for name, attribute in skill.attributes.items():
        written = core.attributes.get(name)
        if same := same_resource(attribute.value, written.value if written else ""):
            names[same[0]] = same[1]
        if name == "tags" or not _is_reference(attribute.value):
            continue
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
    return Adaptation(names, count.value if count else "")


def named_alike(
    module: Module, core: BlockView, adaptation: Adaptation, chosen: list[str], skill_core: str
) -> Adaptation:
    """The adaptation in which resources that have the skill's usual name get the one that is usual here."""
    usual, here = skill_core.partition(".")[2], core.labels[1]
    names = dict(adaptation.names)
    taken = module_blocks(module.view)
    for address in chosen:
        type_, _, name = address.rpartition(".")
        if (
            name == usual
            and not address.startswith(("var.", "local.", "data."))
            and f"{type_}.{here}" not in taken
        ):
            names[address] = f"{type_}.{here}"
    return Adaptation(names, adaptation.switch)


def same_resource(ours: str, theirs: str) -> tuple[str, str] | None:
    """The two resources, when both expressions take the same attribute of one of the same type: our role, their role."""
    one, other = _TAKEN.fullmatch(ours), _TAKEN.fullmatch(theirs)
    if one is None or other is None or (one["type"], one["attribute"]) != (other["type"], other["attribute"]):
        return None
    return one["resource"], other["resource"]


def _is_reference(expression: str) -> bool:
    found = traversals(expression)
    return len(found) == 1 and len(found[0].parts) == 2 and found[0].address == expression


def said_here(text: str, adaptation: Adaptation, counted: set[str]) -> str:
    """A text of the skill in this module's words; `counted` are the added blocks that are switched with the module."""
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
    spoken = splice(content, edits).decode()
    for ours, theirs in adaptation.names.items():
        # Descriptions name resources too.
        spoken = spoken.replace(f"`{ours}`", f"`{theirs.removesuffix('[0]')}`")
    return spoken


def module_blocks(module: ModuleView) -> dict[str, BlockView]:
    """The resources, data sources, variables and outputs of a module by their addresses."""
    kinds = ("resource", "data", "variable", "output")
    return {module.address(block): block for block in module.blocks() if block.type in kinds and block.labels}
