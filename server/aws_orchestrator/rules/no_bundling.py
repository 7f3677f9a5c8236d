"""Each thing in its file: exactly the declared files, and never everything in main.tf."""

from collections.abc import Iterator

from aws_orchestrator.findings import Edit, Finding, Fix, Severity
from aws_orchestrator.hcl.find import BlockView, FileView, ModuleView
from aws_orchestrator.rules.rule import Rule, RuleContext

_HOMES = {"variable": "variables.tf", "output": "outputs.tf", "terraform": "versions.tf"}


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    if context.declared_files is not None:
        yield from _against_declared(module, context.declared_files)
    main = module.files.get("main.tf")
    if main is None:
        return
    for block in main.blocks:
        home = _HOMES.get(block.type)
        if home is not None:
            what = " ".join((block.type, *block.labels))
            yield RULE.finding(
                main,
                block.header_start,
                block.header_end,
                f"{what} is in main.tf",
                f"Readers look for it in {home}. Move it there.",
                fix=_move(module, main, block, home),
            )


def _against_declared(module: ModuleView, declared: frozenset[str]) -> Iterator[Finding]:
    wanted = {name for name in declared if name.endswith(".tf") and "/" not in name}
    for name in sorted(wanted - module.files.keys()):
        yield Finding(
            check="rules",
            severity=RULE.severity,
            code=RULE.id,
            summary=f"{name} is declared but was not written",
            detail="The skill declares the files of the module; write this one, or take it out of the skill.",
        )
    for name in sorted(module.files.keys() - wanted):
        file = module.files[name]
        yield RULE.finding(
            file,
            0,
            0,
            f"{name} is not declared",
            "The skill declares the files of the module; move the content to a declared file, or declare this one.",
        )


def _move(module: ModuleView, main: FileView, block: BlockView, home: str) -> Fix | None:
    target = module.files.get(home)
    if target is None or target.error is not None:
        return None
    end = block.end
    # With its line end and one blank line after it, so that no gap stays.
    for _ in range(2):
        newline = main.content.find(b"\n", end)
        if newline != -1 and not main.content[end:newline].strip():
            end = newline + 1
    tail = target.content[-1:]
    gap = "" if not target.content else "\n" if tail == b"\n" else "\n\n"
    moved = Edit(
        file=home,
        start=len(target.content),
        end=len(target.content),
        text=f"{gap}{main.text(block.start, block.end)}\n",
    )
    cut = Edit(file=main.file, start=block.start, end=end, text="")
    return Fix(title=f"Move it to {home}", edits=(cut, moved), preferred=True)


RULE = Rule(
    id="no-bundling",
    title="No bundling",
    severity=Severity.WARNING,
    why="In a module that is one file, inputs, outputs and versions cannot be found or reviewed by themselves.",
    check=_check,
    fixes="the block is moved to its file, when that is there",
)
