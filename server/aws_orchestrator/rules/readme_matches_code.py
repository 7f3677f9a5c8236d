"""The README's tables of inputs and outputs say what variables and outputs there are."""

from collections.abc import Iterator, Mapping

from aws_orchestrator.catalog import did_you_mean
from aws_orchestrator.findings import Edit, Finding, Fix, Place, Severity
from aws_orchestrator.hcl.find import BlockView, ModuleView
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.rules.readme_tables import Row, Table, readme_tables
from aws_orchestrator.rules.rule import Rule, RuleContext

_PLAIN_TYPES = frozenset({"string", "number", "bool"})


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    name = next((name for name in sorted(context.files) if name.lower() == "readme.md"), None)
    if name is None or any("/" not in file and file.endswith(".tf.json") for file in context.files):
        return
    # In a broken file blocks are hidden: what the README says of them is not wrong.
    if not module.files or any(file.error is not None for file in module.files.values()):
        return
    tables = readme_tables(context.files[name])
    for outputs, blocks in ((False, module.variables()), (True, module.outputs())):
        of_kind = [table for table in tables if table.outputs is outputs]
        if any(table.rows for table in of_kind) or (of_kind and blocks):
            yield from _compare(module, name, context.files[name], of_kind, blocks, outputs)


def readme_findings(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """What a module's README says that its code does not, or the other way round."""
    return tuple(_check(ModuleView.of(files), RuleContext(files=files)))


def _compare(
    module: ModuleView,
    file: str,
    content: bytes,
    tables: list[Table],
    blocks: Mapping[str, BlockView],
    outputs: bool,
) -> Iterator[Finding]:
    what = "output" if outputs else "variable"
    listed = {row.name for table in tables for row in table.rows}
    for table in tables:
        for row in table.rows:
            block = blocks.get(row.name)
            if block is None:
                yield _finding(
                    row.place(file),
                    f"The README lists {what} {row.name}, which the module does not have",
                    f"Readers will try to use it. Take the row out, or correct it.{did_you_mean(row.name, blocks)}",
                    Fix(title="Remove the row", edits=(_without(file, content, row),)),
                )
            elif not outputs:
                yield from _differences(file, row, block)
    for name in sorted(blocks.keys() - listed):
        yield _finding(
            tables[0].header.place(file),
            f"The README does not list {what} {name}",
            f"Its table of {what}s is what readers go by. Add a row for it.",
            _row_fix(file, content, tables[-1], blocks[name], module),
        )


def _differences(file: str, row: Row, block: BlockView) -> Iterator[Finding]:
    required = row.cells.get("required", "").lower()
    is_required = "default" not in block.attributes
    if required in ("yes", "no") and (required == "yes") is not is_required:
        yield _finding(
            row.place(file),
            f"The README says that variable {row.name} is {'' if required == 'yes' else 'not '}required",
            f"In the module it {'is required' if is_required else 'has a default'}. Correct the row.",
        )
    type_ = block.attributes.get("type")
    written = row.cells.get("type", "")
    if (
        type_ is not None
        and written in _PLAIN_TYPES
        and type_.value in _PLAIN_TYPES
        and written != type_.value
    ):
        yield _finding(
            row.place(file),
            f"The README says that variable {row.name} is a {written}",
            f"In the module it is a {type_.value}. Correct the row.",
        )


def _without(file: str, content: bytes, row: Row) -> Edit:
    newline = content.find(b"\n", row.end)
    return Edit(file=file, start=row.start, end=len(content) if newline < 0 else newline + 1, text="")


def _row_fix(file: str, content: bytes, table: Table, block: BlockView, module: ModuleView) -> Fix | None:
    """A row after the last one, for tables whose columns we can all fill; terraform-docs sorts and links its own."""
    values = {
        "description": _description(block),
        "type": f"`{type_.value}`"
        if (type_ := block.attributes.get("type")) and "\n" not in type_.value
        else "`any`",
        "default": f"`{default.value}`" if (default := block.attributes.get("default")) else "n/a",
        "required": "no" if "default" in block.attributes else "yes",
    }
    sides = "".join(f" {values.get(title, '')} |" for title in table.columns[1:])
    if (
        table.links
        or not values.keys() >= set(table.columns[1:])
        or "\n" in sides
        or "|" in sides.replace(" |", "")
    ):
        return None
    last = table.rows[-1] if table.rows else None
    if last is None:
        return None
    newline = "\r\n" if b"\r\n" in content else "\n"
    edit = Edit(file=file, start=last.end, end=last.end, text=f"{newline}| `{block.name}` |{sides}")
    return Fix(title="Add the row", edits=(edit,), preferred=True)


def _description(block: BlockView) -> str:
    description = block.attributes.get("description")
    return (string_literal(description.value) or "") if description is not None else ""


def _finding(place: Place, summary: str, detail: str, fix: Fix | None = None) -> Finding:
    return Finding(
        check="rules",
        severity=RULE.severity,
        summary=summary,
        detail=detail,
        code=RULE.id,
        place=place,
        fix=fix,
    )


RULE = Rule(
    id="readme-matches-code",
    title="README matches code",
    severity=Severity.WARNING,
    why="Whoever uses the module reads its tables, not its files.",
    check=_check,
    fixes="a row of something that is gone is removed; a missing row is added to plain tables",
)
