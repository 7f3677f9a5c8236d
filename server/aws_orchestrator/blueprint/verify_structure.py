"""The document in itself: names that are there once, features that exist, files that are filled."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from aws_orchestrator.blueprint.compile import CONDITIONAL_FILES, CORE_FILES
from aws_orchestrator.blueprint.model import Blueprint, Conditional, DataSource
from aws_orchestrator.blueprint.problems import Problem, did_you_mean
from aws_orchestrator.blueprint.scenarios import EXAMPLE_FILE, EXAMPLE_VERSIONS_FILE, TESTS_FILE

_FILES = (*CORE_FILES, *CONDITIONAL_FILES, EXAMPLE_FILE, EXAMPLE_VERSIONS_FILE, TESTS_FILE)
# The other core files are the compiler's alone: a resource in them would be lost or misplaced.
_FILES_OF_PARTS = ("main.tf", *CONDITIONAL_FILES)
_PATTERN_LIMIT = 400


def structure_problems(blueprint: Blueprint) -> Iterator[Problem]:
    """Duplicates, unknown features, files without content, phrases that can match nothing."""
    yield from _name_problems(blueprint)
    features = [feature.name for feature in blueprint.features]
    for index, feature in enumerate(blueprint.features):
        yield from _unknown(f"features[{index}].requires", "feature", feature.requires, features)
    for path, part in blueprint.conditionals():
        yield from _unknown(path, "feature", (*part.feature, *part.unless), features)
        for name in sorted({*part.feature} & {*part.unless}):
            yield Problem(path, f'it is never there: it needs "{name}" with and without')
    yield from _file_problems(blueprint)
    yield from _presence_problems(blueprint)
    yield from _phrase_problems(blueprint)
    yield from _scenario_problems(blueprint)
    yield from _mock_problems(blueprint)


def _name_problems(blueprint: Blueprint) -> Iterator[Problem]:
    for section in ("features", "variables", "locals", "outputs", "scenarios"):
        yield from _duplicates(section, (item.name for item in getattr(blueprint, section)))
    for section in ("data", "resources"):
        yield from _duplicates(section, (item.address for item in getattr(blueprint, section)))
    yield from _duplicates("files", (file.name for file in blueprint.files))


def _duplicates(section: str, names: Iterable[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield Problem(section, f'"{name}" is there {count} times')


def _unknown(path: str, kind: str, names: Iterable[str], known: list[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(path, f'there is no {kind} "{name}"{did_you_mean(name, known)}')


def _file_problems(blueprint: Blueprint) -> Iterator[Problem]:
    declared = {file.name: file for file in blueprint.files}
    filled = {part.file for part in (*blueprint.data, *blueprint.resources)}
    for index, file in enumerate(blueprint.files):
        path = f"files[{index}]"
        if file.name not in _FILES:
            yield Problem(path, f'a module has no file "{file.name}"; it may have {", ".join(_FILES)}')
        elif file.name in CONDITIONAL_FILES and file.name not in filled:
            yield Problem(path, f"nothing is put into {file.name}; leave it out")
        elif file.name not in CONDITIONAL_FILES and (file.feature or file.unless):
            yield Problem(path, f"{file.name} is in every module and has no condition")
    for name in (*CORE_FILES, EXAMPLE_FILE, EXAMPLE_VERSIONS_FILE, TESTS_FILE):
        if name not in declared:
            yield Problem("files", f"{name} is in every module and must be declared")
    for section in ("data", "resources"):
        parts: tuple[DataSource, ...] = getattr(blueprint, section)
        for index, part in enumerate(parts):
            path = f"{section}[{index}].file"
            if part.file not in _FILES_OF_PARTS:
                allowed = ", ".join(_FILES_OF_PARTS)
                yield Problem(path, f'"{part.file}" takes no resources and no data; use one of {allowed}')
            elif part.file not in declared:
                yield Problem(path, f'"{part.file}" is not declared in files')
            elif not _implies(part, declared[part.file]):
                yield Problem(
                    path,
                    f'"{part.file}" is declared for some features only, and this part exists without them',
                )


def _implies(part: Conditional, whole: Conditional) -> bool:
    return {*part.feature}.issuperset(whole.feature) and {*part.unless}.issuperset(whole.unless)


def _presence_problems(blueprint: Blueprint) -> Iterator[Problem]:
    """Every selection must fill the core files."""

    def always(parts: Iterable[Conditional]) -> bool:
        return any(not part.feature and not part.unless for part in parts)

    if not always(item for item in blueprint.resources if item.file == "main.tf"):
        yield Problem("resources", "one resource in main.tf must be there in every selection")
    if not always(blueprint.outputs):
        yield Problem("outputs", "one output must be there in every selection")
    if not always(blueprint.scenarios):
        yield Problem("scenarios", "one test scenario must be there in every selection")
    if not blueprint.create_variable and not always(blueprint.variables):
        yield Problem("variables", "one variable must be there in every selection")


def _phrase_problems(blueprint: Blueprint) -> Iterator[Problem]:
    variables = [variable.name for variable in blueprint.variables]
    places = [("inputs", blueprint.inputs)]
    places += [
        (f"features[{index}].inputs", feature.inputs) for index, feature in enumerate(blueprint.features)
    ]
    for path, phrases in places:
        for phrase in phrases:
            yield from _unknown(path, "variable", (phrase.variable,), variables)
            for pattern in phrase.patterns:
                if problem := _pattern_problem(pattern):
                    yield Problem(path, problem)


def _pattern_problem(pattern: str) -> str | None:
    if len(pattern) > _PATTERN_LIMIT:
        return f"a pattern has at most {_PATTERN_LIMIT} characters"
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, RecursionError, OverflowError) as error:
        return f"`{pattern}` is not a regular expression: {error}"
    return None if "value" in groups else f"`{pattern}` has no group named `value`"


def _scenario_problems(blueprint: Blueprint) -> Iterator[Problem]:
    for index, scenario in enumerate(blueprint.scenarios):
        certain = [item for item in scenario.assertions if not item.feature and not item.unless]
        if not certain and not scenario.expect_failures:
            yield Problem(
                f"scenarios[{index}]",
                "it asserts nothing in some selections; give it an assertion without a condition, or expect_failures",
            )


def _mock_problems(blueprint: Blueprint) -> Iterator[Problem]:
    """A test file takes one mock of a type."""
    for index, mock in enumerate(blueprint.mocks):
        for other in blueprint.mocks[:index]:
            apart = {*mock.feature} & {*other.unless} or {*other.feature} & {*mock.unless}
            if (mock.kind, mock.type) == (other.kind, other.type) and not apart:
                yield Problem(
                    f"mocks[{index}]",
                    f"{mock.type} is mocked twice in some selections; put the values into one",
                )
