"""Nothing is open to the whole internet unless a variable says so."""

import re
from collections.abc import Iterator

from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.expressions import list_items, text
from aws_orchestrator.hcl.find import AttributeView, BlockView, FileView, ModuleView
from aws_orchestrator.hcl.references import string_literal, traversals_in
from aws_orchestrator.rules.rule import Rule, RuleContext
from aws_orchestrator.rules.security_controls import OPEN_INGRESS, OPEN_RANGES, PUBLIC_WEB_PORTS

_RANGES = ("cidr_blocks", "ipv6_cidr_blocks", "cidr_ipv4", "cidr_ipv6")
_SWITCHES = ("count", "for_each")
_SAYS_SO = re.compile(
    r"public|internet|anywhere|everywhere|everybody|everyone|world|0\.0\.0\.0/0|::/0", re.IGNORECASE
)


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    variables = module.variables()
    told: set[str] = set()
    for owner, rule, switched in _ingress(module):
        for name in _RANGES:
            attribute = rule.attributes.get(name)
            if attribute is None:
                continue
            file = module.files[attribute.file]
            found = _open_range(file, attribute)
            if found is not None and not switched:
                yield RULE.finding(
                    file,
                    attribute.value_start,
                    attribute.value_end,
                    f"{module.address(owner)} is open to {found} ({OPEN_INGRESS})",
                    "The whole internet can reach it, and no caller can change that. Take the allowed ranges from a "
                    "variable without an open default, or allow another security group.",
                    severity=Severity.INFORMATION if _public_web(rule) else None,
                )
            for reference in traversals_in(attribute.expression, file.content):
                variable = variables.get(reference.parts[-1]) if reference.parts[:-1] == ("var",) else None
                if variable is not None and variable.name not in told:
                    told.add(variable.name)
                    yield from _default(module, owner, variable)


def _ingress(module: ModuleView) -> Iterator[tuple[BlockView, BlockView, bool]]:
    """Every rule for incoming traffic with its resource, and whether a variable switches it on."""
    for group in module.resources("aws_security_group"):
        on = _switched(module, group)
        plain = [block for block in group.blocks if block.type == "ingress"]
        yield from ((group, rule, on) for rule in plain)
        for rule in group.nested("ingress"):
            if rule not in plain:
                # A dynamic block: what it goes over decides whether there is one.
                dynamic = next(
                    block for block in group.blocks if block.start <= rule.start and rule.end <= block.end
                )
                yield group, rule, on or _switched(module, dynamic)
    for rule in module.resources("aws_vpc_security_group_ingress_rule"):
        yield rule, rule, _switched(module, rule)
    for rule in module.resources("aws_security_group_rule"):
        direction = rule.attributes.get("type")
        if direction is not None and direction.value == '"ingress"':
            yield rule, rule, _switched(module, rule)


def _public_web(rule: BlockView) -> bool:
    ports = {rule.attributes[name].value for name in ("from_port", "to_port") if name in rule.attributes}
    return len(ports) == 1 and ports <= PUBLIC_WEB_PORTS


def _switched(module: ModuleView, block: BlockView) -> bool:
    """Whether a variable, named as itself or through a local value, decides if there is such a thing."""
    content = module.files[block.file].content
    return any(
        reference.parts[0] in ("var", "local")
        for name in _SWITCHES
        if (switch := block.attributes.get(name)) is not None
        for reference in traversals_in(switch.expression, content)
    )


def _default(module: ModuleView, owner: BlockView, variable: BlockView) -> Iterator[Finding]:
    default = variable.attributes.get("default")
    if default is None:
        return
    file = module.files[variable.file]
    found = _open_range(file, default)
    description = variable.attributes.get("description")
    says_so = _SAYS_SO.search(f"{variable.name} {description.value if description else ''}")
    if found is not None and says_so is None:
        yield RULE.finding(
            file,
            default.value_start,
            default.value_end,
            f"Variable {variable.name} opens {module.address(owner)} to {found} by default ({OPEN_INGRESS})",
            "Whoever leaves it out is reachable from the whole internet and is not told. Leave the default out, or say "
            "in its description that it is public.",
        )


def _open_range(file: FileView, attribute: AttributeView) -> str | None:
    items = list_items(attribute.expression)
    written = [attribute.value] if items is None else [text(item, file.content) for item in items]
    return next((plain for item in written if (plain := string_literal(item)) in OPEN_RANGES), None)


RULE = Rule(
    id="open-ingress",
    title="No open ingress",
    severity=Severity.WARNING,
    why="What the whole internet can reach is found within minutes.",
    check=_check,
)
