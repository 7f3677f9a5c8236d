"""Two states of a module side by side: what a caller, or Terraform's state, sees of the difference."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aws_orchestrator.hcl.expressions import call, object_items, text
from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView, dynamic_content
from aws_orchestrator.hcl.references import Traversal, traversals

_META = frozenset({"count", "for_each", "provider", "depends_on"})


@dataclass(frozen=True, slots=True)
class ArgumentChange:
    """One argument of a resource that exists before and after; `path` has slashes: `rule/id`."""

    address: str
    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class BlockChange:
    """One field of a variable or output that exists before and after; None is absent."""

    name: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between two states of a module, by name."""

    added: tuple[str, ...]
    """Addresses: `var.x`, `output.x`, `local.x`, `aws_s3_bucket.this`, `data.aws_region.x`, `module.x`."""
    removed: tuple[str, ...]
    moved: Mapping[str, str]
    """Resources and modules that `moved` blocks lead from an address that is gone to one that is there."""
    variables: tuple[BlockChange, ...]
    outputs: tuple[BlockChange, ...]
    locals: tuple[str, ...]
    """Local values with another expression."""
    repetition: tuple[tuple[str, str, str], ...]
    """Resources and modules that are repeated in another way: address, before, after (`count`, `for_each`, `one`)."""
    arguments: tuple[ArgumentChange, ...]
    constraints: tuple[BlockChange, ...]
    """`terraform` and the required providers whose constraint is another one."""

    @property
    def nothing(self) -> bool:
        """True when callers and state see no difference."""
        return not any(getattr(self, name) for name in self.__slots__)


def compare_modules(before: ModuleView, after: ModuleView) -> Comparison:
    """What changed from one state of a module to the other."""
    old, new = _declarations(before), _declarations(after)
    moves = _moves(after)
    moved = {start: _end(start, moves) for start in moves if start in old and _end(start, moves) in new}
    targets = {start: moved.get(start, start) for start in old}
    shared = {start: end for start, end in targets.items() if end in new}
    renamed = _Renamed(moved)
    return Comparison(
        added=tuple(sorted(new.keys() - set(shared.values()))),
        removed=tuple(sorted(old.keys() - shared.keys())),
        moved={start: end for start, end in moved.items() if start != end},
        variables=tuple(_fields(before.variables(), after.variables(), renamed)),
        outputs=tuple(_fields(before.outputs(), after.outputs(), renamed)),
        locals=tuple(
            name
            for name, value in before.locals().items()
            if name in after.locals() and _plain(after.locals()[name].value) != renamed.said(value.value)
        ),
        repetition=tuple(_repetitions(shared, old, new)),
        arguments=tuple(_arguments(shared, old, new, renamed)),
        constraints=tuple(_constraints(before, after)),
    )


def changed_inputs(compared: Comparison, after: ModuleView) -> Iterator[ArgumentChange]:
    """The arguments that get another value although they are written as before: by a variable's default or a local value.

    Seen for a caller who leaves the variable out.
    """
    changed = {
        f"var.{change.name}"
        for change in compared.variables
        if change.field == "default" and change.before is not None and change.after is not None
    }
    changed |= {f"local.{name}" for name in compared.locals}
    locals_ = {
        f"local.{name}": {reference.address for reference in _references(value.value)}
        for name, value in after.locals().items()
    }
    while more := {name for name, used in locals_.items() if used & changed} - changed:
        changed |= more
    if not changed:
        return
    known = {(change.address, change.path) for change in compared.arguments}
    for block in after.resources():
        address = after.address(block)
        for path, value in _values(block, "").items():
            if (address, path) not in known and any(one.address in changed for one in _references(value)):
                yield ArgumentChange(address, path, value, value)


def _references(expression: str) -> tuple[Traversal, ...]:
    return tuple(found for line in expression.split("\n") for found in traversals(line))


def is_widened(before: str | None, after: str | None) -> bool:
    """Whether every value of the first type constraint is still one of the second."""
    before, after = _plain(before or "any"), _plain(after or "any")
    if before == after or after == "any":
        return True
    left, right = _type(before), _type(after)
    if left is None or right is None or left[0] != right[0]:
        return False
    if left[0] != "object":
        return is_widened(left[1].get(""), right[1].get(""))
    if left[1].keys() - right[1].keys():
        return False
    for name, wanted in right[1].items():
        optional = _plain(wanted).startswith("optional(")
        if name not in left[1]:
            if not optional:
                return False
            continue
        had = left[1][name]
        if _plain(had).startswith("optional(") and not optional:
            return False
        if not is_widened(_without_optional(had), _without_optional(wanted)):
            return False
    return True


def _type(written: str) -> tuple[str, dict[str, str]] | None:
    content = f"_ = {written}\n".encode()
    attribute = FileView.of("type", content).attributes.get("_")
    called = call(attribute.expression, content) if attribute else None
    if called is None or not called.arguments:
        return None
    if called.name != "object":
        return called.name, {"": text(called.arguments[0], content)}
    items = object_items(called.arguments[0], content)
    if items is None:
        return None
    return "object", {item.key or "": text(item.value, content) for item in items}


def _without_optional(written: str) -> str:
    found = _type(written)
    return found[1][""] if found and found[0] == "optional" else written


def _declarations(module: ModuleView) -> dict[str, BlockView | None]:
    found: dict[str, BlockView | None] = {f"local.{name}": None for name in module.locals()}
    for block in module.blocks():
        if block.labels and block.type in ("resource", "data", "variable", "output", "module", "ephemeral"):
            found[module.address(block)] = block
    return found


class _Renamed:
    """Says expressions of the old state in the addresses of the new one: a name alone is no change."""

    def __init__(self, moved: Mapping[str, str]) -> None:
        self._moved = {start: end for start, end in moved.items() if start != end}
        names = "|".join(re.escape(start) for start in sorted(self._moved, key=len, reverse=True))
        self._pattern = re.compile(rf"(?<![\w.])(?:{names})(?![\w-])") if names else None

    def said(self, expression: str) -> str:
        plain = _plain(expression)
        return self._pattern.sub(lambda match: self._moved[match[0]], plain) if self._pattern else plain


def _moves(module: ModuleView) -> dict[str, str]:
    return {
        block.attributes["from"].value: block.attributes["to"].value
        for block in module.blocks("moved")
        if "from" in block.attributes and "to" in block.attributes
    }


def _end(start: str, moves: Mapping[str, str]) -> str:
    seen = {start}
    while start in moves and moves[start] not in seen:
        start = moves[start]
        seen.add(start)
    return start


def _fields(
    before: Mapping[str, BlockView], after: Mapping[str, BlockView], renamed: "_Renamed"
) -> Iterator[BlockChange]:
    for name, block in before.items():
        if name not in after:
            continue
        other = after[name]
        for field in sorted({*block.attributes, *other.attributes}):
            old, new = _value(block, field), _value(other, field)
            if renamed.said(old or "") != _plain(new or "") or (old is None) != (new is None):
                yield BlockChange(name, field, old, new)
        old_checks = [_block_plain(item) for item in block.nested("validation")]
        new_checks = [_block_plain(item) for item in other.nested("validation")]
        if old_checks != new_checks:
            yield BlockChange(name, "validation", "\n".join(old_checks), "\n".join(new_checks))


def _block_plain(block: BlockView) -> str:
    return " ".join(f"{name} = {_plain(value.value)}" for name, value in sorted(block.attributes.items()))


def _repetitions(
    shared: Mapping[str, str], old: Mapping[str, BlockView | None], new: Mapping[str, BlockView | None]
) -> Iterator[tuple[str, str, str]]:
    for start, end in shared.items():
        one, other = old[start], new[end]
        if one is None or other is None or one.type not in ("resource", "module"):
            continue
        before, after = _repetition(one), _repetition(other)
        if before != after:
            yield end, before, after


def _repetition(block: BlockView) -> str:
    return next((name for name in ("count", "for_each") if name in block.attributes), "one")


def _arguments(
    shared: Mapping[str, str],
    old: Mapping[str, BlockView | None],
    new: Mapping[str, BlockView | None],
    renamed: "_Renamed",
) -> Iterator[ArgumentChange]:
    for start, end in shared.items():
        one, other = old[start], new[end]
        if one is None or other is None or one.type != "resource":
            continue
        before, after = _values(one, ""), _values(other, "")
        for path in sorted(before.keys() | after.keys()):
            left, right = before.get(path), after.get(path)
            if left is None or right is None or renamed.said(left) != _plain(right):
                yield ArgumentChange(end, path, left, right)


def _values(block: BlockView, prefix: str) -> dict[str, str]:
    """Every argument of a block by path; where blocks of a type are repeated, their values joined."""
    found: dict[str, str] = {
        f"{prefix}{name}": _plain(value.value)
        for name, value in block.attributes.items()
        if prefix or name not in _META
    }
    for inner in block.blocks:
        content = dynamic_content(inner) if inner.type == "dynamic" else inner
        if content is None or (not prefix and inner.type in ("lifecycle", "provisioner", "connection")):
            continue
        for path, value in _values(content, f"{prefix}{content.type}/").items():
            found[path] = f"{found[path]}\n{value}" if path in found else value
    return found


def _constraints(before: ModuleView, after: ModuleView) -> Iterator[BlockChange]:
    old, new = _required(before), _required(after)
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield BlockChange(name, "version", old.get(name), new.get(name))


def _required(module: ModuleView) -> dict[str, str]:
    found: dict[str, str] = {}
    for block in module.blocks("terraform"):
        if "required_version" in block.attributes:
            found["terraform"] = block.attributes["required_version"].value.strip('"')
        for required in block.nested("required_providers"):
            for name, entry in required.attributes.items():
                content = module.files[entry.file].content
                items = object_items(entry.expression, content)
                values = {item.key: text(item.value, content) for item in items or ()}
                written = values.get("version", "") if items is not None else entry.value
                found[name] = written.strip('"')
    return found


def _value(block: BlockView, name: str) -> str | None:
    attribute = block.attributes.get(name)
    return attribute.value if attribute else None


def _plain(written: str) -> str:
    return " ".join(written.split())
