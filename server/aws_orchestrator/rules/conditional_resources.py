"""`count` switches a resource on or off, and nothing else."""

from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.rules.count_values import counted, counts_a_collection, is_switch
from aws_orchestrator.rules.rule import Rule, RuleContext


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for block, count in counted(module):
        # A counted collection is for for-each-over-count to tell.
        if not is_switch(module, count) and not counts_a_collection(module, count):
            yield RULE.finding(
                module.files[count.file],
                count.start,
                count.end,
                f"The count of {module.address(block)} is no on/off switch",
                "Write count = CONDITION ? 1 : 0, or for_each when there can be several.",
            )


RULE = Rule(
    id="conditional-resources",
    title="Conditional resources",
    severity=Severity.WARNING,
    why="What is counted is known by number: a smaller count always removes the last, whichever was meant.",
    check=_check,
)
