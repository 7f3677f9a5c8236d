"""Every example and every file of the tests is HCL that Terraform can read."""

import posixpath
from collections.abc import Iterator
from functools import lru_cache

from aws_orchestrator.findings import Finding, Severity, place_in
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.hcl.syntax import first_error
from aws_orchestrator.rules.rule import Rule, RuleContext

_FOLDERS = frozenset({"examples", "example", "tests"})
_HCL = (".tf", ".tftest.hcl", ".tfmock.hcl", ".tfvars")


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for path in sorted(context.files):
        top, _, rest = path.partition("/")
        if not rest or top not in _FOLDERS or not path.endswith(_HCL):
            continue
        if path.endswith(".tftest.hcl") and posixpath.dirname(path) == "tests":
            continue  # validate reads these itself, and says it better
        content = context.files[path]
        broken = _first_error(content)
        if broken is not None:
            start, end, message = broken
            yield Finding(
                check="rules",
                severity=RULE.severity,
                summary=f"{path} cannot be read",
                detail=f"{message[:1].upper()}{message[1:]}. {RULE.why}",
                code=RULE.id,
                place=place_in(path, content, start, end),
            )


@lru_cache(maxsize=2048)
def _first_error(content: bytes) -> tuple[int, int, str] | None:
    # Examples seldom change while their module is edited, and parsing them is most of what all rules cost.
    return first_error(content)


RULE = Rule(
    id="examples-parse",
    title="Examples and tests parse",
    severity=Severity.ERROR,
    why="An example is the first thing that is copied, and nothing else reads it before that.",
    check=_check,
)
