"""Facts of the small providers that no binding has, from the reference pages that these providers publish.

Only what their pages stated when this was written: which values are sensitive or deprecated, the ephemeral resources
and the functions. A return type that a page leaves open is `dynamic`.
"""

from collections.abc import Mapping
from dataclasses import replace

from aws_orchestrator.catalog.cty import CtyType
from aws_orchestrator.catalog.model import (
    Attribute,
    Block,
    Function,
    Parameter,
    ProviderSchema,
    TypeKind,
    TypeSchema,
)
from tools.bindings.packages import BindingsError

_KEYS = ("private_key_openssh", "private_key_pem", "private_key_pem_pkcs8")
SENSITIVE: Mapping[tuple[TypeKind, str], tuple[str, ...]] = {
    ("resource", "random_password"): ("bcrypt_hash", "result"),
    ("resource", "tls_private_key"): _KEYS,
    ("resource", "tls_cert_request"): ("private_key_pem",),
    ("resource", "tls_self_signed_cert"): ("private_key_pem",),
    ("resource", "tls_locally_signed_cert"): ("ca_private_key_pem",),
    ("data", "tls_public_key"): _KEYS[:2],
    ("resource", "local_file"): ("sensitive_content",),
    ("resource", "local_sensitive_file"): ("content", "content_base64"),
    ("data", "local_sensitive_file"): ("content", "content_base64"),
}
DEPRECATED: Mapping[tuple[TypeKind, str], tuple[str, ...]] = {
    ("resource", "random_password"): ("number",),
    ("resource", "random_string"): ("number",),
    ("resource", "local_file"): ("sensitive_content",),
    ("data", "http"): ("body",),
}

_MOMENT: CtyType = [
    "object",
    {
        "day": "number",
        "hour": "number",
        "iso_week": "number",
        "iso_year": "number",
        "minute": "number",
        "month": "number",
        "month_name": "string",
        "second": "number",
        "unix": "number",
        "weekday": "number",
        "weekday_name": "string",
        "year": "number",
        "year_day": "number",
    },
]
_UNITS = ("hours", "microseconds", "milliseconds", "minutes", "nanoseconds", "seconds")
FUNCTIONS: Mapping[str, tuple[Function, ...]] = {
    "local": (Function("direxists", "bool", (Parameter("path", "string"),)),),
    "time": (
        Function(
            "duration_parse",
            ["object", dict.fromkeys(_UNITS, "number")],
            (Parameter("duration", "string"),),
        ),
        Function("rfc3339_parse", _MOMENT, (Parameter("timestamp", "string"),)),
        Function("unix_timestamp_parse", "dynamic", (Parameter("unix_timestamp", "number"),)),
    ),
}

_PUBLIC = (
    "public_key_fingerprint_md5",
    "public_key_fingerprint_sha256",
    "public_key_openssh",
    "public_key_pem",
)
_SWITCHES = ("lower", "numeric", "special", "upper")
_LEAST = ("min_lower", "min_numeric", "min_special", "min_upper")


def _ephemeral(name: str, *attributes: Attribute) -> TypeSchema:
    by_name = {attribute.name: attribute for attribute in attributes}
    return TypeSchema(name, "ephemeral", 0, Block({key: by_name[key] for key in sorted(by_name)}, {}))


EPHEMERAL: Mapping[str, tuple[TypeSchema, ...]] = {
    "random": (
        _ephemeral(
            "random_password",
            Attribute("length", "number", required=True),
            Attribute("override_special", "string", optional=True),
            *(Attribute(name, "bool", optional=True) for name in _SWITCHES),
            *(Attribute(name, "number", optional=True) for name in _LEAST),
            *(Attribute(name, "string", computed=True, sensitive=True) for name in ("bcrypt_hash", "result")),
        ),
    ),
    "tls": (
        _ephemeral(
            "tls_private_key",
            Attribute("algorithm", "string", required=True),
            Attribute("ecdsa_curve", "string", optional=True),
            Attribute("rsa_bits", "number", optional=True),
            *(Attribute(name, "string", computed=True, sensitive=True) for name in _KEYS),
            *(Attribute(name, "string", computed=True) for name in _PUBLIC),
        ),
        _ephemeral(
            "tls_public_key",
            *(Attribute(name, "string", optional=True, sensitive=True) for name in _KEYS[:2]),
            *(Attribute(name, "string", computed=True) for name in ("algorithm", "id", *_PUBLIC)),
        ),
    ),
}


def with_documented(schema: ProviderSchema) -> ProviderSchema:
    """The schema with what its provider's pages state; BindingsError when a page names what is not there."""
    name = schema.provider.name
    return replace(
        schema,
        resources=_marked(schema.resources),
        data_sources=_marked(schema.data_sources),
        ephemeral_resources={found.name: found for found in EPHEMERAL.get(name, ())},
        functions={function.name: function for function in FUNCTIONS.get(name, ())},
    )


def _marked(types: Mapping[str, TypeSchema]) -> dict[str, TypeSchema]:
    marked = dict(types)
    for name, found in types.items():
        attributes = dict(found.block.attributes)
        for hidden in SENSITIVE.get((found.kind, name), ()):
            attributes[hidden] = replace(_there(attributes, hidden, name), sensitive=True)
        for old in DEPRECATED.get((found.kind, name), ()):
            attributes[old] = replace(_there(attributes, old, name), deprecated=True)
        marked[name] = replace(found, block=replace(found.block, attributes=attributes))
    return marked


def _there(attributes: Mapping[str, Attribute], name: str, place: str) -> Attribute:
    if name not in attributes:
        raise BindingsError(
            f"tools/bindings/documented.py names {place}.{name}, which the bindings do not have."
        )
    return attributes[name]
