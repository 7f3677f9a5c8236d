"""Learning what replaces a resource: plan its creation, then changes of one argument at a time, and read the plans.

The provider is configured with invented keys and told to ask nobody; its environment has a closed proxy besides.
"""

from collections.abc import Callable, Iterator
from typing import Any

from aws_orchestrator.catalog.knowledge_facts import Checks
from aws_orchestrator.catalog.knowledge_shape import Shape, Shapes
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.catalog.plugin.values import UNKNOWN
from aws_orchestrator.catalog.probe.client import Planned, ProviderClient
from aws_orchestrator.catalog.probe.drafts import Drafts, Names, absent, wrapped
from aws_orchestrator.catalog.probe.fillers import ValidDrafts, accepted_values
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
    "max_retries": 0,
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
}
_DEEPEST = 4
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
        shape = shapes.of_block(schema.block)
        return _Asking(client, schema.name, ValidDrafts(shape, checks(schema.name) or _NO_CHECKS)).learn()

    return ask


class _Refused(Exception):
    """The provider refused a plan."""


class _Asking:
    """One pass over one resource type."""

    def __init__(self, client: ProviderClient, name: str, drafts: ValidDrafts) -> None:
        self._client = client
        self._name = name
        self._drafts = drafts
        self._legacy = True
        self._replaces: dict[str, set[str]] = {}
        self._unlearned: set[str] = set()
        self._defaults: dict[str, Any] = {}

    def learn(self) -> dict[str, Any]:
        base = self._drafts.minimal()
        try:
            self._legacy = self._plan(None, base).legacy
            _collect_defaults(self._drafts.root, base, self._plan(None, base).state, (), self._defaults)
        except _Refused:
            return {"replaces": {}, "unlearned": [], "defaults": {}, "refused": True}
        for path, leaf_values in self._places(self._drafts.root, ()):
            self._learn_place(path, leaf_values)
        return {
            "replaces": {path: sorted(steps) for path, steps in sorted(self._replaces.items())},
            "unlearned": sorted(self._unlearned),
            "defaults": self._defaults,
            "refused": False,
        }

    def _places(self, shape: Shape, at: Names) -> Iterator[tuple[Names, tuple[Any, ...]]]:
        """Every argument and block with the values to try: two of a leaf, an object of a block."""
        for name, leaf in shape.leaves.items():
            fact = self._drafts.fact((*at, name))
            if leaf.settable and not leaf.write_only and not fact.unsettable:
                yield (*at, name), accepted_values(leaf.type, fact)
        for name, child in shape.children.items():
            path = (*at, name)
            if not child.settable or name == "timeouts":
                continue
            if not child.required:
                yield path, (wrapped(child, self._drafts.minimal(child.shape, path)),)
            if len(path) < _DEEPEST:
                yield from self._places(child.shape, path)

    def _learn_place(self, path: Names, values: tuple[Any, ...]) -> None:
        name = "/".join(path)
        one, other = values[0], values[-1]
        required = path[-1] in self._required(path[:-1])
        steps = [("change", one, other), ("change_back", other, one)] if len(values) > 1 else []
        if not required:
            nothing = self._nothing(path)
            steps += [("set", nothing, one), ("remove", one, nothing)]
        asked = False
        for step, before, after in steps:
            try:
                replaced = self._replaced(path, before, after)
            except _Refused:
                continue
            asked = True
            if replaced:
                self._replaces.setdefault(name, set()).add(step)
        if steps and not asked:
            self._unlearned.add(name)

    def _replaced(self, path: Names, before: Any, after: Any) -> bool:
        first, second = self._config(path, before), self._config(path, after)
        created = self._plan(None, first)
        state = _filled(created.state, self._legacy)
        unchanged = {_names(one) for one in self._plan(state, first, created.private).replaces}
        changed = {_names(one) for one in self._plan(state, second, created.private).replaces}
        return any(self._means(one, path) for one in changed - unchanged)

    def _means(self, told: Names, path: Names) -> bool:
        """Whether a path of the plan is the asked one; inside a set the SDK can name only the set."""
        if told == path:
            return True
        if told != path[: len(told)] or not told:
            return False
        shape = self._drafts.root
        for name in told[:-1]:
            shape = shape.children[name].shape
        child = shape.children.get(told[-1])
        return child is not None and child.nesting == "set"

    def _config(self, path: Names, value: Any) -> dict[str, Any]:
        return self._drafts.at(path[:-1], lambda draft: draft.__setitem__(path[-1], value))

    def _plan(self, prior: Any, config: dict[str, Any], private: bytes = b"") -> Planned:
        proposed = _proposed(self._drafts.root, prior, config)
        planned = self._client.plan(self._name, prior, proposed, config, private)
        if any(one.severity == "error" for one in planned.diagnostics):
            raise _Refused
        return planned

    def _required(self, at: Names) -> set[str]:
        shape = self._drafts.root
        for name in at:
            shape = shape.children[name].shape
        return {name for name, leaf in shape.leaves.items() if leaf.required}

    def _nothing(self, path: Names) -> Any:
        shape = self._drafts.root
        for name in path[:-1]:
            shape = shape.children[name].shape
        child = shape.children.get(path[-1])
        return absent(child) if child is not None else None


def _names(path: tuple[Any, ...]) -> Names:
    return tuple(step for step in path if type(step) is str)


def _proposed(shape: Shape, prior: Any, config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with prior values where it says nothing and the provider decides, as Terraform proposes it."""
    before = prior if isinstance(prior, dict) else {}
    proposed = dict(config)
    for name, leaf in shape.leaves.items():
        if leaf.computed and config.get(name) is None:
            proposed[name] = before.get(name) if prior is not None else UNKNOWN
    for name, child in shape.children.items():
        given = config.get(name)
        if child.written != "block":
            if given is None and not child.settable:
                proposed[name] = before.get(name) if prior is not None else UNKNOWN
            continue
        old = before.get(name)
        if isinstance(given, list):
            known = old if isinstance(old, list) else []
            proposed[name] = [
                _proposed(child.shape, known[number] if number < len(known) else prior and {}, one)
                for number, one in enumerate(given)
            ]
        elif isinstance(given, dict):
            proposed[name] = _proposed(child.shape, old if prior is not None else None, given)
    return proposed


def _filled(value: Any, legacy: bool, name: str = "") -> Any:
    """The planned state as it would be after an apply: something known where the plan knew nothing."""
    if isinstance(value, dict):
        return {key: _filled(inner, legacy, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, legacy) for inner in value]
    if value is UNKNOWN:
        # Only an id must be a text; what else is unknown may be of any type, and null is a value of all of them.
        return "x" if name == "id" else None
    return value


def _collect_defaults(shape: Shape, config: Any, planned: Any, at: Names, found: dict[str, Any]) -> None:
    if not isinstance(planned, dict) or not isinstance(config, dict):
        return
    for name in shape.leaves:
        value = planned.get(name)
        if config.get(name) is None and isinstance(value, (str, int, float, bool)) and value != "":
            found["/".join((*at, name))] = value
    for name, child in shape.children.items():
        old, new = config.get(name), planned.get(name)
        if isinstance(old, list) and isinstance(new, list) and old and new:
            _collect_defaults(child.shape, old[0], new[0], (*at, name), found)
