"""What a quality rule is: a file of this folder that defines `RULE`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.catalog.knowledge import Knowledge, knowledge_of
from aws_orchestrator.findings import Edit, Finding, Fix, Severity
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView
from aws_orchestrator.standards import Standards


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What is known about a module beside its files."""

    catalog: Catalog | None = None
    """The provider schema; without one, rules that need it are silent and the result says so."""
    declared_files: frozenset[str] | None = None
    """The `.tf` files that the skill declares, when the module comes from one."""
    standards: Standards | None = None
    """What the organisation wants of every module; None when it says nothing."""
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """Everything in the module's folder, also what the rules do not read as the module: README, examples, tests."""

    @property
    def knowledge(self) -> Knowledge | None:
        """What the provider checks beyond its schema; without it, rules that need it are silent and the result says so."""
        return _knowledge(self.catalog) if self.catalog is not None else None


@lru_cache(maxsize=8)
def _knowledge(catalog: Catalog) -> Knowledge | None:
    # Looks into folders, so not on every check; a catalog object stands for one content of its file.
    return knowledge_of(catalog)


@dataclass(frozen=True, slots=True)
class Rule:
    """One quality rule: its identity and its check."""

    id: str
    """Kebab-case; the `code` of its findings and its name in settings."""
    title: str
    severity: Severity
    """Of its findings, where one does not say otherwise."""
    why: str
    """One sentence for people: what goes wrong without the rule."""
    check: Callable[[ModuleView, RuleContext], Iterable[Finding]]
    needs_catalog: bool = False
    needs_knowledge: bool = False
    """Whether it needs what was learned of the provider beyond its schema."""
    fixes: str = ""
    """What its fix does, for the documentation; empty when nothing can be repaired mechanically."""

    def finding(
        self,
        file: FileView,
        start: int,
        end: int,
        summary: str,
        detail: str = "",
        *,
        severity: Severity | None = None,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this rule at a byte range."""
        return Finding(
            check="rules",
            severity=severity or self.severity,
            summary=summary,
            detail=detail or self.why,
            code=self.id,
            place=file.place(start, end),
            fix=fix,
        )


def replacement(title: str, attribute: AttributeView, text: str) -> Fix:
    """The fix that gives an argument another value."""
    edit = Edit(file=attribute.file, start=attribute.value_start, end=attribute.value_end, text=text)
    return Fix(title=title, edits=(edit,), preferred=True)


def argument_insertion(file: FileView, block: BlockView, line: str) -> Edit:
    """The edit that adds an argument at the end of a block, apart from what is there, so that `=` need not move."""
    newline = "\r\n" if b"\r\n" in file.content else "\n"
    body = file.content[block.body_start : block.body_end]
    start_of_line = file.content.rfind(b"\n", 0, block.header_start) + 1
    indent = file.text(start_of_line, block.header_start)
    indent = indent if not indent.strip() else ""
    inner = f"{indent}  {line}{newline}"
    if not body.strip():
        return Edit(
            file=file.file,
            start=block.body_start,
            end=block.body_end,
            text=f"{newline}{inner}{indent}",
        )
    # After the last thing of the body, before the line of the closing brace.
    position = block.body_start + len(body.rstrip())
    return Edit(
        file=file.file,
        start=position,
        end=block.body_end,
        text=f"{newline}{newline}{inner}{indent}",
    )
