"""A region, zone, account or ARN that is written out: taken from a data source, or from a variable."""

import re
from collections.abc import Iterator

from aws_orchestrator.findings import Edit, Finding, Fix
from aws_orchestrator.fixes.declare import (
    added_blocks,
    data_source,
    is_declared,
    region_attribute,
    variable_block,
)
from aws_orchestrator.fixes.missing_argument import merged
from aws_orchestrator.fixes.remedy import Remedy
from aws_orchestrator.fixes.site import Site
from aws_orchestrator.hcl.edit_blocks import argument_removal, attribute_value
from aws_orchestrator.hcl.references import string_literal

_RULE = "never-hardcode-values"
_PARTITION = re.compile(r"arn:(?P<partition>aws[a-z-]*):")


def _propose(finding: Finding, site: Site) -> Iterator[Fix]:
    attribute, top = site.attribute, site.top
    if finding.code != _RULE or attribute is None or top is None:
        return
    if top.type == "variable" and attribute.name == "default":
        yield Fix(title="Leave the default out", edits=(argument_removal(site.file, attribute),))
        return
    if finding.summary.startswith("Region") and top.type == "provider":
        yield _variable(site, "region", "AWS region in which the module works.", preferred=True)
    elif finding.summary.startswith("Region"):
        yield _from_data(site, "aws_region", region_attribute(site.module))
        yield _variable(site, "region", "AWS region in which the module works.")
    elif finding.summary.startswith("Availability zone"):
        yield _variable(
            site, "availability_zone", "Availability zone in which the module works.", preferred=True
        )
    elif finding.summary.startswith("Account id"):
        yield _from_data(site, "aws_caller_identity", "account_id")
        yield _variable(site, "account_id", "Id of the AWS account, 12 digits.")
    elif "artition" in finding.summary and finding.fix is None:
        yield _from_data(site, "aws_partition", "partition")


def _from_data(site: Site, type_: str, attribute: str) -> Fix:
    address, declared = data_source(site.module, type_, site.place.file)
    expression = f"{address}.{attribute}"
    edits = [_said(site, expression), *declared]
    return Fix(title=f"Use {expression}", edits=merged(edits), preferred=True)


def _variable(site: Site, name: str, description: str, *, preferred: bool = False) -> Fix:
    declared = (
        [] if is_declared(site.module, name, "string") else [variable_block(name, "string", description)]
    )
    edits = [_said(site, f"var.{name}"), *added_blocks(site.module, "variable", declared, site.place.file)]
    return Fix(title=f"Use the variable {name}", edits=merged(edits), preferred=preferred)


def _said(site: Site, expression: str) -> Edit:
    """The literal as the expression: alone when it is the whole value, else inside of the text around it."""
    place, attribute = site.place, site.attribute
    assert attribute is not None
    literal = string_literal(attribute.value)
    if literal is not None and literal == site.text.strip('"'):
        return attribute_value(attribute, expression)
    content = site.file.content
    if content[place.start - 1 : place.start] == b'"' == content[place.end : place.end + 1]:
        return Edit(file=place.file, start=place.start - 1, end=place.end + 1, text=expression)
    partition = _PARTITION.fullmatch(site.text)
    text = f"arn:${{{expression}}}:" if partition else f"${{{expression}}}"
    return Edit(file=place.file, start=place.start, end=place.end, text=text)


REMEDY = Remedy(
    id="literal-place",
    title="a literal region, zone, account or partition is taken from a data source or a variable, which is declared",
    propose=_propose,
)
