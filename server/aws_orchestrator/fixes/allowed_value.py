"""A value that the provider refuses: the allowed ones, or the nearest limit of a range."""

from collections.abc import Iterator

from aws_orchestrator.blueprint.render import quote
from aws_orchestrator.catalog import nearest
from aws_orchestrator.catalog.knowledge import Fact
from aws_orchestrator.findings import Finding, Fix
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site
from aws_orchestrator.hcl.edit_blocks import attribute_value
from aws_orchestrator.hcl.find import AttributeView
from aws_orchestrator.hcl.references import string_literal

_MOST_OFFERED = 15


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    body, attribute = site.body, site.attribute
    if body is None or attribute is None or finding.check != "validate":
        return
    checks = site.module.checks(body.schema, body.path)
    fact = checks.facts.get(attribute.name) if checks else None
    if fact is None or not _refused(fact, attribute):
        return
    if fact.values:
        yield from _values(fact, attribute)
    elif fact.low is not None or fact.high is not None:
        number = float(attribute.value)
        limit = fact.low if fact.low is not None and number < fact.low else fact.high
        if limit is not None:
            yield _value(attribute, f"{limit:.15g}", preferred=False)


def _refused(fact: Fact, attribute: AttributeView) -> bool:
    literal = string_literal(attribute.value)
    if literal is not None:
        return bool(fact.complaint(literal))
    try:
        return bool(fact.complaint(float(attribute.value)))
    except ValueError:
        return False  # an expression: nobody knows which of its parts is wrong


def _values(fact: Fact, attribute: AttributeView) -> Iterator[Fix]:
    written = string_literal(attribute.value) or attribute.value
    texts = [str(value) for value in fact.values]
    same = [text for text in texts if text.casefold() == written.casefold()]
    near = same or list(nearest(written, texts))
    ordered = [*near, *(text for text in texts if text not in near)]
    texts_only = all(isinstance(value, str) for value in fact.values)
    for text in ordered[:_MOST_OFFERED]:
        yield _value(attribute, quote(text) if texts_only else text, preferred=near == [text])


def _value(attribute: AttributeView, text: str, *, preferred: bool) -> Fix:
    return Fix(
        title=f"Set {attribute.name} to {text}",
        edits=(attribute_value(attribute, text),),
        preferred=preferred,
    )


REMEDY = Remedy(
    id="allowed-value",
    title="a value that the provider refuses: each allowed one is offered, the most similar first; for a range its limit",
    propose=_propose,
)
