"""Configurations to plan: of accepted values, grown from a base, with one argument set or left out."""

from collections.abc import Mapping
from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Checks, Group
from aws_orchestrator.catalog.knowledge_shape import Child, Shape
from aws_orchestrator.catalog.probe.drafts import Names, absent, wrapped
from aws_orchestrator.catalog.probe.fillers import ValidDrafts
from aws_orchestrator.catalog.probe.replace_bases import Base

_EXCLUDING = ("exactly_one", "at_most_one", "conflict")


class BaseDrafts(ValidDrafts):
    """Configurations of one type that all hold what the base says."""

    def __init__(
        self, root: Shape, checks: Checks, base: Base, values: Mapping[str, tuple[Any, ...]]
    ) -> None:
        """`values` are used where an argument must be filled, and are no reason to fill it."""
        super().__init__(root, checks)
        self.samples |= {tuple(path.split("/")): chosen[0] for path, chosen in values.items()}
        for written, value in base.items():
            path = tuple(written.split("/"))
            self.forced |= {path[: end + 1] for end in range(len(path))}
            self.samples[path] = value

    def minimal(self, shape: Shape | None = None, at: Names = ()) -> dict[str, Any]:
        """The object with what is required, and what the base says."""
        shape = shape or self.root
        draft = super().minimal(shape, at)
        for name, child in shape.children.items():
            blocks = self.samples.get((*at, name))
            if blocks is not None:
                draft[name] = [_completed(child.shape, one) for one in blocks]
        return draft

    def with_value(self, path: Names, value: Any) -> dict[str, Any]:
        """The minimal configuration with that value (or block) in that place; what it excludes is left out."""

        def change(draft: dict[str, Any]) -> None:
            name = path[-1]
            shape = self._shape(path[:-1])
            draft[name] = value
            for group in self.checks_at(path[:-1]).groups:
                if name in group.names:
                    self._settle(draft, shape, path[:-1], group, name)

        return self.at(path[:-1], change)

    def block(self, path: Names) -> Any:
        """One block (or object) for a place, as small as the provider accepts it."""
        child = self._shape(path[:-1]).children[path[-1]]
        return wrapped(child, self.minimal(child.shape, path))

    def nothing(self, path: Names) -> Any:
        """What stands for an argument or block that is not written."""
        child = self._shape(path[:-1]).children.get(path[-1])
        return absent(child) if child is not None else None

    def required(self, path: Names) -> bool:
        """Whether the schema wants the argument."""
        leaf = self._shape(path[:-1]).leaves.get(path[-1])
        return leaf is not None and leaf.required

    def _shape(self, at: Names) -> Shape:
        shape = self.root
        for name in at:
            shape = shape.children[name].shape
        return shape

    def _settle(self, draft: dict[str, Any], shape: Shape, at: Names, group: Group, name: str) -> None:
        others = [one for one in group.names if one != name and one in draft]
        if draft[name] in (None, [], {}):
            chosen = [one for one in others if draft[one] not in (None, [], {})]
            if group.kind in {"exactly_one", "at_least_one"} and others and not chosen:
                draft[others[0]] = self._sample(shape, (*at, others[0]))
        elif group.kind in _EXCLUDING:
            for one in others:
                draft[one] = absent(shape.children[one]) if one in shape.children else None
        elif group.kind == "together" and group.names[0] == name:
            for one in others:
                if draft[one] in (None, [], {}):
                    draft[one] = self._sample(shape, (*at, one))

    def _sample(self, shape: Shape, path: Names) -> Any:
        leaf = shape.leaves.get(path[-1])
        return self.block(path) if leaf is None else self.value(leaf, path)


def _completed(shape: Shape, given: dict[str, Any]) -> dict[str, Any]:
    """The object with everything that it does not say."""
    found: dict[str, Any] = {name: given.get(name) for name in shape.leaves}
    return found | {name: _inside(child, given.get(name)) for name, child in shape.children.items()}


def _inside(child: Child, given: Any) -> Any:
    return absent(child) if given is None else [_completed(child.shape, one) for one in given]
