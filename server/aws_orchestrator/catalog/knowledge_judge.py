"""Judging a configuration as the provider's own code would, from the facts that were learned of it.

The rules behind it were seen on hashicorp/aws 5.100.0 and are listed in docs/knowledge.md: where the SDK and the framework
differ, and what is never judged because it is not known.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from aws_orchestrator.catalog.knowledge_facts import Checks, Fact, Group, TypeChecks, is_known
from aws_orchestrator.catalog.knowledge_shape import Child, Shape, Shapes
from aws_orchestrator.catalog.model import Attribute, Block, TypeSchema
from aws_orchestrator.catalog.plugin.messages import Diagnostic, Key, Path, Severity
from aws_orchestrator.catalog.plugin.values import UNKNOWN, holds_unknown

Complaint: TypeAlias = Diagnostic
"""One complaint about a configuration: severity, summary, detail, attribute path."""

_NO_CHECKS = Checks()
_KEPT_SHAPES = 256


def judge(schema: TypeSchema, checks: TypeChecks | None, config: Any) -> tuple[Complaint, ...]:
    """The complaints about a decoded configuration of that type; None is null, UNKNOWN an unknown value.

    Without checks only what the schema itself says is told: deprecated arguments.
    """
    if not isinstance(config, dict):
        return ()
    known = checks or TypeChecks(_NO_CHECKS)
    judging = _Judging(known)
    if schema.block.deprecated:
        judging.say((), f"{schema.name} is deprecated", "The provider will remove this type.", "warning")
    judging.object(_SHAPES.of(schema.block), known.checks, config, ())
    return tuple(judging.said)


class _KeptShapes:
    """The shapes of the blocks that were judged last: types are few in a module and judged again and again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[Block, Shape]] = OrderedDict()

    def of(self, block: Block) -> Shape:
        known = self._kept.get(id(block))
        if known is None:
            known = self._kept[id(block)] = (block, Shapes().of_block(block))
            if len(self._kept) > _KEPT_SHAPES:
                self._kept.popitem(last=False)
        return known[1]


_SHAPES = _KeptShapes()


class _Judging:
    """One pass over one configuration."""

    def __init__(self, known: TypeChecks) -> None:
        self._known = known
        self.said: list[Complaint] = []

    def say(self, path: Path, summary: str, detail: str, severity: Severity = "error") -> None:
        self.said.append(Diagnostic(severity, summary, detail, path))

    def object(self, shape: Shape, checks: Checks, value: Mapping[str, Any], path: Path) -> None:
        for name, leaf in shape.leaves.items():
            self._leaf(leaf, checks.facts.get(name), value.get(name), path, name)
        for name, child in shape.children.items():
            fact = checks.facts.get(name)
            given = value.get(name)
            if given is not None and not child.settable:
                self._unsettable(None, (*path, name), name)
            elif not given or given is UNKNOWN:
                if fact is not None and given is not UNKNOWN:
                    self._absent(fact, given, path, name)
            elif not self._hidden(given, path):
                self._child(child, checks, fact, given, path)
        for group in checks.groups:
            self._group(group, [(name, _at(shape, value, name)) for name in group.names], path)

    def _leaf(self, leaf: Attribute, fact: Fact | None, given: Any, path: Path, name: str) -> None:
        if given is None:
            if leaf.required or (fact is not None and fact.required):
                # Terraform itself only looks whether the name is written, not whether it says null.
                self._missing(None if leaf.required else fact, path, name)
        elif not leaf.settable:
            self._unsettable(None, (*path, name), name)
        elif not self._hidden(given, path):
            if leaf.deprecated and given is not UNKNOWN:
                self.say((*path, name), "Argument is deprecated", f"{name} is deprecated.", "warning")
            if fact is not None:
                self._value(fact, given, (*path, name), name)

    def _hidden(self, given: Any, path: Path) -> bool:
        # The SDK stops looking into a whole top-level argument or list of blocks when anything in it is unknown.
        return not self._known.framework and not path and holds_unknown(given)

    def _absent(self, fact: Fact, given: Any, path: Path, name: str) -> None:
        if fact.required:
            self._missing(fact, path, name)
        elif given is not None and fact.fewest:
            self._problem((*path, name), name, fact, given)

    def _missing(self, fact: Fact | None, path: Path, name: str) -> None:
        """Tell that it is needed: by its code if there is a fact, by the schema otherwise."""
        source, severity = self._told_by(fact)
        self.say(path, f"Missing {name}", f"{name} is required by the provider.{source}", severity)

    def _told_by(self, fact: Fact | None) -> tuple[str, Severity]:
        return (self._source(), _severity(fact.uncertain)) if fact is not None else ("", "error")

    def _child(self, child: Child, checks: Checks, fact: Fact | None, given: Any, path: Path) -> None:
        here: Path = (*path, child.name)
        if fact is not None and fact.unsettable:
            self._unsettable(fact, here, child.name)
            return
        if child.deprecated:
            self.say(here, "Argument is deprecated", f"{child.name} is deprecated.", "warning")
        if fact is not None:
            self._problem(here, child.name, fact, given)
        inner = checks.children.get(child.name, _NO_CHECKS)
        for step, element in _elements(child, given):
            if isinstance(element, dict):
                self.object(child.shape, inner, element, (*here, *step))

    def _value(self, fact: Fact, given: Any, path: Path, name: str) -> None:
        if given is UNKNOWN:
            return
        if fact.unsettable:
            self._unsettable(fact, path, name)
            return
        self._problem(path, name, fact, given)
        if fact.element is None:
            return
        for step, element in _members(given):
            if is_known(element):
                self._problem((*path, *step), name, fact.element, element)

    def _unsettable(self, fact: Fact | None, path: Path, name: str) -> None:
        source, severity = self._told_by(fact)
        detail = f"The provider itself decides {name}: remove it.{source}"
        self.say(path, f"{name} cannot be set", detail, severity)

    def _problem(self, path: Path, name: str, fact: Fact, value: Any) -> None:
        complaint = fact.complaint(value)
        if complaint:
            detail = f"{name} {complaint}.{self._source()}"
            self.say(path, f"Invalid value of {name}", detail, _severity(fact.advisory))

    def _source(self) -> str:
        return f" (Learned from provider {self._known.carried_from}.)" if self._known.carried_from else ""

    def _group(self, group: Group, found: list[tuple[str, Any]], path: Path) -> None:
        present = [name for name, given in found if given is not None and given is not UNKNOWN]
        unknown = any(given is UNKNOWN for _, given in found)
        names = ", ".join(name.replace("/", ".") for name in group.names)
        match group.kind:
            case "conflict" | "at_most_one":
                if len(present) > 1:
                    self._excluded(group, present, path)
            case "exactly_one":
                if len(present) > 1:
                    self._excluded(group, present, path)
                elif not present and not unknown:
                    self.say(
                        path,
                        "Missing argument",
                        f"Exactly one of {names} is needed.{self._source()}",
                        _severity(group.advisory),
                    )
            case "at_least_one":
                if not present and not unknown:
                    self.say(
                        path,
                        "Missing argument",
                        f"At least one of {names} is needed.{self._source()}",
                        _severity(group.advisory),
                    )
            case "together":
                self._together(group, present, [name for name, given in found if given is UNKNOWN], path)

    def _excluded(self, group: Group, present: list[str], path: Path) -> None:
        names = " and ".join(name.replace("/", ".") for name in present)
        self.say(
            _place(path, present[-1]),
            "Conflicting arguments",
            f"{names} exclude each other: keep one.{self._source()}",
            _severity(group.advisory),
        )

    def _together(self, group: Group, present: list[str], unknown: list[str], path: Path) -> None:
        subject, *needed = group.names
        wanting = [name for name in needed if name not in present and name not in unknown]
        if subject in present and wanting:
            names = ", ".join(name.replace("/", ".") for name in wanting)
            self.say(
                _place(path, subject),
                "Missing argument",
                f"{subject} needs {names} too.{self._source()}",
                _severity(group.advisory),
            )


def _severity(advisory: bool) -> Severity:
    return "warning" if advisory else "error"


def _elements(child: Child, given: Any) -> Iterator[tuple[Path, Any]]:
    if child.nesting in {"single", "group"}:
        yield (), given
    elif isinstance(given, dict):
        for key, element in given.items():
            yield (Key(key),), element
    elif isinstance(given, list):
        for number, element in enumerate(given):
            # An element of a set has no step that a path could name.
            yield ((number,) if child.nesting == "list" else ()), element


def _members(given: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(given, dict):
        for key, element in given.items():
            yield (Key(key),), element
    elif isinstance(given, list):
        for element in given:
            yield (), element


def _at(shape: Shape, value: Any, name: str) -> Any:
    """What stands at a way into blocks; None when nothing does, UNKNOWN when that cannot be told."""
    child: Child | None = None
    for part in name.split("/"):
        if child is not None:
            shape = child.shape
            # The provider's rules name the first block; another one is not looked at.
            value = value[0] if isinstance(value, list) and value else value
        if not isinstance(value, dict):
            return UNKNOWN if value is UNKNOWN else None
        value = value.get(part)
        child = shape.children.get(part)
        if child is not None and child.written == "block" and not value:
            # No block is written as an empty list; an attribute that is an empty list counts as set.
            return None
    return value


def _place(path: Path, name: str) -> Path:
    return (*path, name.partition("/")[0])
