"""Collections go through `for_each`, whose keys stay."""

from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.rules.count_values import counted, counts_a_collection
from aws_orchestrator.rules.rule import Rule, RuleContext


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for block, count in counted(module):
        if counts_a_collection(module, count):
            yield RULE.finding(
                module.files[count.file],
                count.start,
                count.end,
                f"{module.address(block)} counts a collection",
                "Taking an element out of the middle renumbers, and so replaces, everything after it. Use for_each "
                "over a map or set, whose keys stay.",
            )


RULE = Rule(
    id="for-each-over-count",
    title="for_each over count",
    severity=Severity.WARNING,
    why="Elements of a counted collection are known by number: a change in the middle replaces the rest.",
    check=_check,
)
