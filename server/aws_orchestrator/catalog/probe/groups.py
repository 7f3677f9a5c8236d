"""The rules between arguments of a type, from the complaints about missing, single and too many of them."""

from typing import TYPE_CHECKING, Any

from aws_orchestrator.catalog.knowledge_facts import Group
from aws_orchestrator.catalog.knowledge_shape import Shape
from aws_orchestrator.catalog.probe.drafts import Names, absent, wrapped
from aws_orchestrator.catalog.probe.group_sentences import GroupComplaint

if TYPE_CHECKING:
    from aws_orchestrator.catalog.probe.type_probe import TypeProbe

_MOST_ROUNDS = 60


def groups_of(probe: "TypeProbe", root: Shape) -> dict[Names, list[Group]]:
    """The rules by the place that holds all of their arguments. Asks with everything set at once."""
    if probe.whole:
        _ask_everything(probe, root, (), deep=True)
    else:
        for path, shape in list(probe.paths(root)):
            _ask_everything(probe, shape, path, deep=False)
    return _placed(list(probe.groups), root)


def _ask_everything(probe: "TypeProbe", shape: Shape, at: Names, deep: bool) -> None:
    """Set all arguments, then leave out, for each that has a rule, those that it is known to exclude.

    The SDK names only the first argument that another one excludes, and none while an exactly-one-of is broken.
    """
    subjects = {one.subject for one in _said(probe, shape, at, frozenset(), deep) if one.subject}
    for subject in sorted(subjects):
        left_out: set[Names] = set()
        for _ in range(_MOST_ROUNDS):
            said = [
                one for one in _said(probe, shape, at, frozenset(left_out), deep) if one.subject == subject
            ]
            more = {name for one in said if one.rule in {"conflict", "too_many"} for name in one.names}
            more -= {subject, *left_out}
            if not more:
                break
            left_out |= more


def _said(
    probe: "TypeProbe", shape: Shape, at: Names, left_out: frozenset[Names], deep: bool
) -> list[GroupComplaint]:
    def fill(draft: dict[str, Any]) -> None:
        draft.update(_everything(probe, shape, at, left_out, deep))

    before, probe.groups = probe.groups, {}
    try:
        probe.complaints(probe.drafts.at(at, fill))
        said = list(probe.groups)
    finally:
        probe.groups = before | probe.groups
    return said


def _everything(
    probe: "TypeProbe", shape: Shape, at: Names, left_out: frozenset[Names], deep: bool
) -> dict[str, Any]:
    draft: dict[str, Any] = {}
    known = probe.facts.get(at, {})
    for name, leaf in shape.leaves.items():
        settable = (
            leaf.settable and (*at, name) not in left_out and not (name in known and known[name].unsettable)
        )
        draft[name] = probe.drafts.value(leaf, (*at, name)) if settable else None
    for name, child in shape.children.items():
        path = (*at, name)
        if not child.settable or path in left_out:
            draft[name] = absent(child)
        elif deep:
            draft[name] = wrapped(child, _everything(probe, child.shape, path, left_out, deep))
        else:
            draft[name] = wrapped(child, probe.drafts.minimal(child.shape, path))
    return draft


def _placed(complaints: list[GroupComplaint], root: Shape) -> dict[Names, list[Group]]:
    placed: dict[Names, dict[Group, None]] = {}
    missing = {frozenset(one.names) for one in complaints if one.rule in {"missing", "missing_one_only"}}
    only_one = {frozenset(one.names) for one in complaints if one.rule in {"too_many", "missing_one_only"}}
    for one in complaints:
        names = tuple(sorted(one.names)) if one.rule != "together" else one.names
        if len(names) < 2 or not all(_exists(root, name) for name in names):
            continue
        group = frozenset(names)
        place = _common(names)
        inside = tuple("/".join(name[len(place) :]) for name in names)
        if one.rule == "conflict" or one.rule == "together":
            rule = Group(one.rule, inside)
        elif group in missing and group in only_one:
            rule = Group("exactly_one", inside)
        else:
            rule = Group("at_least_one" if group in missing else "at_most_one", inside)
        placed.setdefault(place, {})[rule] = None
    return {place: sorted(rules, key=lambda rule: (rule.kind, rule.names)) for place, rules in placed.items()}


def _common(names: tuple[Names, ...]) -> Names:
    place: list[str] = []
    for parts in zip(*(name[:-1] for name in names), strict=False):
        if len(set(parts)) > 1:
            break
        place.append(parts[0])
    return tuple(place)


def _exists(root: Shape, name: Names) -> bool:
    shape = root
    for part in name[:-1]:
        if part not in shape.children:
            return False
        shape = shape.children[part].shape
    return bool(name) and (name[-1] in shape.leaves or name[-1] in shape.children)
