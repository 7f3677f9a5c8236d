"""No argument, block or type that the provider has deprecated."""

from collections.abc import Iterator

from aws_orchestrator.catalog import Catalog
from aws_orchestrator.findings import Finding, Severity
from aws_orchestrator.hcl.find import ModuleView, dynamic_content
from aws_orchestrator.rules.rule import Rule, RuleContext
from aws_orchestrator.rules.typed_bodies import TypedBody, typed_bodies


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    if context.catalog is None:
        return
    for typed in typed_bodies(module, context.catalog):
        address = module.address(typed.owner)
        file = module.files[typed.body.file]
        if not typed.path and typed.block.deprecated:
            yield RULE.finding(
                file,
                typed.body.header_start,
                typed.body.header_end,
                f"{typed.schema.name} is deprecated",
                "A later version of the provider will not have this type. Use what its documentation names instead.",
            )
        for name, attribute in typed.body.attributes.items():
            known = typed.block.attributes.get(name)
            # Without a required argument there is no such resource; the type's own finding says enough.
            if known is not None and known.deprecated and not known.required:
                yield RULE.finding(
                    file,
                    attribute.start,
                    attribute.end,
                    f"{address}: {typed.name(name)} is deprecated",
                    _advice(context.catalog, typed, name),
                )
        for inner in typed.body.blocks:
            content = dynamic_content(inner) or inner
            nested = typed.block.blocks.get(content.type)
            if nested is not None and nested.block.deprecated:
                yield RULE.finding(
                    file,
                    inner.header_start,
                    inner.header_end,
                    f"{address}: block {typed.name(content.type)} is deprecated",
                    _advice(context.catalog, typed, content.type),
                )


def _advice(catalog: Catalog, typed: TypedBody, name: str) -> str:
    """What to do; a setting that moved to a resource of its own has that resource's name in the provider."""
    why = "A later version of the provider will refuse it."
    if typed.schema.kind == "resource" and not typed.path:
        stem = f"{typed.schema.name}_{name}"
        names = catalog.resource_names
        # aws_s3_bucket's `logging` became aws_s3_bucket_logging, `lifecycle_rule` aws_s3_bucket_lifecycle_configuration.
        for candidate in (stem, f"{stem}_configuration", f"{stem.removesuffix('_rule')}_configuration"):
            if candidate in names:
                return f"{why} Use the resource {candidate}."
    return (
        f"{why} Leave it out, or use what the provider's documentation of {typed.schema.name} names instead."
    )


RULE = Rule(
    id="no-deprecated-arguments",
    title="No deprecated arguments",
    severity=Severity.WARNING,
    why="What is deprecated is gone in a later version of the provider, and the module then fails to plan.",
    check=_check,
    needs_catalog=True,
)
