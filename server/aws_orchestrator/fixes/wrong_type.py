"""A value of another type than the argument takes: converted where it is plain what is meant."""

import re
from collections.abc import Iterator

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.declare import (
    added_blocks,
    free_name,
    is_declared,
    phrase,
    variable_block,
    variable_type,
)
from aws_orchestrator.fixes.missing_argument import merged
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Body, Site
from aws_orchestrator.hcl.edit_blocks import argument_removal, attribute_value
from aws_orchestrator.hcl.expressions import list_items
from aws_orchestrator.hcl.find import AttributeView
from aws_orchestrator.hcl.references import is_literal, string_literal, traversals

_SUMMARIES = ("Incorrect attribute value type", "Invalid default value for variable", "Inappropriate value")
_TRUE = frozenset({"true", "yes", "on", "1", "enabled", "enable"})
_FALSE = frozenset({"false", "no", "off", "0", "disabled", "disable"})
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    attribute = site.attribute
    if attribute is None or not finding.summary.startswith(_SUMMARIES):
        return
    if site.top is not None and site.top.type == "variable" and attribute.name == "default":
        yield from _default(site, attribute)
        return
    known = site.body.content.attributes.get(attribute.name) if site.body is not None else None
    if site.body is None or known is None:
        return
    value = converted(attribute, site.file.content, known.type)
    if value:
        yield Fix(title=f"Write {_short(value)}", edits=(attribute_value(attribute, value),), preferred=True)
    yield _variable(site, site.body, attribute, known.type)


def converted(attribute: AttributeView, content: bytes, wanted: CtyType) -> str:
    """The value as one of the wanted type; empty when it is not plain what is meant."""
    written, literal = attribute.value, string_literal(attribute.value)
    items = list_items(attribute.expression)
    if wanted in ("bool", "number", "string") and items is not None and len(items) == 1:
        return content[items[0].start_byte : items[0].end_byte].decode(errors="replace")
    if wanted == "bool" and (literal or written).lower() in _TRUE | _FALSE:
        return "true" if (literal or written).lower() in _TRUE else "false"
    if wanted == "number" and literal is not None and (found := _NUMBER.match(literal.strip())):
        return found[0]
    if isinstance(wanted, list) and wanted[0] in ("list", "set") and items is None and "<<" not in written:
        referred = traversals(written)
        one_value = literal is not None or is_literal(written) or len(referred) == 1
        return f"[{written}]" if isinstance(wanted[1], str) and one_value else ""
    return ""


def _variable(site: Site, body: Body, attribute: AttributeView, wanted: CtyType) -> Fix:
    module, type_ = site.module, variable_type(wanted)
    name = free_name(module, attribute.name, type_, body.owner.name)
    declared = []
    if not is_declared(module, name, type_):
        description = f"{phrase(attribute.name)} of {module.view.address(body.owner)}."
        limits = module.limits(body.schema, body.path, attribute.name)
        declared.append(variable_block(name, type_, description, limits))
    edits = [
        attribute_value(attribute, f"var.{name}"),
        *added_blocks(module, "variable", declared, attribute.file),
    ]
    return Fix(title=f"Use the variable {name} ({type_.partition('(')[0]})", edits=merged(edits))


def _default(site: Site, default: AttributeView) -> Iterator[Fix]:
    assert site.top is not None
    type_ = site.top.attributes.get("type")
    if type_ is None:
        return
    wanted = _simple(type_.value)
    if wanted is not None:
        value = converted(default, site.file.content, wanted)
        if value:
            yield Fix(
                title=f"Write {_short(value)}", edits=(attribute_value(default, value),), preferred=True
            )
    plain = _type_of(default)
    if plain and plain != type_.value:
        edit = Edit(file=type_.file, start=type_.value_start, end=type_.value_end, text=plain)
        yield Fix(title=f"Make the variable a {plain}", edits=(edit,))
    yield Fix(title="Leave the default out", edits=(argument_removal(site.file, default),))


def _simple(written: str) -> CtyType | None:
    match = re.fullmatch(
        r"(?:(list|set)\((string|number|bool)\)|(string|number|bool))", "".join(written.split())
    )
    if match is None:
        return None
    return [match[1], match[2]] if match[1] else str(match[3])


def _type_of(default: AttributeView) -> str:
    if string_literal(default.value) is not None:
        return "string"
    if default.value in ("true", "false"):
        return "bool"
    return "number" if _NUMBER.fullmatch(default.value) else ""


def _short(value: str) -> str:
    plain = " ".join(value.split())
    return plain if len(plain) <= 40 else f"{plain[:39]}…"


REMEDY = Remedy(
    id="wrong-type",
    title="a value of another type is converted where it is plain what is meant, or becomes a typed variable",
    propose=_propose,
)
