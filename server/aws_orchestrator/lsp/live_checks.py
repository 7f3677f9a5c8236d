"""The checks of a module while a person edits it: all but the tests, with nothing heavy on the server's loop."""

import asyncio

from aws_orchestrator.agents.tf_validator import rule_context, run_check
from aws_orchestrator.agents.validation import Validation
from aws_orchestrator.catalog import CatalogLibrary
from aws_orchestrator.findings import Check, Tree
from aws_orchestrator.outside import Engine
from aws_orchestrator.workflows.check_module import check_tree

_ENGINE_CHECKS: tuple[Check, ...] = ("init", "fmt", "validate")


async def live_checks(
    engine: Engine, catalogs: CatalogLibrary, tree: Tree, disabled_rules: frozenset[str]
) -> Validation:
    """What init, fmt, validate and the quality rules say of a module."""
    unused = rule_context(None)
    results = [await run_check(engine, check, tree, unused) for check in _ENGINE_CHECKS]
    # The rules parse and read every file, for as long as a big module takes: a loop of their own, in a thread.
    rules = await asyncio.to_thread(
        asyncio.run, check_tree(engine, catalogs, tree, ("rules",), disabled_rules)
    )
    return rules.model_copy(
        update={"results": (*results, *rules.results), "provider_version": engine.provider_version}
    )
