"""Names of inputs: short, free, and never a word that a module call keeps for itself."""

from collections.abc import Iterable

# Arguments of a module call, which cannot be inputs; and what the compiler declares in every module.
RESERVED = frozenset(
    {
        "source",
        "version",
        "providers",
        "count",
        "for_each",
        "lifecycle",
        "depends_on",
        "locals",
        "create",
        "tags",
    }
)


class VariableNames:
    """The names that are taken in one module, and the next free one for an argument."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with the names of inputs that exist whatever is planned."""
        self._taken = {*RESERVED, *taken}

    def take(self, argument: str, resource_type: str, prefix: str = "") -> str:
        """The input's name for an argument of a resource; with a prefix where several resources share a module."""
        words = resource_type.removeprefix("aws_").split("_")
        first = argument
        if prefix:
            first = (
                argument
                if argument == prefix or argument.startswith(f"{prefix}_")
                else f"{prefix}_{argument}"
            )
        candidates = [first]
        candidates += [f"{'_'.join(words[-count:])}_{argument}" for count in range(1, len(words) + 1)]
        candidates += [f"{first}_{number}" for number in range(2, 10)]
        name = next(candidate for candidate in candidates if candidate not in self._taken)
        self._taken.add(name)
        return name
