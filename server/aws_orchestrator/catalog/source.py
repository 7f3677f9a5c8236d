"""Reading `terraform providers schema -json`: the facts that a catalog keeps, or why there are none."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from aws_orchestrator.catalog.addresses import short_name, source_address
from aws_orchestrator.catalog.cty import CtyType, canonical, is_cty_type
from aws_orchestrator.catalog.model import (
    NESTINGS,
    Attribute,
    Block,
    Function,
    NestedAttributeType,
    NestedBlock,
    Nesting,
    Parameter,
    ProviderSchema,
    TypeKind,
    TypeSchema,
    implied_type,
)
from aws_orchestrator.catalog.versions import parse_version
from aws_orchestrator.catalog.writer import write_catalog
from aws_orchestrator.errors import CatalogError

T = TypeVar("T")
_NESTED_ATTRIBUTE_NESTINGS = tuple(nesting for nesting in NESTINGS if nesting != "group")


def build_catalog(schema_json: bytes, version: str, provider: str | None = None) -> bytes:
    """The catalog file of what `terraform providers schema -json` wrote.

    The version is that of the provider, which the JSON does not tell. The provider's source address is needed
    when the JSON has several. Raises CatalogError, and UsageError for a version that is none.
    """
    return write_catalog(read_provider_schema(schema_json, version, provider))


def read_provider_schema(schema_json: bytes, version: str, provider: str | None = None) -> ProviderSchema:
    """One provider's schema from what `terraform providers schema -json` wrote; errors as `build_catalog`."""
    normal_version = str(parse_version(version))
    schemas = _provider_schemas(schema_json)
    written = _chosen(schemas, provider)
    try:
        return _Reading(_says_write_only(schemas[written])).provider(
            written, normal_version, schemas[written]
        )
    except RecursionError as error:
        raise CatalogError("The schema nests deeper than any provider's does, so it was not read.") from error


def _provider_schemas(schema_json: bytes) -> dict[str, Any]:
    try:
        document: Any = json.loads(schema_json)
    except (ValueError, RecursionError) as error:
        raise CatalogError(
            f"The schema is not complete JSON ({error}): write it again with "
            "`terraform providers schema -json > schema.json`."
        ) from error
    if not isinstance(document, dict) or not isinstance(document.get("provider_schemas"), dict):
        raise CatalogError(
            'The JSON has no "provider_schemas", so `terraform providers schema -json` did not write it: '
            "run that in an initialised folder that requires the provider."
        )
    format_version = document.get("format_version")
    # 0.1 and 0.2 (Terraform 0.13 to 1.0) have the layout of 1.0; new facts raise the minor number only.
    if not isinstance(format_version, str) or format_version.partition(".")[0] not in {"0", "1"}:
        raise CatalogError(
            f"The schema has format version {format_version!r}, but this AWS Orchestrator reads 0.x and 1.x: "
            "update AWS Orchestrator, or write it with an older Terraform."
        )
    schemas: dict[str, Any] = document["provider_schemas"]
    return schemas


def _chosen(schemas: dict[str, Any], provider: str | None) -> str:
    names = ", ".join(sorted(short_name(name) for name in schemas)) or "none"
    if provider is None:
        if len(schemas) == 1:
            return next(iter(schemas))
        raise CatalogError(f"The schema has {len(schemas)} providers, choose one with --provider: {names}.")
    for name in schemas:
        if source_address(name) == source_address(provider):
            return name
    raise CatalogError(f"The schema has no provider {short_name(provider)}; it has: {names}.")


def _says_write_only(value: object) -> bool:
    """Whether the schema knows the flag at all: Terraform before 1.11 does not write it."""
    if isinstance(value, dict):
        return "write_only" in value or any(_says_write_only(inner) for inner in value.values())
    return False


@dataclass(frozen=True, slots=True)
class _Reading:
    """One pass over the JSON; every path in a message is the way to the wrong place in it."""

    says_write_only: bool

    def provider(self, name: str, version: str, written: Any) -> ProviderSchema:
        whole = _table(written, name)
        address = source_address(name)

        def types(key: str, kind: TypeKind) -> dict[str, TypeSchema]:
            return _each(whole, key, name, lambda n, value, path: self.type(n, kind, value, path))

        own = whole.get("provider", {"version": 0, "block": {}})
        return ProviderSchema(
            source=address,
            version=version,
            provider=self.type(address.rpartition("/")[2], "provider", own, f"{name}.provider"),
            resources=types("resource_schemas", "resource"),
            data_sources=types("data_source_schemas", "data"),
            ephemeral_resources=types("ephemeral_resource_schemas", "ephemeral"),
            functions=_each(whole, "functions", name, _function),
        )

    def type(self, name: str, kind: TypeKind, written: Any, path: str) -> TypeSchema:
        schema = _table(written, path)
        version = _count(schema, "version", path)
        return TypeSchema(name, kind, version, self.block(schema.get("block", {}), kind, f"{path}.block"))

    def block(self, written: Any, kind: TypeKind, path: str) -> Block:
        block = _table(written, path)
        return Block(
            _each(block, "attributes", path, lambda n, value, at: self.attribute(n, value, kind, at)),
            _each(block, "block_types", path, lambda n, value, at: self.nested_block(n, value, kind, at)),
            _flag(block, "deprecated", path),
        )

    def nested_block(self, name: str, written: Any, kind: TypeKind, path: str) -> NestedBlock:
        nested = _table(written, path)
        return NestedBlock(
            name,
            _nesting(nested, NESTINGS, path),
            _count(nested, "min_items", path),
            _count(nested, "max_items", path),
            self.block(nested.get("block", {}), kind, f"{path}.block"),
        )

    def attribute(self, name: str, written: Any, kind: TypeKind, path: str) -> Attribute:
        attribute = _table(written, path)
        required, optional, computed, sensitive, deprecated, write_only = (
            _flag(attribute, flag, path)
            for flag in ("required", "optional", "computed", "sensitive", "deprecated", "write_only")
        )
        nested: NestedAttributeType | None = None
        if "nested_type" in attribute:
            inner_path = f"{path}.nested_type"
            inner = _table(attribute["nested_type"], inner_path)
            members = _each(inner, "attributes", inner_path, lambda n, v, at: self.attribute(n, v, kind, at))
            nested = NestedAttributeType(_nesting(inner, _NESTED_ATTRIBUTE_NESTINGS, inner_path), members)
        # Terraform before 1.11 leaves the flag out; the name is the providers' convention. A computed
        # `has_secret_string_wo` is no such argument: it tells whether one was set.
        guessed = not self.says_write_only and kind == "resource" and name.endswith("_wo")
        return Attribute(
            name,
            implied_type(nested.nesting, nested.attributes) if nested else _type(attribute, "type", path),
            required,
            optional,
            computed,
            sensitive,
            deprecated,
            write_only or (guessed and (required or optional) and not computed),
            nested,
        )


def _function(name: str, written: Any, path: str) -> Function:
    function = _table(written, path)
    parameters = function.get("parameters", [])
    if not isinstance(parameters, list):
        raise _wrong(f"{path}.parameters", "a list")
    variadic = function.get("variadic_parameter")
    return Function(
        name,
        _type(function, "return_type", path),
        tuple(_parameter(value, f"{path}.parameters[{number}]") for number, value in enumerate(parameters)),
        _parameter(variadic, f"{path}.variadic_parameter") if variadic is not None else None,
        bool(function.get("deprecation_message")),
    )


def _parameter(written: Any, path: str) -> Parameter:
    parameter = _table(written, path)
    name = parameter.get("name", "")
    if not isinstance(name, str):
        raise _wrong(f"{path}.name", "a text")
    return Parameter(name, _type(parameter, "type", path), _flag(parameter, "is_nullable", path))


def _each(table: Mapping[str, Any], key: str, path: str, read: Callable[[str, Any, str], T]) -> dict[str, T]:
    here = f"{path}.{key}"
    members = _table(table.get(key, {}), here)
    return {name: read(name, members[name], f"{here}.{name}") for name in sorted(members)}


def _table(value: Any, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(path, "an object")
    return value


def _flag(table: Mapping[str, Any], key: str, path: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise _wrong(f"{path}.{key}", "true or false")
    return value


def _count(table: Mapping[str, Any], key: str, path: str) -> int:
    value = table.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(f"{path}.{key}", "a count")
    return value


def _nesting(table: Mapping[str, Any], known: tuple[Nesting, ...], path: str) -> Nesting:
    value = table.get("nesting_mode")
    if value not in known:
        raise _wrong(f"{path}.nesting_mode", f"one of {', '.join(known)}")
    return cast("Nesting", value)


def _type(table: Mapping[str, Any], key: str, path: str) -> CtyType:
    value = table.get(key)
    if not is_cty_type(value):
        raise _wrong(f"{path}.{key}", 'a type such as "string" or ["list", "string"]')
    return canonical(cast("CtyType", value))


def _wrong(path: str, wanted: str) -> CatalogError:
    return CatalogError(
        f"The schema is not as `terraform providers schema -json` writes it: {path} should be {wanted}."
    )
