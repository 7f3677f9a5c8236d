"""Map learned lists of values to AWS's service models: `python -m tools.service_models --help`.

Run it in the root of the repository. The two wheels of botocore are fetched with pip, each checked against its pinned
SHA-256; nothing in them is run. The same wheels and the same constraints give the same file.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from aws_orchestrator.catalog import Catalog, shipped_library
from aws_orchestrator.catalog.knowledge import Checks, Fact, knowledge_of
from aws_orchestrator.catalog.knowledge_constraints import Constraints
from aws_orchestrator.catalog.knowledge_file import Subject, file_name
from aws_orchestrator.catalog.knowledge_later import write_later_values
from aws_orchestrator.catalog.library import SHIPPED_FOLDER
from aws_orchestrator.errors import OrchestratorError
from tools.bindings.packages import wheel_of
from tools.service_models.mapping import KINDS, Found, find
from tools.service_models.models import AT_HARVEST, LATER, read_models


def main(arguments: list[str] | None = None) -> int:
    """The exit code of the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.service_models", description=__doc__)
    parser.add_argument(
        "--cache",
        type=Path,
        default=platformdirs.user_cache_path("aws-orchestrator") / "service-models",
        help="where wheels are kept (default: %(default)s)",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    build = verbs.add_parser("build", help="write the file of later values that ships, and say the counts")
    build.add_argument("-o", "--output", type=Path, default=SHIPPED_FOLDER, metavar="DIR")
    verbs.add_parser("check", help="judge every value of every proved enumeration on the newest catalog")
    verbs.add_parser(
        "coverage",
        help="count what is known of the asked version and carried over to the others, as errors and as advice",
    )
    chosen = parser.parse_args(arguments)
    try:
        if chosen.verb == "coverage":
            return _coverage()
        found = _found(chosen.cache)
        return _build(found, chosen.output) if chosen.verb == "build" else _check(found)
    except OrchestratorError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _found(cache: Path) -> Found:
    constraints = Constraints(SHIPPED_FOLDER / file_name("constraints", "hashicorp/aws", AT_HARVEST.version))
    at_harvest, later = (read_models(wheel_of(package, cache)) for package in (AT_HARVEST, LATER))
    return find(constraints, _catalog(LATER.version), _catalog(AT_HARVEST.version), at_harvest, later)


def _catalog(version: str) -> Catalog:
    catalog = shipped_library().choose("hashicorp/aws", f"= {version}")
    if catalog is None:
        raise OrchestratorError(f"No catalog of hashicorp/aws {version} ships.")
    return catalog


def _build(found: Found, output: Path) -> int:
    catalog = _catalog(LATER.version)
    content = write_later_values(Subject(catalog.source, catalog.version), found.additions())
    path = output / file_name("values", catalog.provider, catalog.version)
    path.write_bytes(content)
    for name, count in sorted(found.counts.items()):
        print(f"{count:6,}  {name}")
    print(f"{path}: {len(content):,} bytes")
    return 0


def _check(found: Found) -> int:
    """Whether any value of a proved enumeration, learned or of the later models, is refused where the argument stands."""
    knowledge = knowledge_of(_catalog(LATER.version))
    assert knowledge is not None
    asked = refused = 0
    for (kind, name), lists in found.proved.items():
        known = knowledge.checks(kind, name)
        for argument, learned, later in lists if known else ():
            for fact in facts_of(known.checks, argument, learned) if known else ():
                for value in dict.fromkeys((*learned, *later)):
                    asked += 1
                    if fact.complaint(value) and not fact.advisory:
                        refused += 1
                        print(f"{name} {argument}: {value} is refused")
    print(f"{asked:,} values asked, {refused} refused")
    return 1 if refused else 0


def facts_of(checks: Checks, argument: str, values: tuple[str, ...]) -> Iterator[Fact]:
    """The facts about an argument of that name, anywhere in the type, whose list came from the learned one."""
    seen: set[int] = set()
    todo = [checks]
    while todo:
        one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        todo += one.children.values()
        fact = one.facts.get(argument)
        fact = fact and (fact.element or fact)
        if fact is not None and set(values) <= set(fact.values):
            yield fact


def _coverage() -> int:
    for version in (AT_HARVEST.version, LATER.version, "5.40.0"):
        catalog = _catalog(version)
        knowledge = knowledge_of(catalog)
        assert knowledge is not None
        assert knowledge.constraints is not None
        counts: dict[str, int] = {}
        for kind in KINDS:
            for name in catalog.names(kind):
                known = knowledge.checks(kind, name)
                _count(counts, f"{kind} types", 1)
                if known is not None:
                    _count(counts, f"{kind} types with carried facts", 1)
                    for label, number in _facts(known.checks, {}).items():
                        _count(counts, label, number)
        print(f"\n{version}:")
        for label, number in sorted(counts.items()):
            print(f"{number:9,}  {label}")
    return 0


def _count(counts: dict[str, int], label: str, number: int) -> None:
    counts[label] = counts.get(label, 0) + number


def _facts(checks: Checks, known: dict[int, dict[str, int]]) -> dict[str, int]:
    """Places with a fact by what is known of them; blocks that nest in themselves count wherever they occur."""
    if id(checks) in known:
        return known[id(checks)]
    counts: dict[str, int] = {}
    for outer in checks.facts.values():
        for fact in (outer, outer.element):
            if fact is not None:
                for kind in _kinds(fact):
                    advice = fact.uncertain if kind in {"required", "cannot be set"} else fact.advisory
                    _count(counts, f"{kind}: {'warning' if advice else 'error'}", 1)
    for group in checks.groups:
        _count(counts, f"rule {group.kind}: {'warning' if group.advisory else 'error'}", 1)
    for inner in checks.children.values():
        for label, number in _facts(inner, known).items():
            _count(counts, label, number)
    return known.setdefault(id(checks), counts)


def _kinds(fact: Fact) -> Iterator[str]:
    limits = (fact.shortest, fact.longest, fact.low, fact.high, fact.fewest, fact.most, fact.step)
    yield from (
        kind
        for kind, there in (
            ("list of values", bool(fact.values)),
            ("format", bool(fact.format)),
            ("limit or pattern", bool(fact.pattern) or any(limit is not None for limit in limits)),
            ("required", fact.required),
            ("cannot be set", fact.unsettable),
        )
        if there
    )


if __name__ == "__main__":
    sys.exit(main())
