"""A change while it is being worked out: edits by file, files that come and go, and what each is for."""

from collections.abc import Mapping
from typing import NamedTuple

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Edit
from aws_orchestrator.hcl.edit_blocks import block_after
from aws_orchestrator.hcl.edit_lines import edits_between
from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView
from aws_orchestrator.hcl.format import format_source
from aws_orchestrator.hcl.splice import splice

# Where the specification puts each kind of block; used when a module has none of the kind yet.
CONVENTIONAL_FILES = {
    "variable": "variables.tf",
    "output": "outputs.tf",
    "terraform": "versions.tf",
    "locals": "locals.tf",
    "data": "data.tf",
    "resource": "main.tf",
    "moved": "main.tf",
}


class Module(NamedTuple):
    """The module that is updated, as it was when the run began."""

    path: str
    """Relative to the workspace."""
    files: Mapping[str, bytes]
    """Everything in its folder."""
    view: ModuleView
    catalog: Catalog | None

    @classmethod
    def of(cls, path: str, files: Mapping[str, bytes], catalog: Catalog | None) -> "Module":
        """The module of these files; UsageError with the place when one does not parse."""
        names = [name for name in files if name.endswith((".tf", ".tftest.hcl"))]
        for name in sorted(names):
            view = FileView.of(name, files[name])
            if view.error is not None:
                start, _, message = view.error
                raise UsageError(
                    f"{path}/{name}:{view.line(start)}: {message}. "
                    "A file that does not parse is not edited; mend it, then ask again."
                )
        return cls(path, files, ModuleView.of(files), catalog)

    def home_of(self, kind: str) -> tuple[str, BlockView | None]:
        """The file that holds most blocks of a kind, with the last of them; the conventional file when there is none."""
        found: dict[str, list[BlockView]] = {}
        for block in self.view.blocks(kind):
            found.setdefault(block.file, []).append(block)
        if not found:
            return CONVENTIONAL_FILES[kind], None
        name = max(found, key=lambda file: (len(found[file]), file == CONVENTIONAL_FILES[kind]))
        return name, found[name][-1]


class Draft:
    """Collects the edits of one update."""

    def __init__(self, module: Module, intent: str) -> None:
        """Nothing is changed yet; `intent` says in a clause what the update does."""
        self.module = module
        self.intent = intent
        self.edits: dict[str, list[Edit]] = {}
        self.created: dict[str, bytes] = {}
        self.deleted: set[str] = set()
        self.said: dict[str, list[str]] = {}

    def say(self, file: str, change: str) -> None:
        """Note what changes in a file, in a few words."""
        said = self.said.setdefault(file, [])
        if change not in said:
            said.append(change)

    def edit(self, edit: Edit, change: str) -> None:
        """Add an edit of a present file."""
        self.edits.setdefault(edit.file, []).append(edit)
        self.say(edit.file, change)

    def add_block(self, kind: str, text: str, change: str, after: BlockView | None = None) -> None:
        """Add a block after another one, or where the module keeps blocks of its kind."""
        name, place = (after.file, after) if after is not None else self.module.home_of(kind)
        if name in self.module.view.files:
            self.edit(block_after(self.module.view.files[name], place, text), change)
            return
        present = self.created.get(name, b"")
        block = format_source((text.strip() + "\n").encode())
        self.created[name] = present + (b"\n" if present else b"") + block
        self.say(name, change)

    def result(self) -> Mapping[str, tuple[Edit, ...]]:
        """The edits by file, ready to be made; a file that was formatted before is formatted after them.

        UsageError when two of them touch the same bytes.
        """
        found: dict[str, tuple[Edit, ...]] = {}
        for name, edits in self.edits.items():
            before = self.module.files[name]
            edits = _merged(before, edits)
            try:
                after = splice(before, edits)
            except ValueError as error:
                raise UsageError(
                    f"The parts of this update overlap in {name} ({error}); ask for them one by one."
                ) from error
            if name.endswith((".tf", ".tftest.hcl")) and format_source(before) == before:
                formatted = format_source(after)
                if formatted != after:
                    found[name] = edits_between(name, before, formatted)
                    continue
            if after != before:
                found[name] = tuple(sorted(edits, key=lambda edit: (edit.start, edit.end)))
        return found


def _merged(content: bytes, edits: list[Edit]) -> list[Edit]:
    """The edits, with removals that touch each other made one; at the end of the file the gap before goes as well."""
    removals = sorted(
        (edit for edit in edits if not edit.text and edit.end > edit.start), key=lambda edit: edit.start
    )
    merged: list[Edit] = []
    for edit in removals:
        if merged and edit.start <= merged[-1].end:
            merged[-1] = merged[-1].model_copy(update={"end": max(edit.end, merged[-1].end)})
        else:
            merged.append(edit)
    if merged and merged[-1].end == len(content):
        kept = content[: merged[-1].start].rstrip()
        line = content.find(b"\n", len(kept))
        start = min(merged[-1].start, len(content) if line < 0 else line + 1)
        merged[-1] = merged[-1].model_copy(update={"start": start})
    return [*(edit for edit in edits if edit.text or edit.end == edit.start), *merged]
