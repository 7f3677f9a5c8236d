"""Arguments and companions that the AWS security standards ask for (the data is in security_controls.py)."""

from collections.abc import Iterator

from aws_orchestrator.catalog import Block, TypeSchema
from aws_orchestrator.findings import Finding, Fix, Severity
from aws_orchestrator.hcl.find import AttributeView, BlockView, ModuleView
from aws_orchestrator.hcl.references import is_literal, traversals
from aws_orchestrator.rules.permission_policy import allowing_statements
from aws_orchestrator.rules.rule import Rule, RuleContext, argument_insertion, replacement
from aws_orchestrator.rules.security_controls import (
    ANY_PRINCIPAL,
    ARGUMENT_CONTROLS,
    COMPANION_CONTROLS,
    DEFAULT_SECURITY_GROUP,
    FULL_ADMINISTRATION,
    SYMMETRIC_KEY_SPECS,
    ArgumentControl,
)

_DEPTH = 4


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    by_type: dict[str, list[BlockView]] = {}
    for block in module.resources():
        by_type.setdefault(block.labels[0], []).append(block)
    for control in ARGUMENT_CONTROLS:
        for block in by_type.get(control.type, ()):
            schema = context.catalog.resource(control.type) if context.catalog else None
            if (schema is None or _exists(schema, control.path)) and _applies(control, block):
                yield from _argument(module, control, block)
    for companion in COMPANION_CONTROLS:
        if companion.type in by_type and companion.companion not in by_type:
            block = by_type[companion.type][0]
            yield RULE.finding(
                module.files[block.file],
                block.header_start,
                block.header_end,
                f"{module.address(block)} has no {companion.companion} ({companion.id})",
                f"{_sentence(companion.because)} Add {companion.companion} for it.",
            )
    yield from _default_group_traffic(module)
    yield from _wide_permissions(module)


def _default_group_traffic(module: ModuleView) -> Iterator[Finding]:
    for group in module.resources("aws_default_security_group"):
        # Dynamic rules come from the caller, who may give none.
        for rule in (block for block in group.blocks if block.type in ("ingress", "egress")):
            yield RULE.finding(
                module.files[rule.file],
                rule.header_start,
                rule.header_end,
                f"{module.address(group)} lets traffic through ({DEFAULT_SECURITY_GROUP})",
                "Whatever is started without a security group gets this one. Leave it without rules.",
            )


def _wide_permissions(module: ModuleView) -> Iterator[Finding]:
    for statement in allowing_statements(module):
        place = (statement.file, statement.start, statement.end)
        if statement.allows_everything:
            yield RULE.finding(
                *place,
                f"A policy allows every action on every resource ({FULL_ADMINISTRATION})",
                "Whoever has it owns the account. Name the actions and the resources that are needed.",
            )
        if statement.allows_everybody:
            yield RULE.finding(
                *place,
                f"A policy allows any principal without a condition ({ANY_PRINCIPAL})",
                "Every AWS account, or everybody, may use it. Name the principals, or add a condition on the account or "
                "organisation.",
            )


def _sentence(because: str) -> str:
    return because[:1].upper() + because[1:] + "."


def _exists(schema: TypeSchema, path: tuple[str, ...]) -> bool:
    body: Block = schema.block
    for name in path[:-1]:
        nested = body.blocks.get(name)
        if nested is None:
            return False
        body = nested.block
    return path[-1] in body.attributes


def _applies(control: ArgumentControl, block: BlockView) -> bool:
    """Whether the control has a meaning for this resource.

    Only symmetric keys can be rotated, only application load balancers look at headers, and a queue with a key of its
    own has no use for the managed one.
    """
    if control.type == "aws_lb":
        kind = block.attributes.get("load_balancer_type")
        return kind is None or kind.value == '"application"'
    if control.type == "aws_sqs_queue":
        return "kms_master_key_id" not in block.attributes
    if control.type != "aws_kms_key":
        return True
    spec = block.attributes.get("customer_master_key_spec")
    return "custom_key_store_id" not in block.attributes and (
        spec is None or spec.value in SYMMETRIC_KEY_SPECS or not is_literal(spec.value)
    )


def _argument(module: ModuleView, control: ArgumentControl, block: BlockView) -> Iterator[Finding]:
    bodies = [block]
    for name in control.path[:-1]:
        inner = [nested for body in bodies for nested in body.nested(name)]
        if not inner:
            # Blocks of drives are optional; the others carry the setting, and without them it has AWS's default.
            if not control.absent_is_safe and not name.endswith("block_device"):
                yield _absent(module, control, block, None)
            return
        bodies = inner
    for body in bodies:
        attribute = body.attributes.get(control.path[-1])
        if attribute is None:
            if not control.absent_is_safe:
                yield _absent(module, control, block, body)
            continue
        found = _literal(module, attribute, _DEPTH)
        if found is not None and _is_unsafe(control, found.value):
            yield _unsafe(module, control, block, found)


def _is_unsafe(control: ArgumentControl, value: str) -> bool:
    if value == "null":
        return not control.absent_is_safe
    return value in control.unsafe or (bool(control.safe) and value not in control.safe)


def _literal(module: ModuleView, attribute: AttributeView, depth: int) -> AttributeView | None:
    """Where the literal value of an argument is written: there, in a local value or as a variable's default."""
    if is_literal(attribute.value):
        return attribute
    found = traversals(attribute.value)
    if depth == 0 or len(found) != 1 or found[0].end - found[0].start != len(attribute.value.encode()):
        return None
    root, *rest = found[0].parts
    if len(rest) != 1:
        return None
    target: AttributeView | None = None
    if root == "local":
        target = module.locals().get(rest[0])
    elif root == "var" and (variable := module.variables().get(rest[0])) is not None:
        target = variable.attributes.get("default")
    return _literal(module, target, depth - 1) if target is not None else None


def _unsafe(module: ModuleView, control: ArgumentControl, block: BlockView, found: AttributeView) -> Finding:
    path = ".".join(control.path)
    wanted = control.safe[0] if control.safe else None
    return RULE.finding(
        module.files[found.file],
        found.value_start,
        found.value_end,
        f"{module.address(block)}: {path} is {found.value} ({control.id})",
        f"{_sentence(control.because)} {f'Use {wanted}' if wanted else 'Leave it out'}.",
        fix=replacement(f"Use {wanted}", found, wanted) if wanted and len(control.safe) == 1 else None,
    )


def _absent(
    module: ModuleView, control: ArgumentControl, block: BlockView, body: BlockView | None
) -> Finding:
    path = ".".join(control.path)
    file = module.files[block.file]
    fix = None
    if body is not None and len(control.safe) == 1:
        line = f"{control.path[-1]} = {control.safe[0]}"
        fix = Fix(title=f"Add {line}", edits=(argument_insertion(file, body, line),), preferred=True)
    return RULE.finding(
        file,
        block.header_start,
        block.header_end,
        f"{module.address(block)} does not set {path} ({control.id})",
        f"{_sentence(control.because)} Set {path}{f' = {control.safe[0]}' if control.safe else ''}.",
        fix=fix,
    )


RULE = Rule(
    id="security-enforcement",
    title="Security enforcement",
    severity=Severity.WARNING,
    why="What is left open by default is found by others first.",
    check=_check,
    fixes="an argument with one safe value is set to it",
)
