"""The answers to Terraform's Validate calls: what the real provider's code would say, from what was learned of it."""

import threading
from functools import cached_property
from pathlib import Path

from aws_orchestrator.catalog.catalog import Catalog, load
from aws_orchestrator.catalog.knowledge import Knowledge, judge, knowledge_of
from aws_orchestrator.catalog.knowledge_plan_rules import plan_warnings
from aws_orchestrator.catalog.model import TypeKind
from aws_orchestrator.catalog.plugin.messages import Diagnostic, bytes_of, fields, text_of, write_diagnostic
from aws_orchestrator.catalog.plugin.values import decode_dynamic
from aws_orchestrator.errors import CatalogError


class ProviderChecks:
    """What one provider version checks. The catalog and the knowledge are read at the first question."""

    def __init__(self, catalog: Path) -> None:
        self._place = catalog
        self._reading = threading.Lock()

    def validate(self, kind: TypeKind, request: bytes) -> bytes:
        """The response to a Validate call for a resource, a data source or the provider's own block."""
        with self._reading:
            known = self._known
        # Only the provider's own call has no type name, and its response keeps `diagnostics` in field 2.
        found = dict(fields(request))
        config = decode_dynamic(bytes_of(found[1 if kind == "provider" else 2]))
        number = 2 if kind == "provider" else 1
        if isinstance(known, str):
            return self._not_checked(known) if kind == "provider" else b""
        catalog, knowledge = known
        schema = catalog.type(kind, "" if kind == "provider" else text_of(found[1]))
        if schema is None:
            return b""
        checks = knowledge.checks(kind, schema.name) if knowledge else None
        said = list(judge(schema, checks, config))
        if kind == "resource" and catalog.provider == "hashicorp/aws" and isinstance(config, dict):
            said += plan_warnings(schema.name, config)
        return b"".join(write_diagnostic(number, one) for one in said)

    def _not_checked(self, reason: str) -> bytes:
        return write_diagnostic(
            2, Diagnostic("warning", "Values were not checked", f"Only the schema was: {reason}")
        )

    @cached_property
    def known(self) -> tuple[Catalog, Knowledge | None] | None:
        """The catalog and what is known beyond it; None when they cannot be read."""
        with self._reading:
            known = self._known
        return None if isinstance(known, str) else known

    @cached_property
    def _known(self) -> tuple[Catalog, Knowledge | None] | str:
        try:
            catalog = load(self._place)
            knowledge = knowledge_of(catalog)
            if knowledge is not None:
                # Read now: a damaged file must be told once, not break every answer.
                _ = knowledge.constraints, knowledge.replacements, knowledge.later_values
        except CatalogError as error:
            return str(error)
        return catalog, knowledge
