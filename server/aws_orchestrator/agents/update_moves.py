"""Edits that rename, remove and rearrange what a module has."""

from collections.abc import Iterable, Iterator

from aws_orchestrator.agents.update_draft import CONVENTIONAL_FILES, Draft, Module
from aws_orchestrator.agents.update_request import Remove, Rename
from aws_orchestrator.blueprint.render import render_block
from aws_orchestrator.catalog import nearest
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.edit_blocks import block_lines, block_removal
from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.hcl.references import Traversal, traversals_in

# A module under this size is not split for its size, only because it was asked for.
_KINDS = ("terraform", "variable", "output", "locals", "data")


def rename(module: Module, wish: Rename) -> Draft:
    """The resource under its new name everywhere in the module and its tests, with the `moved` block for its state."""
    block = _resource(module, wish.address)
    type_, new = block.labels[0], f"{block.labels[0]}.{wish.name}"
    if any(module.view.address(other) == new for other in module.view.resources(type_)):
        raise UsageError(f"{module.path} has {new} already; choose another name.")
    draft = Draft(module, f"rename {wish.address} to {new}")
    file = module.view.files[block.file]
    label = file.content.rfind(block.labels[1].encode(), block.header_start, block.header_end)
    draft.edit(
        Edit(file=block.file, start=label, end=label + len(block.labels[1].encode()), text=wish.name),
        f"{wish.address} → {new}",
    )
    for view in _referring(module):
        for reference in _references(view, wish.address):
            end = reference.part_ends[1]
            edit = Edit(file=view.file, start=end - len(block.labels[1].encode()), end=end, text=wish.name)
            draft.edit(edit, f"references to {new}")
    moved = render_block("moved", [f"from = {wish.address}", f"to = {new}"])
    draft.add_block("moved", moved, "moved block", after=block)
    return draft


def remove(module: Module, wish: Remove) -> Draft:
    """The block gone, with what only it used and what only spoke of it."""
    known = {module.view.address(block): block for block in module.view.blocks() if block.labels}
    if wish.address not in known:
        close = nearest(wish.address, tuple(known))
        hint = f"; did you mean {close[0]}?" if close else "."
        raise UsageError(f"{module.path} has no {wish.address}{hint}")
    draft = Draft(module, f"remove {wish.address}")
    remove_blocks(draft, {wish.address})
    return draft


def remove_blocks(draft: Draft, addresses: Iterable[str]) -> None:
    """Take the blocks out, with outputs that only spoke of them and inputs that only they used.

    UsageError when something else still needs one of them.
    """
    module = draft.module
    known = {module.view.address(block): block for block in module.view.blocks() if block.labels}
    gone = set(addresses)
    uses = {address: _uses(module, block) for address, block in known.items()}
    local_uses = {
        f"local.{name}": _used_by(module.view.files[value.file], value.start, value.end)
        for name, value in module.view.locals().items()
    }
    resources = {address for address in gone if not address.startswith(("var.", "output."))}
    gone |= {address for address in known if address.startswith("output.") and uses[address] & resources}
    still = {address: used for address, used in {**uses, **local_uses}.items() if address not in gone}
    for address, used in sorted(still.items()):
        if needed := sorted(used & gone):
            raise UsageError(
                f"{needed[0]} cannot be removed: {address} in {module.path} needs it. Remove that first, or change it."
            )
    orphans = set().union(*(uses[address] for address in gone)) if gone else set()
    gone |= {
        address
        for address in orphans
        if address in known
        and address.startswith(("var.", "data."))
        and not any(address in used for used in still.values())
    }
    for address in sorted(gone):
        block = known[address]
        file = module.view.files[block.file]
        draft.edit(block_removal(file, block), f"{address} removed")


def split(module: Module) -> Draft:
    """The blocks of bundled files in the specification's files, with their comments; a file that is new is formatted."""
    draft = Draft(module, "split the module into the specification's files")
    moved: dict[str, list[bytes]] = {}
    for block in module.view.blocks():
        target = CONVENTIONAL_FILES[block.type] if block.type in _KINDS else ""
        if not target or block.file == target or _belongs(block):
            continue
        file = module.view.files[block.file]
        start, end = block_lines(file, block)
        moved.setdefault(target, []).append(file.content[start:end].rstrip())
        draft.edit(block_removal(file, block), f"{block.type} blocks moved to {target}")
    for target, blocks in moved.items():
        if target in module.view.files:
            content = module.files[target]
            newline = b"\r\n" if b"\r\n" in content else b"\n"
            text = b"".join(newline + block + newline for block in blocks)
            if content and not content.endswith(b"\n"):
                text = newline + text
            draft.edit(
                Edit(file=target, start=len(content), end=len(content), text=text.decode()),
                "blocks moved here",
            )
        else:
            newline = b"\r\n" if any(b"\r\n" in block for block in blocks) else b"\n"
            draft.created[target] = format_source((newline * 2).join(blocks) + newline)
            draft.say(target, f"{len(blocks)} blocks moved here")
    return draft


def _belongs(block: BlockView) -> bool:
    """Whether a block may stay in a file that is its own by name: `iam.tf` holds its policy documents."""
    return block.type in ("data", "locals") and block.file not in (
        "main.tf",
        "variables.tf",
        "outputs.tf",
        "versions.tf",
    )


def delete(module: Module) -> Draft:
    """Every file of the module gone."""
    draft = Draft(module, f"delete the module {module.path}")
    for name in module.files:
        draft.deleted.add(name)
        draft.say(name, "deleted")
    return draft


def _resource(module: Module, address: str) -> BlockView:
    for block in module.view.resources():
        if module.view.address(block) == address:
            return block
    known = [module.view.address(block) for block in module.view.resources()]
    close = nearest(address, known)
    hint = f"; did you mean {close[0]}?" if close else f"; it has {', '.join(known) or 'no resource'}."
    raise UsageError(f"{module.path} has no resource {address}{hint}")


def _referring(module: Module) -> Iterator[FileView]:
    """The files that speak of the module's resources: its own and its tests."""
    yield from module.view.files.values()
    tests = [name for name in module.files if name.endswith(".tftest.hcl")]
    yield from ModuleView.of(module.files, tests).files.values()


def _references(view: FileView, address: str) -> Iterator[Traversal]:
    # A `moved` block tells of the past: it leads on to the next one.
    past = [(block.start, block.end) for block in view.blocks if block.type in ("moved", "removed")]
    for reference in traversals_in(view.root, view.content):
        if reference.address == address and not any(start <= reference.start < end for start, end in past):
            yield reference


def _uses(module: Module, block: BlockView) -> set[str]:
    used = _used_by(module.view.files[block.file], block.start, block.end)
    return used - {module.view.address(block)}


def _used_by(file: FileView, start: int, end: int) -> set[str]:
    return {
        reference.address
        for reference in traversals_in(file.root, file.content)
        if start <= reference.start < end
    }
