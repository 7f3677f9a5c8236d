"""What a body may hold: the provider's schema for resources, Terraform's own words for everything else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_orchestrator.catalog import Block, Catalog, TypeKind, TypeSchema
from aws_orchestrator.catalog.knowledge import Checks, Fact, Knowledge, Replacement
from aws_orchestrator.rules.rule import RuleContext

KINDS: Mapping[str, TypeKind] = {"resource": "resource", "data": "data", "ephemeral": "ephemeral"}
TOP_LEVEL = {
    "resource": 'resource "${1:type}" "${2:name}" {\n  $0\n}',
    "data": 'data "${1:type}" "${2:name}" {\n  $0\n}',
    "variable": 'variable "${1:name}" {\n  description = "$2"\n  type        = ${3:string}\n}',
    "output": 'output "${1:name}" {\n  description = "$2"\n  value       = $0\n}',
    "locals": "locals {\n  $0\n}",
    "module": 'module "${1:name}" {\n  source = "$2"\n  $0\n}',
    "provider": 'provider "${1:aws}" {\n  $0\n}',
    "terraform": "terraform {\n  $0\n}",
    "moved": "moved {\n  from = $1\n  to   = $2\n}",
    "import": "import {\n  to = $1\n  id = $2\n}",
    "removed": "removed {\n  from = $1\n}",
    "check": 'check "${1:name}" {\n  $0\n}',
    "ephemeral": 'ephemeral "${1:type}" "${2:name}" {\n  $0\n}',
    "run": 'run "${1:name}" {\n  command = plan\n\n  assert {\n    condition     = $2\n    error_message = "$3"\n  }\n}',
    "mock_provider": 'mock_provider "${1:aws}" {}',
}
"""The blocks of a file, as snippets."""
_META = {
    "count": "How many there are of it; `count.index` numbers them.",
    "for_each": "One for each element of a map or set of strings; `each.key` and `each.value` are the element.",
    "depends_on": "What must be there before, where no reference says so.",
    "provider": "Another configuration of the provider, as `aws.east`.",
}
_META_BLOCKS = {"lifecycle": "How it is replaced, and what of it is not watched."}
_OWN: Mapping[tuple[str, ...], tuple[Mapping[str, str], Mapping[str, str]]] = {
    ("variable",): (
        {
            "type": "What callers may give.",
            "description": "What it is for; callers read it.",
            "default": "What it is when callers leave it out; without one they must give it.",
            "sensitive": "Whether plans hide it.",
            "nullable": "Whether callers may give null.",
            "ephemeral": "Whether it is kept in no plan and no state (Terraform 1.10).",
        },
        {"validation": "A condition that a value must fulfil, and the sentence for one that does not."},
    ),
    ("variable", "validation"): (
        {"condition": "True for a right value.", "error_message": "What callers read otherwise."},
        {},
    ),
    ("output",): (
        {
            "value": "What callers get.",
            "description": "What it is; callers read it.",
            "sensitive": "Whether plans hide it.",
            "ephemeral": "Whether it is kept in no state (Terraform 1.10).",
            "depends_on": "What must be there before.",
        },
        {"precondition": "A condition that must hold before the value is given."},
    ),
    ("module",): (
        {
            "source": "Where the module is: a path, a registry address, a repository.",
            "version": "The versions of a registry module that are right.",
            "providers": "The provider configurations that the module gets.",
            **{name: text for name, text in _META.items() if name != "provider"},
        },
        {},
    ),
    ("terraform",): (
        {"required_version": "The versions of Terraform that the module works with."},
        {
            "required_providers": "The providers that the module needs, with their versions.",
            "backend": "Where the state is kept; of root modules only.",
            "cloud": "HCP Terraform; of root modules only.",
        },
    ),
    ("moved",): ({"from": "The former address.", "to": "The present address."}, {}),
    ("import",): ({"to": "The address in the configuration.", "id": "The id of what exists."}, {}),
    ("removed",): (
        {"from": "The address that is no longer managed."},
        {"lifecycle": "Whether it is destroyed."},
    ),
    ("lifecycle",): (
        {
            "create_before_destroy": "Whether the new one is made before the old one goes.",
            "prevent_destroy": "Whether a plan that destroys it is refused.",
            "ignore_changes": "Arguments whose changes outside of Terraform are left as they are.",
            "replace_triggered_by": "What replaces it when that changes.",
        },
        {"precondition": "Must hold before it is planned.", "postcondition": "Must hold afterwards."},
    ),
}


@dataclass(frozen=True, slots=True)
class TypedBlock:
    """A body with all that is known of it."""

    schema: TypeSchema
    block: Block
    path: tuple[str, ...]
    checks: Checks | None
    replacement: Replacement | None

    def fact(self, argument: str) -> Fact | None:
        """What the provider's code checks of an argument."""
        return self.checks.facts.get(argument) if self.checks else None


class Schemas:
    """The schemas of the providers that one module uses."""

    def __init__(self, catalogs: Sequence[Catalog]) -> None:
        """The first catalog that has a type tells about it."""
        self.catalogs = tuple(catalogs)
        self._knowledge: dict[str, Knowledge | None] = {}

    def of(self, kind: TypeKind, name: str) -> tuple[Catalog, TypeSchema] | None:
        """A type with the catalog that has it."""
        for catalog in self.catalogs:
            schema = (
                catalog.type(kind, name)
                if kind != "provider" or catalog.provider_schema.name == name
                else None
            )
            if schema is not None:
                return catalog, schema
        return None

    def body(self, blocks: Sequence[Sequence[str]], path: tuple[str, ...]) -> TypedBlock | None:
        """The body that blocks lead to; None when no schema knows it."""
        top = blocks[0] if blocks else ()
        kind: TypeKind | None = "provider" if top[:1] == ("provider",) else KINDS.get(top[0]) if top else None
        found = self.of(kind, top[1]) if kind is not None and len(top) > 1 else None
        if found is None:
            return None
        catalog, schema = found
        block = schema.block
        for name in path:
            nested = block.blocks.get(name)
            if nested is None:
                return None
            block = nested.block
        knowledge = self.knowledge(catalog)
        known = knowledge.checks(schema.kind, schema.name) if knowledge else None
        checks = known.checks if known else None
        for name in path:
            checks = checks.children.get(name) if checks else None
        replacement = knowledge.replacement(schema.name) if knowledge and schema.kind == "resource" else None
        return TypedBlock(schema, block, path, checks, replacement)

    def knowledge(self, catalog: Catalog) -> Knowledge | None:
        """What was learned of a provider beyond its schema."""
        if catalog.digest not in self._knowledge:
            self._knowledge[catalog.digest] = RuleContext(catalog).knowledge
        return self._knowledge[catalog.digest]


def own_words(blocks: Sequence[Sequence[str]]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Terraform's own arguments and blocks of a body, with what they are for."""
    kinds = tuple(words[0] for words in blocks if words)
    if kinds[-1:] == ("lifecycle",):
        return _OWN[("lifecycle",)]
    if len(kinds) == 1 and kinds[0] in KINDS:
        return _META, {**_META_BLOCKS, "dynamic": "Blocks of one kind, one for each element of a collection."}
    return _OWN.get(kinds, ({}, {}))
