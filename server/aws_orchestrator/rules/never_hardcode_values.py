"""Regions, zones, account ids, partitions and credentials are inputs, never literals."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from tree_sitter import Node

from aws_orchestrator.findings import Edit, Finding, Fix, Severity
from aws_orchestrator.hcl.expressions import ancestors, text
from aws_orchestrator.hcl.find import AttributeView, FileView, ModuleView
from aws_orchestrator.hcl.pieces import pieces
from aws_orchestrator.hcl.references import string_literal
from aws_orchestrator.rules.rule import Rule, RuleContext

_AREAS = rb"af|ap|ca|cn|eu|eusc|il|me|mx|sa|us"
_DIRECTIONS = rb"central|east|west|(?:north|south)(?:east|west)?"
_LITERAL = re.compile(
    rb"(?P<key>(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"
    rb"|-----BEGIN [A-Z ]*PRIVATE KEY-----)"
    rb"|(?P<partition>(?<![\w-])arn:aws[a-z-]*:)(?=[^\s\"]*)"
    rb"|(?P<region>(?<![\w-])(?:"
    + _AREAS
    + rb")(?:-(?:gov|iso[a-z]?|de))?-(?:"
    + _DIRECTIONS
    + rb")-[0-9]{1,2})"
    rb"(?P<zone>[a-z])?(?!\w)"
)
_ACCOUNT = re.compile(rb"(?<![\w-])arn:[^:\s\"]*:[^:\s\"]*:[^:\s\"]*:(?P<account>[0-9]{12}):")
_KEPT_BYTES = 8_192
"""Bytes of a piece from which what is found in it is not kept."""
_ACCOUNT_ID = re.compile(r"[0-9]{12}")
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|secret_key|secret_access_key|secret_string|auth_token)$"
)
_PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b"})
# Texts for people, and conditions that recognise a value instead of using it.
_PROSE = frozenset({"description", "error_message"})
_CONDITIONS = frozenset({"validation", "precondition", "postcondition", "assert"})


class _Match(NamedTuple):
    """What a pattern found in a file."""

    start: int
    end: int
    groups: Mapping[str, tuple[int, int]]
    """By name, the places of the groups that took part."""


def _matches(pattern: re.Pattern[bytes], content: bytes) -> Iterator[_Match]:
    """What a pattern finds in a file, in its order; in pieces that were searched before nothing is searched again."""
    shift = 0
    for piece in pieces(content):
        search = _kept_matches if len(piece) <= _KEPT_BYTES else _kept_matches.__wrapped__
        for found in search(pattern, piece):
            groups = {name: (start + shift, end + shift) for name, (start, end) in found.groups.items()}
            yield _Match(found.start + shift, found.end + shift, groups)
        shift += len(piece)


@lru_cache(maxsize=4_096)
def _kept_matches(pattern: re.Pattern[bytes], piece: bytes) -> tuple[_Match, ...]:
    # No pattern here matches across the end of a line, and pieces end with lines.
    return tuple(
        _Match(*match.span(), {name: match.span(name) for name, text in match.groupdict().items() if text})
        for match in pattern.finditer(piece)
    )


def _check(module: ModuleView, context: RuleContext) -> Iterator[Finding]:
    for file in module.files.values():
        yield from _literals(module, file)
        yield from _accounts(file)
    yield from _secrets(module)
    yield from _account_arguments(module)
    yield from _partition_arguments(module)


def _literals(module: ModuleView, file: FileView) -> Iterator[Finding]:
    for match in _matches(_LITERAL, file.content):
        start, end = match.start, match.end
        place = _Literal.at(file, start, end)
        if place is None:
            continue
        if "key" in match.groups:
            yield RULE.finding(
                file,
                start,
                end,
                "A credential is written in the module",
                "Whoever can read the file can use it, and version control keeps it for ever. Revoke it, "
                "then take it from the environment, a role or Secrets Manager.",
                severity=Severity.ERROR,
            )
        elif place.prose or place.condition:
            continue
        elif "partition" in match.groups and place.default:
            yield RULE.finding(
                file,
                start,
                end,
                "An ARN is the default of a variable",
                "It names a partition, and often an account and a region, for every caller who leaves the variable out. "
                "Leave the default out, or make it null and build the ARN in a local value.",
            )
        elif "partition" in match.groups and not place.variable:
            partition = file.text(start, end)
            yield RULE.finding(
                file,
                start,
                end,
                f'The partition of an ARN is written out: "{partition}"',
                "The ARN is wrong in the China and GovCloud partitions. Use the partition of a data source: "
                "arn:${data.aws_partition.current.partition}:…",
                fix=_partition_fix(module, file, start, end),
            )
        elif "region" in match.groups and not place.compared and not place.key:
            kind = "Availability zone" if "zone" in match.groups else "Region"
            source = "data.aws_availability_zones" if "zone" in match.groups else "data.aws_region.current"
            yield RULE.finding(
                file,
                start,
                end,
                f'{kind} "{file.text(start, end)}" is written out',
                f"The module works in no other place. Make it a variable without this default, or use {source}.",
            )


def _accounts(file: FileView) -> Iterator[Finding]:
    for match in _matches(_ACCOUNT, file.content):
        start, end = match.groups["account"]
        place = _Literal.at(file, start, end)
        if place is not None and not place.prose and not place.condition:
            yield _account(file, start, end)


def _account_arguments(module: ModuleView) -> Iterator[Finding]:
    for top in module.blocks():
        for block in top.walk():
            for name, attribute in block.attributes.items():
                named = top.name if block is top and top.type == "variable" and name == "default" else name
                literal = string_literal(attribute.value) if "account" in named else None
                if literal and _ACCOUNT_ID.fullmatch(literal):
                    yield _account(module.files[block.file], attribute.value_start, attribute.value_end)


def _partition_arguments(module: ModuleView) -> Iterator[Finding]:
    for top in module.blocks():
        for block in top.walk():
            for name, attribute in block.attributes.items():
                named = top.name if block is top and top.type == "variable" and name == "default" else name
                if named.endswith("partition") and string_literal(attribute.value) in _PARTITIONS:
                    yield RULE.finding(
                        module.files[block.file],
                        attribute.value_start,
                        attribute.value_end,
                        f"Partition {attribute.value} is written out",
                        "The module works in no other partition. Use data.aws_partition.current.partition.",
                    )


def _account(file: FileView, start: int, end: int) -> Finding:
    return RULE.finding(
        file,
        start,
        end,
        f"Account id {file.text(start, end)} is written out",
        "The module belongs to one account. Make it a variable, or use data.aws_caller_identity.current.account_id.",
    )


def _secrets(module: ModuleView) -> Iterator[Finding]:
    for block in (*module.resources(), *module.blocks("provider"), *module.blocks("variable")):
        for name, attribute in block.attributes.items():
            named = block.name if block.type == "variable" and name == "default" else name
            if _SECRET_NAME.search(named):
                yield from _secret(module.files[block.file], attribute, named)


def _secret(file: FileView, attribute: AttributeView, named: str) -> Iterator[Finding]:
    if string_literal(attribute.value):
        yield RULE.finding(
            file,
            attribute.value_start,
            attribute.value_end,
            f'A secret is written out: the value of "{named}"',
            "It ends in version control and in the state. Take it from a sensitive variable without a default, or "
            "let the service manage it.",
            severity=Severity.ERROR,
        )


def _partition_fix(module: ModuleView, file: FileView, start: int, end: int) -> Fix | None:
    source = next(module.data("aws_partition"), None)
    if source is None:
        return None
    text_ = f"arn:${{{module.address(source)}.partition}}:"
    return Fix(
        title=f"Use {module.address(source)}.partition",
        edits=(Edit(file=file.file, start=start, end=end, text=text_),),
        preferred=True,
    )


class _Literal:
    """Where a literal stands: what it is part of decides whether it counts."""

    __slots__ = ("compared", "condition", "default", "key", "prose", "variable")

    def __init__(self) -> None:
        self.prose = self.condition = self.compared = self.key = self.variable = self.default = False

    @classmethod
    def at(cls, file: FileView, start: int, end: int) -> "_Literal | None":
        """The surroundings of a byte range, or None in a comment, a label or a broken place."""
        node = file.root.descendant_for_byte_range(start, end)
        if node is None or node.type == "comment":
            return None
        result = cls()
        attribute = False
        inner = node
        for outer in ancestors(node):
            result._meet(outer, inner, file.content, inside_attribute=attribute)
            attribute = attribute or outer.type == "attribute"
            inner = outer
        return result if attribute else None

    def _meet(self, outer: Node, inner: Node, content: bytes, *, inside_attribute: bool) -> None:
        if outer.type == "attribute":
            name = text(outer.children[0], content)
            self.prose = self.prose or name in _PROSE
            self.default = name == "default"
        elif outer.type == "binary_operation":
            self.compared = self.compared or any(child.type in ("==", "!=") for child in outer.children)
        elif outer.type == "object_elem":
            self.key = self.key or outer.children[0] == inner
        elif outer.type == "block" and inside_attribute:
            kind = text(outer.children[0], content)
            self.condition = self.condition or kind in _CONDITIONS
            self.variable = self.variable or kind == "variable"
            # The default of a variable, not an argument of that name somewhere else.
            self.default = self.default and self.variable


RULE = Rule(
    id="never-hardcode-values",
    title="Never hardcode values",
    severity=Severity.WARNING,
    why="A module with a region, an account or a credential in it serves one place, or gives away a secret.",
    check=_check,
    fixes="a literal partition becomes that of the module's aws_partition data source",
)
