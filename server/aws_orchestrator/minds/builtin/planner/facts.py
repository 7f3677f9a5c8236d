"""What is known of arguments beyond the schema, as the planner asks for it; a planner without any still works."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from aws_orchestrator.blueprint.model import Value

Path = tuple[str, ...]
"""Names of the nested blocks, then that of the argument."""


class ArgumentFacts(NamedTuple):
    """What the provider's code checks or does about one argument."""

    allowed: tuple[str, ...] = ()
    """The only values that the provider takes; empty when any is taken."""
    any_case: bool = False
    """Whether upper and lower case do not matter among them."""
    advisory: bool = False
    """Whether they were learned of another version, so that a newer value must not be refused."""
    minimum: float | None = None
    maximum: float | None = None
    besides: tuple[Value, ...] = ()
    """What is taken although it is outside of the range, or not of the format."""
    whole: bool = False
    """Whether a number must be whole."""
    multiple: int | None = None
    """The number that an accepted one is a multiple of."""
    min_length: int | None = None
    max_length: int | None = None
    format: str = ""
    """`arn`, `json`, `cidr`, `account_id`, …; empty when it is free text."""
    pattern: str = ""
    """A regular expression (Python's) that is found in every accepted text."""
    fewest: int | None = None
    most: int | None = None
    """Limits of a collection's size."""
    replaces: bool = False
    """Whether a change replaces the resource."""
    default: Value | None = None
    """What the provider plans when the argument is left out; None when that is not known."""
    required: bool = False
    """Whether the provider's code refuses a configuration without it, although the schema says optional."""
    unsettable: bool = False
    deprecated: bool = False
    example: Any = None
    """A value that the provider accepted, where the other facts do not tell how to make one."""
    complaint: Callable[[Any], str] | None = None
    """What the provider would say about a value; empty text when it accepts it."""

    @property
    def numbers_besides(self) -> tuple[float, ...]:
        """The numbers among `besides`."""
        return tuple(other for other in self.besides if isinstance(other, int | float))

    @property
    def texts_besides(self) -> tuple[str, ...]:
        """The texts among `besides`."""
        return tuple(other for other in self.besides if isinstance(other, str))

    def accepts(self, value: Any) -> bool:
        """Whether nothing known speaks against a value."""
        return self.complaint is None or not self.complaint(value)


class GroupFacts(NamedTuple):
    """What the provider's code says about arguments together; members are paths."""

    exactly_one_of: tuple[tuple[Path, ...], ...] = ()
    at_least_one_of: tuple[tuple[Path, ...], ...] = ()
    conflicts: tuple[tuple[Path, ...], ...] = ()
    """Sets of which one member at most may be given."""
    needs: tuple[tuple[Path, ...], ...] = ()
    """Whoever gives the first must give the others too."""


class Facts(Protocol):
    """Learned knowledge of one provider version."""

    def __hash__(self) -> int:
        """Plans are remembered by their facts."""
        ...

    def argument(self, resource_type: str, path: Path) -> ArgumentFacts:
        """What is known of an argument or block; empty facts when nothing is."""
        ...

    def groups(self, resource_type: str) -> GroupFacts:
        """What is known of the type's arguments together."""
        ...


NOTHING = ArgumentFacts()
NO_GROUPS = GroupFacts()


class NoFacts:
    """The knowledge of somebody who has the schema alone."""

    def argument(self, resource_type: str, path: Path) -> ArgumentFacts:
        """Nothing."""
        return NOTHING

    def groups(self, resource_type: str) -> GroupFacts:
        """Nothing."""
        return NO_GROUPS
