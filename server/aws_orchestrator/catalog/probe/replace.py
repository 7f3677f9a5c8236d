"""Learning what replaces a resource: plan its creation, then changes of one argument at a time, and read the plans.

The provider is configured with invented keys and told to ask nobody; its environment has a closed proxy besides.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, cast

from aws_orchestrator.catalog.knowledge_facts import Checks
from aws_orchestrator.catalog.knowledge_shape import Shape, Shapes
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.catalog.probe.client import Planned, ProviderClient, ProviderLost
from aws_orchestrator.catalog.probe.drafts import Drafts, Names
from aws_orchestrator.catalog.probe.fillers import accepted_values
from aws_orchestrator.catalog.probe.replace_bases import BASES, VALUES
from aws_orchestrator.catalog.probe.replace_drafts import BaseDrafts
from aws_orchestrator.catalog.probe.replace_states import applied, defaults, proposed
from aws_orchestrator.catalog.probe.type_probe import settable_leaves
from aws_orchestrator.errors import EngineError

# Values for the arguments that providers share, where the provider has them.
_OFFLINE: dict[str, Any] = {
    "region": "us-east-1",
    "access_key": "invented",
    "secret_key": "invented",
    "skip_credentials_validation": True,
    "skip_requesting_account_id": True,
    "skip_metadata_api_check": "true",
    "skip_region_validation": True,
    "max_retries": 1,
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
}
_KEPT_STATES = 64
_DEEPEST = ((600, 8), (5_000, 4))
"""How deep to ask in types with up to so many arguments: where blocks nest in themselves, a single plan takes seconds."""
_DEEPEST_OF_THE_LARGEST = 2
_MOST_DIRECTED = 8
"""Of a longer list of values not every pair is asked in which direction it replaces."""
_MOST_CRASHES = 12
_NO_CHECKS = Checks()


def configure_offline(client: ProviderClient, provider: TypeSchema) -> None:
    """Configure the provider so that it asks nobody; EngineError when it refuses that."""
    drafts = Drafts(Shapes().of_block(provider.block))
    config = drafts.minimal() | {
        name: value for name, value in _OFFLINE.items() if name in drafts.root.leaves
    }
    errors = [one for one in client.configure(config) if one.severity == "error"]
    if errors:
        raise EngineError(
            f"The provider {client.binary.name} cannot be configured without an account: {errors[0].summary}"
            f"{': ' + errors[0].detail if errors[0].detail else ''}"
        )


def replacement_of(
    checks: Callable[[str], Checks | None] = lambda name: None,
) -> Callable[[ProviderClient, TypeSchema], dict[str, Any]]:
    """The question for what replaces a resource; `checks` gives what is known of a type, for values it accepts."""
    shapes = Shapes()

    def ask(client: ProviderClient, schema: TypeSchema) -> dict[str, Any]:
        known = checks(schema.name) or _NO_CHECKS
        shape = shapes.of_block(schema.block)
        return _Asking(client, schema.name, shape, known).learn()

    return ask


class _Refused(Exception):
    """The provider refused a plan."""


class _Created(NamedTuple):
    """A resource as it would be after its creation, and what a plan that changes nothing says of it."""

    state: dict[str, Any]
    private: bytes
    unchanged: frozenset[Names]


class _Place(NamedTuple):
    """An argument or block, and the values to try: two of an argument, an object of a block."""

    path: Names
    values: tuple[Any, ...]


class _Asking:
    """One pass over one resource type."""

    def __init__(self, client: ProviderClient, name: str, shape: Shape, checks: Checks) -> None:
        self._client = client
        self._name = name
        self._shape = shape
        self._values = VALUES.get(name, {})
        self._bases = [BaseDrafts(shape, checks, base, self._values) for base in BASES.get(name, ({},))]
        self._drafts = self._bases[0]
        size = settable_leaves(shape)
        self._deepest = next((deepest for most, deepest in _DEEPEST if size <= most), _DEEPEST_OF_THE_LARGEST)
        self._large = size > _DEEPEST[0][0]
        self._created: dict[str, _Created | None] = {}
        self._replaces: dict[str, set[str]] = {}
        self._stays: dict[str, list[list[Any]]] = {}
        self._defaults: dict[str, Any] = {}
        self._unlearned: set[str] = set()
        self._first_of: dict[int, Names] = {}
        self._copies: list[tuple[Names, Names]] = []
        self._crashes = 0

    def learn(self) -> dict[str, Any]:
        accepted = [drafts for drafts in self._bases if self._accepts(drafts)]
        if not accepted:
            return {"replaces": {}, "stays": {}, "unlearned": [], "defaults": {}, "refused": True}
        self._bases = accepted
        self._drafts = accepted[0]
        self._keep_defaults(self._drafts.minimal())
        for place in self._places(self._shape, ()):
            self._learn_place(place)
        for first, path in self._copies:
            self._copy(f"{'/'.join(first)}/", f"{'/'.join(path)}/")
        return {
            "replaces": {path: sorted(steps) for path, steps in sorted(self._replaces.items())},
            "stays": {path: pairs for path, pairs in sorted(self._stays.items()) if pairs},
            "unlearned": sorted(self._unlearned),
            "defaults": dict(sorted(self._defaults.items())),
            "refused": False,
        }

    def _accepts(self, drafts: BaseDrafts) -> bool:
        try:
            self._plan(None, drafts.minimal())
        except _Refused:
            return False
        return True

    def _keep_defaults(self, config: dict[str, Any], inside: Names = ()) -> None:
        """Remember what the plan of a creation fills in, in that block; elsewhere it may depend on what is set there."""
        try:
            planned = self._plan(None, config).state
        except _Refused:
            return
        for path, value in defaults(self._shape, config, planned):
            if not inside or path.startswith(f"{'/'.join(inside)}/"):
                self._defaults.setdefault(path, value)

    def _places(self, shape: Shape, at: Names) -> Iterator[_Place]:
        """Every argument and block; what repeats deeper in the same type is asked where it is met first."""
        for name, leaf in shape.leaves.items():
            fact = self._drafts.fact((*at, name))
            if leaf.settable and not leaf.write_only and not fact.unsettable:
                path = (*at, name)
                chosen = self._values.get("/".join(path))
                yield _Place(path, chosen or accepted_values(leaf.type, fact))
        for name, child in shape.children.items():
            path = (*at, name)
            if not child.settable or name == "timeouts":
                continue
            if not child.required:
                yield _Place(path, ())
            first = self._first_of.setdefault(id(child.shape), path)
            if first != path and self._large:
                self._copies.append((first, path))
            elif len(path) < self._deepest:
                yield from self._places(child.shape, path)
            elif child.shape.leaves or child.shape.children:
                self._unlearned.add("/".join((*path, "*")))

    def _learn_place(self, place: _Place) -> None:
        """Ask with the first base that the provider accepts the place with: where it has values, with both of them.

        A table's key can be left out of one base, and changed only in another one that declares both attributes.
        """
        answered: set[str] = set()
        for drafts in self._bases:
            self._drafts = drafts
            values = place.values or (drafts.block(place.path),)
            first = not answered
            answered |= self._ask_place(place.path, values)
            if not place.values and first and answered:
                self._keep_defaults(drafts.with_value(place.path, drafts.block(place.path)), place.path)
            if answered & {"change", "change_back"} or (answered and len(values) == 1):
                break
        else:
            self._unlearned.add("/".join(place.path))
        self._drafts = self._bases[0]

    def _ask_place(self, path: Names, values: tuple[Any, ...]) -> set[str]:
        """The steps whose plan was accepted, or "nothing" where there is no step; what was learned is kept."""
        name = "/".join(path)
        one, other = values[0], values[-1]
        steps = [("change", one, other), ("change_back", other, one)] if len(values) > 1 else []
        if not self._drafts.required(path):
            # A value that is the default would be no change.
            told = other if one == self._defaults.get(name) else one
            nothing = self._drafts.nothing(path)
            steps += [("set", nothing, told), ("remove", told, nothing)]
        answers: dict[str, bool] = {}
        for step, before, after in steps:
            try:
                named = self._named(path, before, after)
            except _Refused:
                continue
            answers[step] = "itself" in named
            if step in {"set", "remove"} and "inside" in named:
                answers[f"inside_{step}"] = True
        replaced = {step for step, yes in answers.items() if yes}
        if replaced:
            self._replaces[name] = self._replaces.get(name, set()) | replaced
        if answers.get("change", False) != answers.get("change_back", answers.get("change", False)):
            self._stays[name] = self._directions(path, values)
        return set(answers) if steps else {"nothing"}

    def _directions(self, path: Names, values: tuple[Any, ...]) -> list[list[Any]]:
        """The pairs of values whose change, in this direction, stays in place."""
        allowed = self._drafts.fact(path).values
        pairs = itertools.permutations(allowed if len(values) < len(allowed) <= _MOST_DIRECTED else values, 2)
        stays: list[list[Any]] = []
        for before, after in pairs:
            try:
                if "itself" not in self._named(path, before, after):
                    stays.append([before, after])
            except _Refused:
                continue
        return stays

    def _named(self, path: Names, before: Any, after: Any) -> set[str]:
        """How the plan of that change names the place among what replaces the resource."""
        created = self._create(self._drafts.with_value(path, before))
        second = self._drafts.with_value(path, after)
        changed = {_names(one) for one in self._plan(created.state, second, created.private).replaces}
        return {place for one in changed - created.unchanged if (place := self._place_of(one, path))}

    def _create(self, config: dict[str, Any]) -> _Created:
        key = repr(config)
        if key not in self._created:
            if len(self._created) > _KEPT_STATES:
                self._created.clear()
            try:
                planned = self._plan(None, config)
                state = applied(self._shape, cast("dict[str, Any]", planned.state))
                unchanged = self._plan(state, config, planned.private).replaces
                self._created[key] = _Created(state, planned.private, frozenset(map(_names, unchanged)))
            except _Refused:
                self._created[key] = None
        created = self._created[key]
        if created is None:
            raise _Refused
        return created

    def _place_of(self, told: Names, path: Names) -> str:
        """Whether the plan names the asked place `itself` or something `inside` it; empty when it names another one.

        Of what is in a set the SDK can name only the set.
        """
        if told == path:
            return "itself"
        if path == told[: len(path)]:
            return "inside"
        if told == path[: len(told)]:
            shape = self._shape
            for name in told[:-1]:
                shape = shape.children[name].shape
            child = shape.children.get(told[-1])
            if child is not None and child.nesting == "set":
                return "itself"
        return ""

    def _copy(self, first: str, path: str) -> None:
        """What was learned inside one block holds in the other one, which is the same."""
        self._replaces |= {
            path + one[len(first) :]: steps for one, steps in self._replaces.items() if one.startswith(first)
        }
        self._stays |= {
            path + one[len(first) :]: pairs for one, pairs in self._stays.items() if one.startswith(first)
        }
        self._unlearned |= {path + one[len(first) :] for one in self._unlearned if one.startswith(first)}

    def _plan(self, prior: Any, config: dict[str, Any], private: bytes = b"") -> Planned:
        try:
            planned = self._client.plan(
                self._name, prior, proposed(self._shape, prior, config), config, private
            )
        except ProviderLost:
            # Some plans crash the provider ("x" where it wants an id, a block that is gone): one question less.
            self._crashes += 1
            if self._crashes > _MOST_CRASHES:
                raise
            self._client.restart()
            raise _Refused from None
        if any(one.severity == "error" for one in planned.diagnostics):
            raise _Refused
        return planned


def _names(path: tuple[Any, ...]) -> Names:
    return tuple(step for step in path if type(step) is str)
