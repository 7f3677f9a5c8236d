"""Arguments that exclude or need each other, as conditions with sentences: preconditions of the resource, or of a block."""

from collections.abc import Callable, Iterator, Sequence

from aws_orchestrator.blueprint.model import ConditionalCheck
from aws_orchestrator.minds.builtin.planner.choice import LevelGroups, given
from aws_orchestrator.minds.builtin.planner.shape import Field
from aws_orchestrator.minds.builtin.planner.wording import listed


def group_checks(
    fields: Sequence[Field], groups: LevelGroups, value: Callable[[str], str], label: Callable[[str], str]
) -> Iterator[ConditionalCheck]:
    """The checks of one level; `value` is the expression of a field's value, `label` its name for people."""
    by_name = {field.name: field for field in fields}

    def conditions(group: tuple[str, ...]) -> list[str]:
        return [given(by_name[name], value(name)) for name in group]

    def names(group: tuple[str, ...], last: str = "and") -> str:
        return listed([label(name) for name in group], last)

    exactly = [group for group in groups.exactly_one if len(group) > 1]
    for group in exactly:
        yield ConditionalCheck(
            condition=f"length([for given in [{', '.join(conditions(group))}] : given if given]) == 1",
            error_message=f"Give exactly one of {names(group, 'or')}.",
        )
    for group in groups.at_least_one:
        if len(group) > 1 and not any(by_name[name].required for name in group):
            yield ConditionalCheck(
                condition=f"anytrue([{', '.join(conditions(group))}])",
                error_message=f"Give at least one of {names(group, 'or')}.",
            )
    for group in groups.conflicts:
        if not any(set(group) <= set(other) for other in exactly):
            yield ConditionalCheck(
                condition=f"length([for given in [{', '.join(conditions(group))}] : given if given]) <= 1",
                error_message=f"Give at most one of {names(group, 'or')}.",
            )
    for group in groups.needs:
        subject, *needed = group
        open_ = tuple(name for name in needed if by_name[name].default is None and not by_name[name].required)
        if open_ and by_name[subject].default is None:
            wanted = f"alltrue([{', '.join(conditions(open_))}])"
            yield ConditionalCheck(
                condition=f"{given(by_name[subject], value(subject))} ? {wanted} : true",
                error_message=f"With {label(subject)}, give {names(open_)} too.",
            )
