"""Which of the two libraries a type is built on: Terraform's SDK and its plugin framework judge differently."""

from aws_orchestrator.catalog.knowledge_shape import is_framework
from aws_orchestrator.catalog.model import TypeSchema
from aws_orchestrator.catalog.probe.client import ProviderClient

_FRAMEWORK = "terraform-plugin-framework"
_NO_OBJECT = "x"


def built_on_framework(client: ProviderClient, schema: TypeSchema) -> bool:
    """Whether the provider's plugin framework answers for the type.

    Its schema tells it mostly, by the kind of `id` that the SDK adds; some authors write one of their own. A
    configuration that is no object tells it always: only the framework names itself when it cannot convert one.
    """
    if schema.kind == "provider":
        return False
    said = client.validate(schema.kind, schema.name, _NO_OBJECT)
    if not any(one.severity == "error" for one in said):
        return is_framework(schema)
    return any(_FRAMEWORK in f"{one.summary} {one.detail}" for one in said)
