"""Where an updated module is: paths inside its folder, and as seen from the workspace."""

from collections.abc import Mapping
from pathlib import Path

from aws_orchestrator.errors import UsageError


def module_path(root: Path, folder: Path) -> str:
    """The module's folder relative to the workspace; UsageError when it is none, or outside."""
    resolved = folder.resolve()
    if not resolved.is_dir():
        raise UsageError(f"{folder} is not a folder; name the folder of a module.")
    if not resolved.is_relative_to(root.resolve()):
        raise UsageError(
            f"{folder} is not inside the workspace {root}; name the workspace around it with --workspace."
        )
    return resolved.relative_to(root.resolve()).as_posix()


def own_files(files: Mapping[str, bytes], path: str) -> dict[str, bytes]:
    """The files below a folder, by path inside it."""
    prefix = "" if path == "." else f"{path}/"
    return {name.removeprefix(prefix): content for name, content in files.items() if name.startswith(prefix)}


def joined(path: str, names: tuple[str, ...]) -> frozenset[str]:
    """The paths in a folder, as seen from the workspace."""
    return frozenset(join(path, name) for name in names)


def join(path: str, name: str) -> str:
    """A path in a folder, as seen from the workspace."""
    return name if path == "." else f"{path}/{name}"


def refuse_with_state(folder: Path, path: str) -> None:
    """UsageError when the module's folder holds state: what it describes still exists."""
    for found in sorted(folder.glob("*.tfstate*")) + sorted(folder.glob("terraform.tfstate.d/*/*.tfstate")):
        if found.is_file() and found.stat().st_size:
            name = found.relative_to(folder).as_posix()
            raise UsageError(
                f"{path}/{name} holds state: what it describes still exists. Destroy that first, or move the file away."
            )
