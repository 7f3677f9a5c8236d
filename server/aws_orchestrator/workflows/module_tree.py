"""A module of the disk as a Tree: its folder, and the folders that it calls by local path, with unsaved buffers on top."""

import os
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from aws_orchestrator.errors import UsageError
from aws_orchestrator.findings import Tree
from aws_orchestrator.hcl.find import FileView
from aws_orchestrator.hcl.references import string_literal

_SKIPPED_FOLDERS = frozenset(
    {".terraform", ".git", "node_modules", ".aws-orchestrator", "__pycache__", ".venv"}
)
_SKIPPED_SUFFIXES = (".tfstate", ".tfstate.backup", ".zip")
_FILE_LIMIT = 5 * 1024 * 1024
_TREE_LIMIT = 64 * 1024 * 1024
_COUNT_LIMIT = 2_000
_BLOCK_LIMIT = 20_000
_BLOCK = re.compile(rb"^[a-z_]+[^\n=]*\{", re.MULTILINE)
_SHORTEST_BLOCK = 10
# A cheap test before parsing: most files call no module beside them.
_LOCAL_SOURCE = re.compile(rb'source\s*=\s*"\.')
# What a module reads may be anywhere below it, ignored or not: its own build results, say.
_READS_FILES = re.compile(
    rb"\b(?:template)?file(?:set|exists|base64|md5|sha1|sha256|sha512|base64sha\d+)?\s*\("
)


def _none(folder: Path) -> frozenset[Path]:
    return frozenset()


def load_tree(
    folder: Path,
    root: Path,
    overlay: Mapping[Path, bytes] | None = None,
    read: Callable[[Path], bytes] = Path.read_bytes,
    ignored: Callable[[Path], frozenset[Path]] = _none,
) -> Tree:
    """The module in `folder` and what it needs of the folders below `root`.

    `overlay` holds contents that win over the disk (unsaved buffers), by resolved path. `ignored` gives the folders below
    a module that are left out, unless the module reads files. UsageError when the folder is
    none, holds no Terraform files, or is too large to be a module.
    """
    folder, root = folder.resolve(), root.resolve()
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name the folder of a module.")
    if not folder.is_relative_to(root):
        root = folder
    files: dict[str, bytes] = {}
    waiting, seen = [folder], set[Path]()
    while waiting:
        current = waiting.pop()
        if current in seen or not current.is_dir():
            continue
        seen.add(current)
        _read_folder(current, root, files, overlay or {}, read, ignored)
        waiting.extend(
            called for called in _called_folders(current, root, files) if called.is_relative_to(root)
        )
    prefix = _relative(folder, root)
    if not any(
        path.endswith((".tf", ".tf.json"))
        for path in files
        if posixpath.dirname(path) == ("" if prefix == "." else prefix)
    ):
        raise UsageError(f"{folder} holds no .tf files; name the folder of a module.")
    refuse_too_many_blocks(folder, files)
    return Tree(key=str(folder), files=files, module=prefix)


def refuse_too_many_blocks(folder: Path, files: Mapping[str, bytes]) -> None:
    """UsageError for more blocks than a check can judge while somebody waits: Terraform needs minutes for such a module."""
    sources = [content for path, content in files.items() if path.endswith(".tf")]
    if sum(map(len, sources)) < _BLOCK_LIMIT * _SHORTEST_BLOCK:
        return
    if sum(len(_BLOCK.findall(content)) for content in sources) > _BLOCK_LIMIT:
        raise UsageError(
            f"{folder} holds more than {_BLOCK_LIMIT:,} blocks; no check reads such a module. Split it into several."
        )


def module_root(folder: Path) -> Path:
    """The folder that bounds a module's local calls: the repository around it, else the folder itself."""
    folder = folder.resolve()
    return next((parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), folder)


def _read_folder(
    folder: Path,
    root: Path,
    files: dict[str, bytes],
    overlay: Mapping[Path, bytes],
    read: Callable[[Path], bytes],
    ignored: Callable[[Path], frozenset[Path]],
) -> None:
    total = sum(len(content) for content in files.values())
    for path in _walk(folder, lambda: _left_out(folder, root, files, ignored)):
        name = _relative(path, root)
        if name in files:
            continue
        if path in overlay:
            content = _bounded(path, overlay[path])
        else:
            try:
                if path.stat().st_size > _FILE_LIMIT:
                    if path.suffix == ".tf":
                        raise UsageError(
                            f"{path} is larger than {_FILE_LIMIT >> 20} MB; no check reads such a file."
                        )
                    continue
                content = read(path)
            except FileNotFoundError:
                continue  # deleted since the folder was listed
            except OSError as error:
                raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
        files[name] = content
        total += len(content)
        if len(files) > _COUNT_LIMIT or total > _TREE_LIMIT:
            raise UsageError(
                f"{folder} holds more than {_COUNT_LIMIT} files or {_TREE_LIMIT >> 20} MB; name the folder of one module."
            )
    for path, content in overlay.items():
        if path.parent == folder:
            files[_relative(path, root)] = _bounded(path, content)


def _bounded(path: Path, content: bytes) -> bytes:
    if len(content) > _FILE_LIMIT:
        raise UsageError(f"{path} is larger than {_FILE_LIMIT >> 20} MB; no check reads such a file.")
    return content


def _walk(folder: Path, left_out: Callable[[], frozenset[Path]]) -> Iterator[Path]:
    # Links are not followed: they may leave the tree or lead in circles.
    out: frozenset[Path] | None = None
    for base, names, leaves in os.walk(folder, followlinks=False):
        here = Path(base)
        for leaf in sorted(leaves):
            path = here / leaf
            if not leaf.endswith(_SKIPPED_SUFFIXES) and path.is_file() and not path.is_symlink():
                yield path
        below = sorted(name for name in names if name not in _SKIPPED_FOLDERS)
        if below and out is None:
            out = left_out()  # asked after the folder's own files are read, and only when there are folders
        names[:] = [name for name in below if here / name not in (out or ())]


def _left_out(
    folder: Path,
    root: Path,
    files: Mapping[str, bytes],
    ignored: Callable[[Path], frozenset[Path]],
) -> frozenset[Path]:
    here = "" if folder == root else _relative(folder, root)
    own = (
        content for path, content in files.items() if path.endswith(".tf") and posixpath.dirname(path) == here
    )
    return frozenset() if any(_READS_FILES.search(content) for content in own) else ignored(folder)


def _called_folders(folder: Path, root: Path, files: Mapping[str, bytes]) -> Iterator[Path]:
    here = "" if folder == root else _relative(folder, root)
    for path, content in files.items():
        if path.endswith(".tf") and posixpath.dirname(path) == here and _LOCAL_SOURCE.search(content):
            yield from ((folder / source).resolve() for source in _local_sources(content))


@lru_cache(maxsize=256)
def _local_sources(content: bytes) -> tuple[str, ...]:
    calls = [block for block in FileView.of("", content).blocks if block.type == "module"]
    sources = [block.attributes["source"].value for block in calls if "source" in block.attributes]
    literals = [string_literal(source) for source in sources]
    return tuple(text for text in literals if text is not None and text.startswith(("./", "../")))


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
