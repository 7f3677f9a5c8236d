"""The modules of a repository: every folder with Terraform files that is the repository's own."""

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SKIPPED_FOLDERS = frozenset(
    {".terraform", ".git", "node_modules", ".aws-orchestrator", "__pycache__", ".venv"}
)
_SUFFIXES = (".tf", ".tf.json")
_GIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ModuleFolders:
    """What was found below a folder."""

    folders: tuple[Path, ...]
    """Sorted, absolute."""
    notes: tuple[str, ...] = ()
    """What could not be looked into, a sentence each."""


def module_folders(top: Path) -> ModuleFolders:
    """The folders below `top` (itself included) that hold `.tf` files, without what git ignores where git is there.

    Links are not followed: they may leave the repository or lead in circles.
    """
    top = top.resolve()
    listed, notes = _listed_by_git(top)
    if listed is None:
        return _walked(top, notes)
    folders = {
        (top / path).parent
        for path in listed
        if path.endswith(_SUFFIXES)
        and SKIPPED_FOLDERS.isdisjoint(Path(path).parts)
        # Git also lists what is deleted but not committed, and links.
        and (top / path).is_file()
        and not (top / path).is_symlink()
    }
    return ModuleFolders(tuple(sorted(folders)), tuple(notes))


def _listed_by_git(top: Path) -> tuple[list[str] | None, list[str]]:
    """The files below `top` that git knows or would add; None when git cannot say."""
    if not any((folder / ".git").exists() for folder in (top, *top.parents)):
        return None, []
    # A hook runs with the variables of its own git, which name another index and a relative folder. And a repository's
    # configuration may name a program as its file watcher: listing files must not start one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ("git", "-c", "core.fsmonitor=false", "-C", str(top), "ls-files", "-z", "--cached", "--others")
    try:
        listed = subprocess.run(
            [*command, "--exclude-standard", "--", "*.tf", "*.tf.json"],
            capture_output=True,
            timeout=_GIT_SECONDS,
            env=environment | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None, ["Git could not be asked, so files that it ignores were looked at too."]
    said = listed.stderr.decode(errors="replace").strip().splitlines()
    if listed.returncode != 0:
        reason = f" ({said[-1]})" if said else ""
        return None, [f"Git could not list the files{reason}, so files that it ignores were looked at too."]
    notes = [
        f"Not looked into: {line.removeprefix('warning: ')}." for line in said if "could not open" in line
    ]
    return [os.fsdecode(path) for path in listed.stdout.split(b"\0") if path], notes


def _walked(top: Path, notes: Iterable[str]) -> ModuleFolders:
    found: list[Path] = []
    unread: list[str] = []

    def unreadable(error: OSError) -> None:
        unread.append(f"Not looked into: {error.filename} cannot be read ({error.strerror}).")

    for base, names, leaves in os.walk(top, onerror=unreadable, followlinks=False):
        names[:] = sorted(name for name in names if name not in SKIPPED_FOLDERS)
        folder = Path(base)
        if any(leaf.endswith(_SUFFIXES) and not (folder / leaf).is_symlink() for leaf in leaves):
            found.append(folder)
    return ModuleFolders(tuple(sorted(found)), (*notes, *unread))
