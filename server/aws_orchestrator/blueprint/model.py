"""The blueprint: the typed description of one module, before it is HCL.

Argument values are HCL expressions written as YAML strings (`bucket: var.bucket_name`, `status: '"Enabled"'`);
YAML booleans, numbers, lists and mappings stand for themselves. Guarded resources are referred to without an
index (`aws_s3_bucket.this.arn`): the compiler knows who is guarded and writes the `[0]`.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator
from typing_extensions import TypeAliasType

from aws_orchestrator.model import Frozen

FORMAT_VERSION = 1

Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text for people, never blank."""
Expression = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""An HCL expression, as text."""
_Number = Annotated[float, Field(allow_inf_nan=False)]
Value = TypeAliasType("Value", "bool | int | _Number | Expression | list[Value] | dict[str, Value]")
"""An HCL expression (a string) or a literal; lists and mappings hold values."""


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Conditional(Frozen):
    """What is generated only with (`feature`) or only without (`unless`) some features."""

    feature: Names = ()
    unless: Names = ()

    def holds(self, selected: frozenset[str]) -> bool:
        """True when this part belongs to a module with the selected features."""
        return selected.issuperset(self.feature) and selected.isdisjoint(self.unless)


class FileDeclaration(Conditional):
    """One file of the module and what it is for."""

    name: str
    purpose: Sentence


class Check(Frozen):
    """A condition with the sentence that a person reads when it does not hold."""

    condition: Expression
    error_message: Sentence


class Variable(Conditional):
    """One input of the module."""

    name: Identifier
    type: Expression
    description: Sentence
    default: Value | None = None
    """The default as an expression; absent means that the input is required (`null` is the string "null")."""
    nullable: bool | None = None
    sensitive: bool = False
    ephemeral: bool = False
    validation: tuple[Check, ...] = ()
    example: Expression | None = None


class Local(Conditional):
    """One local value."""

    name: Identifier
    value: Value


class Dynamic(Frozen):
    """Repeat a nested block over a collection; inside, `<iterator>.value` is the element."""

    for_each: Expression
    iterator: Identifier | None = None


class ConditionalArguments(Conditional):
    """Arguments that a block has only with (or without) some features.

    With one feature alone they may take the place of those that the block has otherwise.
    """

    arguments: dict[str, Value] = Field(min_length=1)

    @property
    def replaces(self) -> bool:
        """Whether it may give an argument that the block has already."""
        return len(self.feature) == 1 and not self.unless


class NestedBlock(Conditional):
    """One nested block of a resource or data source."""

    type: Identifier
    dynamic: Dynamic | None = None
    arguments: dict[str, Value] = {}
    arguments_when: tuple[ConditionalArguments, ...] = ()
    blocks: tuple["NestedBlock", ...] = ()


class Guard(Frozen):
    """When a resource exists: `count` holds a boolean expression, `for_each` a map or set."""

    count: Expression | None = None
    for_each: Expression | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.count is None) == (self.for_each is None):
            raise ValueError("a guard holds either count (a boolean expression) or for_each (a map or a set)")
        return self


class ConditionalCheck(Check, Conditional):
    """A condition that a resource has only with (or without) some features."""


class Lifecycle(Frozen):
    """The lifecycle block of a resource."""

    create_before_destroy: bool | None = None
    prevent_destroy: bool | None = None
    ignore_changes: tuple[str, ...] = ()
    replace_triggered_by: tuple[Expression, ...] = ()
    preconditions: tuple[ConditionalCheck, ...] = ()
    postconditions: tuple[ConditionalCheck, ...] = ()


class DataSource(Conditional):
    """One data source; `address` is `TYPE.NAME` without the leading `data.`."""

    address: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z_][a-z0-9_]*$")]
    file: str = "data.tf"
    comment: str = ""
    guard: Guard | None = None
    arguments: dict[str, Value] = {}
    arguments_when: tuple[ConditionalArguments, ...] = ()
    blocks: tuple[NestedBlock, ...] = ()
    depends_on: tuple[Expression, ...] = ()

    @property
    def type(self) -> str:
        """The type's name, `aws_partition`."""
        return self.address.partition(".")[0]

    @property
    def name(self) -> str:
        """The name inside the module, `current`."""
        return self.address.partition(".")[2]


class Resource(DataSource):
    """One managed resource. Tags are not written here: the compiler adds them where the schema has them."""

    file: str = "main.tf"
    lifecycle: Lifecycle | None = None
    name_tag: Expression | None = None
    """Expression of this resource's `Name` tag; the blueprint's `name_tag` when absent."""
    tags_variable: Identifier | None = None
    """The variable with tags of this resource alone; derived from the address when absent."""

    @property
    def own_tags_variable(self) -> str:
        """The name of the variable with tags of this resource alone: `bucket_tags`."""
        if self.tags_variable:
            return self.tags_variable
        base = self.type.partition("_")[2]
        return f"{base}_tags" if self.name in ("this", "main", "default") else f"{base}_{self.name}_tags"


class Output(Conditional):
    """One output of the module."""

    name: Identifier
    value: Expression
    description: Sentence
    sensitive: bool = False
    precondition: Check | None = None


class InputPhrase(Frozen):
    """How a sentence gives a variable its value: patterns with a group named `value`."""

    variable: Identifier
    patterns: tuple[str, ...]


class CostDecision(Frozen):
    """What a person decides because it changes the bill by an order of magnitude."""

    drives: Sentence
    """What drives the cost."""
    magnitude: Sentence
    """The order of magnitude, with its unit."""
    as_of: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    """The month in which that was true."""
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "us-east-1"
    """The region whose prices these are."""
    cheaper: Sentence
    """The cheaper way, and what it gives up."""
    cheaper_inputs: dict[Identifier, Value] = {}
    """Values that make it cheaper; without any the feature is left out."""


class Feature(Frozen):
    """A part of the module that a request selects."""

    name: Identifier
    title: Sentence
    description: Sentence
    default: bool = False
    keywords: tuple[str, ...] = ()
    requires: tuple[Identifier, ...] = ()
    inputs: tuple[InputPhrase, ...] = ()
    cost: str = ""
    cost_decision: CostDecision | None = None


class SecurityControl(Conditional):
    """One security control that the module fulfils, and how."""

    id: Sentence
    title: Sentence
    how: Sentence
    waiver: str = ""
    """What a module without the control's feature accepts, in a sentence."""


class Assertion(Conditional):
    """What a test run asserts; with a condition of its own, a run serves many selections."""

    condition: Expression
    error_message: Sentence


class Scenario(Conditional):
    """One run of the module's tests."""

    name: Identifier
    command: Literal["plan", "apply"] = "plan"
    variables: dict[Identifier, Value] = {}
    assertions: tuple[Assertion, ...] = ()
    expect_failures: tuple[Expression, ...] = ()


class Mock(Conditional):
    """Values that the mocked provider answers with, where a made-up string would be refused."""

    kind: Literal["data", "resource"]
    type: Identifier
    values: dict[str, Value]


class ProviderRequirement(Frozen):
    """The provider that the module needs."""

    source: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")] = "hashicorp/aws"
    version: Annotated[str, Field(pattern=r"^>= \d+\.\d+\.\d+$")]
    """Always a floor: a module that pins or caps the provider blocks its users' upgrades."""

    @property
    def local_name(self) -> str:
        """The name inside the module, `aws`."""
        return self.source.partition("/")[2]


class Blueprint(Frozen):
    """The typed description of one module with all its features."""

    format_version: int = FORMAT_VERSION
    service: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    title: Sentence
    summary: Sentence
    keywords: tuple[str, ...] = ()
    provider: ProviderRequirement
    create_variable: Identifier | None = "create"
    """The switch that every resource obeys; the compiler declares it and guards with it."""
    name_tag: Expression
    mandatory_tags: tuple[str, ...] = ()
    """Keys that `tags` must have; written by the organisation's standards."""
    inputs: tuple[InputPhrase, ...] = ()
    files: tuple[FileDeclaration, ...]
    features: tuple[Feature, ...] = ()
    variables: tuple[Variable, ...] = ()
    locals: tuple[Local, ...] = ()
    data: tuple[DataSource, ...] = ()
    resources: tuple[Resource, ...] = Field(min_length=1)
    outputs: tuple[Output, ...] = Field(min_length=1)
    controls: tuple[SecurityControl, ...] = ()
    gotchas: tuple[str, ...] = ()
    refinements: tuple[Sentence, ...] = ()
    """What the module needs and no field here expresses, in sentences: a mind that writes files does it, another says so."""
    scenarios: tuple[Scenario, ...] = ()
    mocks: tuple[Mock, ...] = ()
    example: dict[Identifier, Value] = {}
    """Inputs of `examples/basic` and of the tests; inputs that a selection does not have, or that a request gave, are
    left out."""

    def feature(self, name: str) -> Feature | None:
        """The feature of that name, or None."""
        return next((feature for feature in self.features if feature.name == name), None)

    def conditionals(self) -> Iterator[tuple[str, Conditional]]:
        """Every conditional part with its path in the document, nested blocks included."""
        for section in (
            "files",
            "variables",
            "locals",
            "data",
            "resources",
            "outputs",
            "controls",
            "scenarios",
            "mocks",
        ):
            for index, part in enumerate(getattr(self, section)):
                path = f"{section}[{index}]"
                yield path, part
                if isinstance(part, DataSource):
                    yield from _conditionals_inside(path, part)
                elif isinstance(part, Scenario):
                    for place, assertion in enumerate(part.assertions):
                        yield f"{path}.assertions[{place}]", assertion


def _conditionals_inside(path: str, part: DataSource | NestedBlock) -> Iterator[tuple[str, Conditional]]:
    for index, arguments in enumerate(part.arguments_when):
        yield f"{path}.arguments_when[{index}]", arguments
    lifecycle = part.lifecycle if isinstance(part, Resource) else None
    for kind in ("preconditions", "postconditions") if lifecycle else ():
        for index, check in enumerate(getattr(lifecycle, kind)):
            yield f"{path}.lifecycle.{kind}[{index}]", check
    for index, block in enumerate(part.blocks):
        inner = f"{path}.blocks[{index}]"
        yield inner, block
        yield from _conditionals_inside(inner, block)


class Selection(Frozen):
    """What a request chose of a blueprint: features, and values that become variables' defaults."""

    features: frozenset[str]
    inputs: dict[str, Value] = {}


def default_selection(blueprint: Blueprint) -> Selection:
    """The selection of somebody who asked for nothing in particular."""
    return Selection(features=frozenset(feature.name for feature in blueprint.features if feature.default))
