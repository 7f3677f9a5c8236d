"""How far bindings and the exact schema of the same version agree, per kind of fact."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from aws_orchestrator.catalog.model import Block, Function, ProviderSchema, TypeSchema

FACTS = (
    "resources",
    "data sources",
    "ephemeral resources",
    "functions",
    "names",
    "attribute or block",
    "nesting",
    "types",
    "required",
    "optional",
    "computed",
    "write-only",
    "at least one item",
    "min items",
    "at most one item",
    "max items",
    "sensitive",
    "deprecated",
)
_FLAGS = {
    "required": "required",
    "optional": "optional",
    "computed": "computed",
    "write-only": "write_only",
    "sensitive": "sensitive",
    "deprecated": "deprecated",
}


@dataclass
class Agreement:
    """Facts compared and facts that differ, by kind; paths are counted as often as they occur."""

    compared: Counter[str] = field(default_factory=Counter)
    different: dict[str, list[str]] = field(default_factory=dict)

    def note(self, fact: str, same: bool, place: str) -> None:
        """Count one comparison."""
        self.compared[fact] += 1
        if not same:
            self.different.setdefault(fact, []).append(place)

    def rows(self) -> Iterator[tuple[str, int, int, str]]:
        """Kind of fact, facts, differences, agreement in percent (never rounded up to 100)."""
        for fact in FACTS:
            total, wrong = self.compared[fact], len(self.different.get(fact, ()))
            share = (
                "–" if not total else "100%" if not wrong else f"{min(99.99, 100 - 100 * wrong / total):.2f}%"
            )
            yield fact, total, wrong, share

    def table(self) -> str:
        """The agreement as a Markdown table."""
        lines = ["| fact | compared | different | agreement |", "|---|---:|---:|---:|"]
        lines += [
            f"| {fact} | {total:,} | {wrong:,} | {share} |" for fact, total, wrong, share in self.rows()
        ]
        return "\n".join(lines)


def compare(read: ProviderSchema, exact: ProviderSchema) -> Agreement:
    """Every fact of the exact schema and of what was read, compared."""
    agreement = Agreement()
    for fact, ours, theirs in (
        ("resources", read.resources, exact.resources),
        ("data sources", read.data_sources, exact.data_sources),
        ("ephemeral resources", read.ephemeral_resources, exact.ephemeral_resources),
    ):
        _types(agreement, fact, ours, theirs)
    _functions(agreement, read.functions, exact.functions)
    _block(agreement, read.provider.block, exact.provider.block, f"provider.{exact.provider.name}")
    return agreement


def _types(
    agreement: Agreement, fact: str, read: Mapping[str, TypeSchema], exact: Mapping[str, TypeSchema]
) -> None:
    for name in sorted(read.keys() | exact.keys()):
        agreement.note(fact, name in read and name in exact, name)
        if name in read and name in exact:
            _block(agreement, read[name].block, exact[name].block, f"{exact[name].kind}.{name}")


def _functions(agreement: Agreement, read: Mapping[str, Function], exact: Mapping[str, Function]) -> None:
    for name in sorted(read.keys() | exact.keys()):
        agreement.note("functions", name in read and name in exact, name)


def _block(agreement: Agreement, read: Block, exact: Block, place: str) -> None:
    ours = read.attributes.keys() | read.blocks.keys()
    theirs = exact.attributes.keys() | exact.blocks.keys()
    for name in sorted(ours | theirs):
        here = f"{place}.{name}"
        agreement.note("names", name in ours and name in theirs, here)
        if name not in ours or name not in theirs:
            continue
        same_kind = (name in read.blocks) == (name in exact.blocks)
        agreement.note("attribute or block", same_kind, here)
        if not same_kind:
            continue
        if name in exact.blocks:
            _nested(agreement, read, exact, name, here)
        else:
            attribute, known = read.attributes[name], exact.attributes[name]
            agreement.note("types", attribute.type == known.type, here)
            for fact, flag in _FLAGS.items():
                agreement.note(fact, getattr(attribute, flag) == getattr(known, flag), here)


def _nested(agreement: Agreement, read: Block, exact: Block, name: str, here: str) -> None:
    block, known = read.blocks[name], exact.blocks[name]
    agreement.note("nesting", block.nesting == known.nesting, here)
    agreement.note("at least one item", block.required == known.required, here)
    agreement.note("min items", block.min_items == known.min_items, here)
    agreement.note("at most one item", (block.max_items == 1) == (known.max_items == 1), here)
    agreement.note("max items", block.max_items == known.max_items, here)
    agreement.note("deprecated", block.block.deprecated == known.block.deprecated, here)
    _block(agreement, block.block, known.block, here)
