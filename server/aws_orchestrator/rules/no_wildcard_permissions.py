"""Policies name the actions and principals that they allow."""

from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.find import ModuleView
from aws_orchestrator.rules.permission_policy import Statement, allowing_statements
from aws_orchestrator.rules.rule import Rule, RuleContext


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for statement in allowing_statements(module):
        # Every action on everything, and everybody, are for security-enforcement to tell.
        if not statement.allows_everything:
            yield from _actions(statement)
        for principal in statement.principals:
            if principal.text != "*" and "*" in principal.text:
                yield RULE.finding(
                    statement.file,
                    principal.start,
                    principal.end,
                    f'A policy allows every principal like "{principal.text}"',
                    "AWS does not expand wildcards in principals: this either fails or means more than it says. Name "
                    "the principals, or use a condition on aws:PrincipalArn.",
                )


def _actions(statement: Statement) -> Iterator[Finding]:
    for action in statement.actions:
        service, colon, name = action.text.partition(":")
        if action.text == "*":
            what, narrower = "every action of every service", "the actions that are needed"
        elif colon and name == "*" and not _key_policy(statement, service):
            what, narrower = f"every action of {service}", f"those that are needed, as {service}:Get*"
        else:
            continue
        yield RULE.finding(
            statement.file,
            action.start,
            action.end,
            f"A policy allows {what}",
            f"It includes deleting, and changing the permissions themselves. Name {narrower}.",
        )


def _key_policy(statement: Statement, service: str) -> bool:
    # A key's own policy must let its account administer it, or nobody can: AWS writes kms:* there itself.
    return service == "kms" and any(resource.text == "*" for resource in statement.resources)


RULE = Rule(
    id="no-wildcard-permissions",
    title="No wildcard permissions",
    severity=Severity.WARNING,
    why="A wildcard also allows what the service learns to do next year.",
    check=_check,
)
