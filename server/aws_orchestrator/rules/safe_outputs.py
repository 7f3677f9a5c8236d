"""An output of a resource that may not exist still has a value."""

from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.expressions import ancestors, text
from aws_orchestrator.hcl.find import AttributeView, FileView, ModuleView
from aws_orchestrator.hcl.references import Traversal, index_guarded, traversals_at
from aws_orchestrator.rules.rule import Rule, RuleContext, replacement

_SAFE_CALLS = frozenset({"try", "can", "one", "length"})
_SAFE_NODES = frozenset({"conditional", "for_tuple_expr", "for_object_expr"})


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    guarded = frozenset(
        module.address(block)
        for block in (*module.resources(), *module.data(), *module.blocks("module"))
        if "count" in block.attributes
    )
    if not guarded:
        return
    for block in module.blocks("output"):
        value = block.attributes.get("value")
        if value is None:
            continue
        file = module.files[value.file]
        found = traversals_at(file.content, value.value_start, value.value_end)
        unsafe = [one for one in found if one.address in guarded]
        first = next((one for one in unsafe if not _is_safe(file, value, one)), None)
        if first is None:
            continue
        fixed = f"try({index_guarded(value.value, guarded)}, null)"
        yield RULE.finding(
            file,
            first.start,
            first.end,
            f"Output {block.name} fails when {first.address} is switched off",
            f"{first.address} has a count, so there may be none of it. Write try({first.address}[0]…, null).",
            fix=None if "<<" in value.value else replacement("Guard the output with try()", value, fixed),
        )


def _is_safe(file: FileView, value: AttributeView, found: Traversal) -> bool:
    # The whole resource is a list, and so is a splat: empty when there is none.
    if found.index in ("[*]", ".*") or (len(found.parts) == found.address_length and not found.index):
        return True
    node = file.root.descendant_for_byte_range(found.start, found.end)
    if node is None:
        return False
    for outer in (node, *ancestors(node)):
        if outer.start_byte < value.value_start:
            return False
        if outer.type in _SAFE_NODES:
            return True
        if outer.type == "function_call" and text(outer.children[0], file.content) in _SAFE_CALLS:
            return True
    return False


RULE = Rule(
    id="safe-outputs",
    title="Safe outputs",
    severity=Severity.WARNING,
    why="An output of a resource that was switched off stops the whole plan.",
    check=_check,
    fixes="the value is wrapped in `try(…, null)`",
)
