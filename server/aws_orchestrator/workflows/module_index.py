"""The module index: a page of the workspace that says which modules there are, of what, and where they were committed."""

import re
from typing import NamedTuple

from aws_orchestrator.gates.gatekeeper import Gatekeeper
from aws_orchestrator.memories import memory_file, read_memory
from aws_orchestrator.runs.contents import write_durably
from aws_orchestrator.runs.markdown import code, words
from aws_orchestrator.runs.run import Run, RunSuspended
from aws_orchestrator.workflows.house import House

INDEX_FILE = "module-index.md"
_HEAD = "| Module | Service | Features | Provider | Kept |"
_BEGIN = f"# Modules\n\nWritten after each commit; what stands outside the table is yours.\n\n{_HEAD}\n|---|---|---|---|---|\n"
_ROW = re.compile(r"^\| `(?P<module>[^`|]+)` \|")


class IndexedModule(NamedTuple):
    """One row of the index."""

    module: str
    service: str
    features: tuple[str, ...]
    provider: str


def keep_index(run: Run, house: House, gatekeeper: Gatekeeper, row: IndexedModule, gone: bool = False) -> str:
    """Bring the index up to date with a module that was committed, or deleted; a sentence when that is not possible."""
    root = house.workspace.root
    path = memory_file(root, INDEX_FILE)
    text: str | None = ""
    if path.exists() or path.is_symlink():
        text, ignored = read_memory(root, INDEX_FILE)
        if text is None:
            return f"{ignored[0]}; it was not brought up to date."
    changed = with_row(text or "", row.module, None if gone else _line(row, _kept(gatekeeper)))
    if changed == text:
        return ""
    if any(folder.is_symlink() for folder in (path, path.parent, path.parent.parent)):
        return f"{path} is reached through a link; it was not brought up to date."
    run.record(
        "index_planned", module=row.module, content=run.keep({INDEX_FILE: changed.encode()})[INDEX_FILE]
    )
    staged = run.staging / "index"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged.parent.mkdir(parents=True, exist_ok=True)
        staged.unlink(missing_ok=True)
        write_durably(staged, changed.encode())
        staged.chmod(0o644)
        staged.replace(path)
    except OSError as error:
        raise RunSuspended(
            f"{path} cannot be written: {error.strerror}. Mend that, then resume the run."
        ) from error
    return ""


def with_row(text: str, module: str, line: str | None) -> str:
    """The page with the module's row, in order, or without it; everything around the rows byte for byte."""
    if _HEAD not in text:
        if line is None:
            return text
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        text = f"{text}{gap}{_BEGIN}"
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    first = next(number for number, one in enumerate(lines) if one.startswith(_HEAD)) + 2
    last = first
    while last < len(lines) and lines[last].startswith("|"):
        last += 1
    rows = {found["module"]: one for one in lines[first:last] if (found := _ROW.match(one))}
    others = [one for one in lines[first:last] if not _ROW.match(one)]
    if line is None:
        rows.pop(module, None)
    else:
        rows[module] = f"{line}{newline}"
    return "".join([*lines[:first], *others, *(rows[name] for name in sorted(rows)), *lines[last:]])


def _line(row: IndexedModule, kept: str) -> str:
    features = ", ".join(code(name) for name in row.features) or "none"
    return f"| `{row.module}` | {words(row.service)} | {features} | {words(row.provider)} | {kept} |"


def _kept(gatekeeper: Gatekeeper) -> str:
    """Where the Commit Gate said that the module goes."""
    decision = next(one for one in reversed(gatekeeper.decisions) if one.kind == "commit")
    if decision.choice == "keep_local":
        return "here"
    where = [decision.fields.get(name, "") for name in ("repository", "branch")]
    return f"{words(decision.choice)} {' '.join(code(part) for part in where if part)}".rstrip()
