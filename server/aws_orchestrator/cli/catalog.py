"""`aws-orchestrator catalog`: build a catalog, show a type, search and list."""

import argparse
import json
import lzma
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from aws_orchestrator.catalog import Catalog, build_catalog, did_you_mean, library_of, search
from aws_orchestrator.catalog.addresses import short_name
from aws_orchestrator.catalog.cty import spell
from aws_orchestrator.catalog.envelope import peek
from aws_orchestrator.catalog.export import schema_json
from aws_orchestrator.catalog.library import SUFFIX
from aws_orchestrator.catalog.model import Attribute, Block, NestedBlock, TypeKind, TypeSchema
from aws_orchestrator.catalog.search import SEARCHED
from aws_orchestrator.cli import probe
from aws_orchestrator.errors import CatalogError, UsageError
from aws_orchestrator.protocol import FORMAT_VERSION

KIND_NAMES = {"resource": "resource", "data": "data source", "ephemeral": "ephemeral resource"}
_ORIGINS = {"exact": "exact", "bindings": "read from bindings, calibrated"}
_UNWRAPPED = 10_000
_XZ_MAGIC = b"\xfd7zXZ\x00"
_MARKS = ("required", "optional", "computed", "sensitive", "deprecated", "write_only")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `catalog` and its verbs; the parsed arguments carry `run`."""
    parser = subparsers.add_parser("catalog", help="what a provider version knows about its types")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    parser.set_defaults(run=run)

    build = verbs.add_parser("build", help="make a catalog from `terraform providers schema -json`")
    build.add_argument("schema", type=Path, metavar="SCHEMA.json[.xz]")
    build.add_argument("--provider-version", required=True, metavar="X.Y.Z")
    build.add_argument("--provider", metavar="ADDRESS", help="which provider, when the schema has several")
    build.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help="a file or a folder")

    show = verbs.add_parser("show", help="the arguments of a type")
    show.add_argument("type", metavar="TYPE", help="with or without the provider's prefix: s3_bucket")
    kinds = show.add_mutually_exclusive_group()
    kinds.add_argument("--data", dest="kind", action="store_const", const="data", help="the data source")
    kinds.add_argument("--ephemeral", dest="kind", action="store_const", const="ephemeral")
    show.add_argument("--depth", type=int, default=2, metavar="N", help="levels of nested blocks (default 2)")

    find = verbs.add_parser("search", help="find types by words")
    find.add_argument("words", nargs="+", metavar="WORD")
    find.add_argument("--limit", type=int, default=20, metavar="N")

    probe.add_verb(verbs)
    listing = verbs.add_parser("list", help="the catalogs at hand")
    for verb in (show, find, listing):
        verb.add_argument("--json", action="store_true", help="one JSON object instead of a text for people")
        verb.add_argument("--workspace", type=Path, default=Path(), metavar="DIR")
    for verb in (show, find):
        verb.add_argument("--provider", default="hashicorp/aws", metavar="ADDRESS")
        verb.add_argument("--catalog-version", metavar="CONSTRAINT", default="")


def run(arguments: argparse.Namespace) -> int:
    """Do what the arguments say and return the exit code; errors for people are raised."""
    verbs: dict[str, Callable[[argparse.Namespace], None]] = {
        "build": _build,
        "show": _show,
        "search": _search,
        "list": _list,
        "probe": probe.run,
    }
    verbs[arguments.verb](arguments)
    return 0


def _build(arguments: argparse.Namespace) -> None:
    content = build_catalog(_read_schema(arguments.schema), arguments.provider_version, arguments.provider)
    built = Catalog(content, str(arguments.schema))
    output: Path = arguments.output
    if output.is_dir():
        name = built.provider.removeprefix("hashicorp/").replace("/", "-")
        output /= f"{name}-{built.version}{SUFFIX}"
    _replace(output, content)
    counts = [_count(len(built.names(kind)), KIND_NAMES[kind]) for kind in SEARCHED]
    counts.append(_count(len(built.functions), "function"))
    console = _console()
    console.print(f"{built.provider} {built.version}: {', '.join(counts)}")
    console.print(f"wrote {output} ({len(content):,} bytes)")
    if not output.name.endswith(SUFFIX):
        console.print(f"Only files named *{SUFFIX} are found in a folder of catalogs.")


def _count(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _read_schema(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        return lzma.decompress(content) if content.startswith(_XZ_MAGIC) else content
    except OSError as error:
        raise UsageError(f"The schema {path} cannot be read: {error.strerror}.") from error
    except lzma.LZMAError as error:
        raise CatalogError(f"The schema {path} is corrupt ({error}): compress it again.") from error


def _replace(output: Path, content: bytes) -> None:
    """Write the file whole or not at all, and never over something that is not a catalog."""
    try:
        if output.exists():
            peek(output)
    except CatalogError as error:
        raise UsageError(
            f"{output} exists and is not a catalog of this format, so it was left alone: remove it, "
            "or choose another file."
        ) from error
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)  # mkstemp's 0600 would hide the catalog from the rest of a team's machine
        os.replace(temporary, output)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"The catalog {output} cannot be written: {error.strerror}.") from error


def _show(arguments: argparse.Namespace) -> None:
    catalog = _chosen(arguments)
    schema = _type(catalog, arguments.type, arguments.kind)
    if arguments.json:
        _print_json(
            {
                "provider": catalog.provider,
                "providerVersion": catalog.version,
                "kind": schema.kind,
                "name": schema.name,
                "taggable": schema.taggable,
                "schema": schema_json(schema),
            }
        )
        return
    title = Text.assemble(
        (schema.name, "bold"), f"  {KIND_NAMES[schema.kind]} of {catalog.provider} {catalog.version}"
    )
    if schema.block.deprecated:
        title.append("  deprecated", "yellow")
    tree = Tree(title)
    _add_block(tree, schema.block, arguments.depth)
    _console().print(tree)


def _type(catalog: Catalog, name: str, kind: TypeKind | None) -> TypeSchema:
    prefix = f"{catalog.provider_schema.name}_"
    kinds = (kind,) if kind else SEARCHED
    for written in (name, prefix + name):
        for candidate in kinds:
            schema = catalog.type(candidate, written)
            if schema is not None:
                return schema
    wanted = KIND_NAMES[kind] if kind else "type"
    elsewhere = [
        other for other in SEARCHED if catalog.type(other, name) or catalog.type(other, prefix + name)
    ]
    if elsewhere:
        hint = f" There is a {KIND_NAMES[elsewhere[0]]} of that name."
    else:
        full = name if name.startswith(prefix) else prefix + name
        hint = did_you_mean(full, (known for candidate in kinds for known in catalog.names(candidate)))
    raise UsageError(
        f'{catalog.provider} {catalog.version} has no {wanted} "{name}".{hint or " Try `catalog search`."}'
    )


def _add_block(tree: Tree, block: Block, depth: int) -> None:
    for attribute in sorted(block.attributes.values(), key=lambda one: (not one.required, not one.optional)):
        branch = tree.add(_attribute_line(attribute))
        if attribute.nested and depth > 0:
            _add_block(branch, Block(attribute.nested.attributes, {}), depth - 1)
    for nested in sorted(block.blocks.values(), key=lambda one: not one.required):
        branch = tree.add(_block_line(nested))
        if depth > 0:
            _add_block(branch, nested.block, depth - 1)
        elif nested.block.attributes or nested.block.blocks:
            branch.add(Text("… (--depth shows more)", "dim"))


def _attribute_line(attribute: Attribute) -> Text:
    line = Text.assemble((attribute.name, "bold" if attribute.required else ""), "  ")
    line.append(_shape(attribute), "cyan")
    marks = [mark.replace("_", "-") for mark in _MARKS if getattr(attribute, mark)]
    return line.append("  " + ", ".join(marks), "dim")


def _shape(attribute: Attribute) -> str:
    if attribute.nested is None:
        return spell(attribute.type)
    return "object" if attribute.nested.nesting == "single" else f"{attribute.nested.nesting} of objects"


def _block_line(nested: NestedBlock) -> Text:
    limits = [f"at least {nested.min_items}"] if nested.min_items else []
    limits += [f"at most {nested.max_items}"] if nested.max_items else []
    limits += ["deprecated"] if nested.block.deprecated else []
    line = Text.assemble((nested.name, "bold" if nested.required else ""), " { }  ")
    line.append(
        f"{nested.nesting} of blocks" if nested.nesting not in {"single", "group"} else "block", "cyan"
    )
    return line.append("  " + ", ".join(limits), "dim") if limits else line


def _search(arguments: argparse.Namespace) -> None:
    catalog = _chosen(arguments)
    hits = search(catalog, arguments.words, arguments.limit)
    if arguments.json:
        found = [{"name": hit.name, "kind": hit.kind, "score": hit.score} for hit in hits]
        _print_json({"provider": catalog.provider, "providerVersion": catalog.version, "hits": found})
    elif hits:
        table = Table("type", "kind", box=None, pad_edge=False)
        for hit in hits:
            table.add_row(hit.name, KIND_NAMES[hit.kind])
        _console().print(table)
    else:
        _console().print(
            f'Nothing in {catalog.provider} {catalog.version} is like "{" ".join(arguments.words)}".'
        )


def _list(arguments: argparse.Namespace) -> None:
    library = library_of(arguments.workspace)
    rows = [(short_name(found.provider), found.version, found.origin) for found in library.headers()]
    if arguments.json:
        keys = ("provider", "version", "origin")
        _print_json({"catalogs": [dict(zip(keys, row, strict=True)) for row in rows]})
        return
    table = Table("provider", "version", "origin", box=None, pad_edge=False)
    for provider, version, origin in rows:
        table.add_row(provider, version, _ORIGINS[origin])
    _console().print(table)


def _chosen(arguments: argparse.Namespace) -> Catalog:
    library = library_of(arguments.workspace)
    catalog = library.choose(arguments.provider, arguments.catalog_version)
    if catalog is not None:
        return catalog
    known = ", ".join(" ".join(found) for found in library.available()) or "none"
    wanted = f"{short_name(arguments.provider)} {arguments.catalog_version}".strip()
    raise UsageError(
        f"There is no catalog of {wanted}; at hand: {known}. `aws-orchestrator catalog build` makes one."
    )


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps({"formatVersion": FORMAT_VERSION, **value}, ensure_ascii=False))


def _console() -> Console:
    console = Console(highlight=False)
    # A pipe or a file gets one type or argument a line, however long.
    return console if console.is_terminal else Console(highlight=False, width=_UNWRAPPED)
