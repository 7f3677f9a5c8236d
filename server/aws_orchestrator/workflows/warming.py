"""Starts Terraform while the first steps of a run think: its library takes longer to load than they do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aws_orchestrator.errors import OrchestratorError
from aws_orchestrator.findings import Tree
from aws_orchestrator.outside import Engine

_NOTHING = Tree(
    key="warming",
    files={
        "main.tf": b'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n    }\n  }\n}\n'
    },
)


@asynccontextmanager
async def warming(engine: Engine) -> AsyncIterator[None]:
    """A context in which the engine gets ready, if it is not; nothing is left of that when the context ends."""
    task = asyncio.create_task(_warm(engine), name="engine-warming")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _warm(engine: Engine) -> None:
    try:
        await engine.validate(_NOTHING)
    except OrchestratorError:
        # The first real check meets the same and says it where a person sees it.
        return
