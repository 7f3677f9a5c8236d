"""References: everything that an expression names exists, in every selection in which the expression exists."""

import re
from collections.abc import Iterable, Iterator, Mapping

from aws_orchestrator.blueprint.expressions import expression_problem, shorten
from aws_orchestrator.blueprint.model import Blueprint, Conditional, DataSource, Output
from aws_orchestrator.blueprint.problems import Problem, did_you_mean
from aws_orchestrator.blueprint.select import with_requirements
from aws_orchestrator.blueprint.standard_variables import standard_variables
from aws_orchestrator.blueprint.uses import ALWAYS, Use, uses
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.hcl.references import Traversal, traversals

# Roots that Terraform gives a meaning of its own.
_LANGUAGE_ROOTS = frozenset({"each", "count", "self", "path", "terraform", "run"})
_CALL = re.compile(r"\b[a-z][a-z0-9_]*\(")


def reference_problems(blueprint: Blueprint, catalog: Catalog) -> Iterator[Problem]:
    """Broken syntax, unknown names, unknown attributes, and references to parts of other selections."""
    scope = _Scope(blueprint, catalog)
    for use in uses(blueprint):
        broken = expression_problem(use.expression)
        if broken:
            yield Problem(use.path, broken)
            continue
        references = traversals(use.expression)
        if use.constant:
            if references or (use.path.startswith("variables[") and _CALL.search(use.expression)):
                what = f"`{shorten(use.expression)}`"
                yield Problem(
                    use.path, f"{what} must be a constant: it can refer to nothing and call nothing"
                )
            continue
        for reference in references:
            if reference.parts[0] not in use.bound and (message := scope.problem(reference, use)):
                yield Problem(use.path, message)
    yield from _order_problems(blueprint)


def _order_problems(blueprint: Blueprint) -> Iterator[Problem]:
    """`depends_on` may name parts of other selections: an order falls away where its target was not selected."""
    known = {item.address for item in blueprint.resources} | {
        f"data.{item.address}" for item in blueprint.data
    }
    for section in ("data", "resources"):
        parts: tuple[DataSource, ...] = getattr(blueprint, section)
        for index, part in enumerate(parts):
            for address in part.depends_on:
                if address not in known:
                    yield Problem(
                        f"{section}[{index}].depends_on",
                        f'there is no part with the address "{address}"{did_you_mean(address, known)}',
                    )


class _Scope:
    """What a blueprint's expressions may refer to."""

    def __init__(self, blueprint: Blueprint, catalog: Catalog) -> None:
        self._blueprint = blueprint
        self._catalog = catalog
        self._variables: dict[str, Conditional] = {item.name: item for item in blueprint.variables}
        # What the compiler declares may be used, above all in tests.
        for variable in standard_variables(blueprint, catalog):
            self._variables.setdefault(variable.name, ALWAYS)
        self._locals = {item.name: item for item in blueprint.locals}
        self._outputs = {item.name: item for item in blueprint.outputs}
        self._resources = {item.address: item for item in blueprint.resources}
        self._data = {item.address: item for item in blueprint.data}

    def problem(self, reference: Traversal, use: Use) -> str | None:
        parts = reference.parts
        root = parts[0]
        if root in _LANGUAGE_ROOTS or (len(parts) == 1 and not re.match(r"[a-z0-9]+_", root)):
            return None
        if root == "var":
            return self._named("variable", parts[1:], self._variables, use)
        if root == "local":
            return self._named("local value", parts[1:], self._locals, use)
        if root == "output":
            return self._named("output", parts[1:], self._outputs, use)
        return self._address(reference, use)

    def _named(
        self, kind: str, rest: tuple[str, ...], known: Mapping[str, Conditional], use: Use
    ) -> str | None:
        if not rest:
            return f"name the {kind}"
        if rest[0] not in known:
            return f'there is no {kind} "{rest[0]}"{did_you_mean(rest[0], known)}'
        return self._existence(f'{kind} "{rest[0]}"', known[rest[0]], use.part)

    def _address(self, reference: Traversal, use: Use) -> str | None:
        of_data = reference.parts[0] == "data"
        rest = reference.parts[1:] if of_data else reference.parts
        kind = "data source" if of_data else "resource"
        known: Mapping[str, DataSource] = self._data if of_data else self._resources
        address = ".".join(rest[:2])
        if address not in known:
            return f'there is no {kind} "{address}"{did_you_mean(address, known)}'
        target = known[address]
        if len(rest) > 2 and target.guard and target.guard.for_each and not reference.address_indexed:
            return f"{address} is made with for_each: choose one with an index, or go over it with `for`"
        return self._attribute(of_data, rest, use) or self._existence(f"{kind} {address}", target, use.part)

    def _attribute(self, of_data: bool, rest: tuple[str, ...], use: Use) -> str | None:
        schema = self._catalog.data_source(rest[0]) if of_data else self._catalog.resource(rest[0])
        if len(rest) <= 2 or schema is None:
            return None
        names = (*schema.block.attributes, *schema.block.blocks)
        if rest[2] not in names:
            return f'{rest[0]} has no attribute "{rest[2]}"{did_you_mean(rest[2], names)}'
        attribute = schema.block.attributes.get(rest[2])
        if attribute and attribute.sensitive and isinstance(use.part, Output) and not use.part.sensitive:
            return f'"{rest[2]}" of {rest[0]} is sensitive, so the output must say `sensitive: true`'
        return None

    def _existence(self, what: str, target: Conditional, user: Conditional) -> str | None:
        has = with_requirements(self._blueprint, self._known_features(user.feature))
        if has.issuperset(target.feature) and set(user.unless).issuperset(target.unless):
            return None
        needs = [*(f"with {name}" for name in target.feature), *(f"without {name}" for name in target.unless)]
        return f"the {what} exists only {' and '.join(needs)}, but this part also exists otherwise"

    def _known_features(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(name for name in names if self._blueprint.feature(name))
