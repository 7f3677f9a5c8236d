"""docs/rules.md, written from the rules: `python -m aws_orchestrator.rules.page > docs/rules.md`."""

import sys

from aws_orchestrator.rules import all_rules
from aws_orchestrator.rules.security_controls import ARGUMENT_CONTROLS, COMPANION_CONTROLS, ArgumentControl

_INTRODUCTION = """\
# Quality rules

<!-- Written by `python -m aws_orchestrator.rules.page`; a test holds page and code together. -->

The quality rules as checks on any module: its own `.tf` files, not those of nested modules, with its README and with
the examples and tests only where a rule says so. A finding says what is wrong, why it matters and what to do; where
there is one right edit it carries that edit as a fix. Errors make a module invalid. Warnings and information do not,
except in what we generate ourselves, where any warning counts as a defect. A rule can be switched off by its id, in the
settings (`disabled_rules`) or with `check --rule-off ID`; comments in code cannot.
"""

_ADDING = """\
## Adding a rule

One file in `server/aws_orchestrator/rules/` that defines `RULE = Rule(…)` with an id, a title, a severity, the
reason and a `check(module, context)` that yields findings (`RULE.finding(file, start, end, summary, detail)`). The
folder is searched, there is no list to add it to. Then write this page again.

## What the rules cannot see

Policies written as JSON text, values that only a caller or a plan knows, `.tf.json` files. A value is followed
through local values and the defaults of variables, not through modules. Without a catalog of the provider the rules
that need one are silent, and the result says so; so is `constrained-inputs` where nothing was learned of the
provider's code; where it was learned of another version, there is no fix. Inputs are followed where an argument is a
whole variable (`var.x`), not through objects, local values or other modules. In a repository (`check --recursive`)
examples and tests are checked as modules, but not held to the quality rules.
"""


def rules_page() -> str:
    """The page as Markdown."""
    lines = [_INTRODUCTION, "| rule | severity | why | fix |", "|---|---|---|---|"]
    for rule in all_rules():
        needs = " (needs a catalog)" if rule.needs_catalog else ""
        if rule.needs_knowledge:
            needs = " (needs a catalog and what was learned of its checks)"
        lines.append(
            f"| **{rule.title}**<br>`{rule.id}`{needs} | {rule.severity.value} | {rule.why} | {rule.fixes or 'none'} |"
        )
    lines += [
        "",
        "Credentials found by `never-hardcode-values` are errors. A lower bound that only lacks its last numbers",
        "(`>= 5.40`) is information. So are inputs whose length or format is constrained (`constrained-inputs` warns of",
        "lists of values and of ranges) and open ports 80 and 443 (`open-ingress`).",
        "",
        "A variable says that it opens a port when its name or description does (public, internet, anywhere, everybody,",
        "`0.0.0.0/0`), or when it switches the rule on (`count`, `for_each`). Test files that Terraform's own validate reads",
        "are left to it by `examples-parse`. README tables count below a heading with the word inputs, variables or",
        "outputs and with the name in the first column, written by hand or by terraform-docs.",
        "",
        "## Security controls",
        "",
        "Ids are those of the AWS Foundational Security Best Practices standard.",
        "",
        "| control | resource | must be so | because |",
        "|---|---|---|---|",
    ]
    for control in ARGUMENT_CONTROLS:
        lines.append(
            f"| {control.id} | `{control.type}` | `{'.'.join(control.path)}` {_wanted(control)} | {control.because} |"
        )
    for companion in COMPANION_CONTROLS:
        lines.append(
            f"| {companion.id} | `{companion.type}` | has a `{companion.companion}` | {companion.because} |"
        )
    lines += [
        "",
        "Beside the table: rules in a default security group (EC2.2), policies that allow every action on everything",
        "(IAM.1), or any principal without a condition (S3.2, SNS.4, SQS.3). `open-ingress` is EC2.18.",
        "",
        _ADDING.rstrip(),
        "",
    ]
    return "\n".join(lines)


def _wanted(control: ArgumentControl) -> str:
    if control.safe:
        text = "is " + " or ".join(f"`{value}`" for value in control.safe)
    elif control.unsafe:
        text = "is not " + " or ".join(f"`{value}`" for value in control.unsafe)
    else:
        text = "is set"
    return f"{text}, or left out" if control.absent_is_safe else text


if __name__ == "__main__":
    sys.stdout.write(rules_page())
