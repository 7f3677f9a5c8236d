"""What replaces a resource when it changes, and which defaults a created one gets: the format and its reader."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from aws_orchestrator.catalog.knowledge_file import Subject, broken, compact, pack, unpack

Step = Literal["change", "change_back", "set", "remove", "inside_set", "inside_remove"]
_LETTERS: dict[str, Step] = {
    "c": "change",
    "b": "change_back",
    "a": "set",
    "d": "remove",
    "i": "inside_set",
    "j": "inside_remove",
}


@dataclass(frozen=True, slots=True)
class Replacement:
    """What is known of one resource type. Paths are names with slashes: `root_block_device/encrypted`."""

    replaces: Mapping[str, frozenset[Step]] = field(default_factory=dict)
    """Paths whose change replaces the resource, with the steps in which they did. Every other learned path changes in place.

    `inside_…` is a block that replaces when it comes or goes because of arguments that it holds.
    """
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What the provider plans for arguments that are not set."""
    unlearned: frozenset[str] = frozenset()
    """Paths of which nothing could be learned: their plans were refused. `a/*` is all that is inside a, which was not asked."""
    stays: Mapping[str, tuple[tuple[Any, Any], ...]] = field(default_factory=dict)
    """Where the direction matters: the pairs of values, before and after, whose change stays in place."""

    def when(self, path: str) -> Literal["always", "one_direction", "never", "unknown"]:
        """Whether a change of the argument replaces the resource."""
        if path in self.unlearned or any(_above(path, one) for one in self.unlearned):
            return "unknown"
        steps = self.replaces.get(path)
        if not steps:
            return "never"
        return "one_direction" if len(steps & {"change", "change_back"}) == 1 else "always"

    def replaced_by(self, path: str, before: Any, after: Any) -> bool:
        """Whether changing the argument from one value to another one replaces the resource.

        None is an argument that is not set. Where only a direction is known and not these values, it is so.
        """
        steps = self.replaces.get(path, frozenset())
        if before in (None, [], {}):
            return "set" in steps
        if after in (None, [], {}):
            return "remove" in steps
        return bool(steps & {"change", "change_back"}) and not any(
            _same_direction(pair, before, after) for pair in self.stays.get(path, ())
        )


def _above(path: str, unlearned: str) -> bool:
    return unlearned.endswith("/*") and path.startswith(unlearned[:-1])


def _same_direction(pair: tuple[Any, Any], before: Any, after: Any) -> bool:
    if _number(pair[0]) and _number(before) and _number(after):
        return bool((pair[0] < pair[1]) == (before < after))
    return pair == (before, after)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def write_replacement(subject: Subject, types: Mapping[str, Replacement], not_asked: Iterable[str]) -> bytes:
    """The file that holds this; `not_asked` are types that the provider could not be asked about."""
    lines: dict[str, int] = {}
    index: dict[str, Any] = {"resources": {}, "not_asked": sorted(not_asked)}
    for name in sorted(types):
        known = types[name]
        replaces = {
            path: "".join(letter for letter, step in _LETTERS.items() if step in known.replaces[path])
            for path in sorted(known.replaces)
        }
        line = compact(
            [
                replaces,
                dict(sorted(known.defaults.items())),
                sorted(known.unlearned),
                dict(sorted(known.stays.items())),
            ]
        )
        index["resources"][name] = lines.setdefault(line, len(lines))
    return pack("replacement", subject, [compact(index), *lines])


class Replacements:
    """The replacement knowledge of one provider version, read type by type."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.subject, self._lines = unpack("replacement", path)
        try:
            index = json.loads(self._lines[0])
            self._types: dict[str, int] = dict(index["resources"])
            self.not_asked = frozenset(index["not_asked"])
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise broken(path, f"is corrupt ({type(error).__name__}: {error})") from error
        self._known: dict[str, Replacement] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The resource types that something is known of."""
        return tuple(sorted(self._types))

    def of(self, name: str) -> Replacement | None:
        """What is known of a resource type; None when it was not asked."""
        line = self._types.get(name)
        if line is None:
            return None
        known = self._known.get(name)
        if known is None:
            try:
                replaces, defaults, unlearned, stays = json.loads(self._lines[line + 1])
                known = Replacement(
                    {
                        path: frozenset(_LETTERS[letter] for letter in letters)
                        for path, letters in replaces.items()
                    },
                    defaults,
                    frozenset(unlearned),
                    {
                        path: tuple((before, after) for before, after in pairs)
                        for path, pairs in stays.items()
                    },
                )
            except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
                raise broken(self.path, f"is corrupt ({type(error).__name__}: {error})") from error
            self._known[name] = known
        return known
