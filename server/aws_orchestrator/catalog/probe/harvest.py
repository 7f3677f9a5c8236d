"""Asking a provider about all of its types, on several processes of it at once."""

import os
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aws_orchestrator.catalog.knowledge_shape import Shapes
from aws_orchestrator.catalog.model import ProviderSchema, TypeKind, TypeSchema
from aws_orchestrator.catalog.probe.client import ProviderClient, ProviderLost
from aws_orchestrator.catalog.probe.leaf import Memory
from aws_orchestrator.catalog.probe.state import ProbeState
from aws_orchestrator.catalog.probe.type_probe import TypeProbe, settable_leaves

_TRIES = 2

Ask = Callable[[ProviderClient, TypeSchema], dict[str, Any]]
"""Asks one type and gives what was learned as JSON has it."""


@dataclass
class Progress:
    """How far a harvest is."""

    total: int
    done: int = 0
    lost: list[str] = field(default_factory=list)
    """Types at which the provider crashed or hung every time."""


def constraints_of(shapes: Shapes | None = None, memory: Memory | None = None) -> Ask:
    """The question for what a type's configuration is checked for."""
    shapes, memory = shapes or Shapes(), memory or Memory()

    def ask(client: ProviderClient, schema: TypeSchema) -> dict[str, Any]:
        learned = TypeProbe(client, schema, shapes, memory).learn()
        return {
            "checks": learned.checks.written(),
            "framework": learned.framework,
            "calls": learned.calls,
            "unread": learned.unread,
        }

    return ask


def types_of(schema: ProviderSchema, kinds: Iterable[TypeKind]) -> list[TypeSchema]:
    """The types of these kinds, smallest first: the few whose blocks nest in themselves take as long as all others."""
    wanted = set(kinds)
    found = [*schema.resources.values()] if "resource" in wanted else []
    found += schema.data_sources.values() if "data" in wanted else []
    found += [schema.provider] if "provider" in wanted else []
    known: dict[int, int] = {}
    shapes = Shapes()
    return sorted(found, key=lambda one: settable_leaves(shapes.of_block(one.block), known))


def harvest(
    binary: Path,
    types: list[TypeSchema],
    state: ProbeState,
    ask: Ask,
    prepare: Callable[[ProviderClient], None] = lambda client: None,
    processes: int | None = None,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> Progress:
    """Ask every type that the state does not hold yet; what was learned is in the state afterwards."""
    work = _Work(binary, state, ask, prepare, tell, Progress(len(types)))
    for one in types:
        if (one.kind, one.name) in state.learned:
            work.progress.done += 1
        else:
            work.todo.put(one)
    threads = processes or os.cpu_count() or 1
    with ThreadPoolExecutor(threads, "probe") as pool:
        running = [pool.submit(work.run) for _ in range(threads)]
        try:
            for one_process in running:
                one_process.result()
        except BaseException:
            work.stop()
            raise
    return work.progress


@dataclass
class _Work:
    """What the threads share, each of which has a provider of its own."""

    binary: Path
    state: ProbeState
    ask: Ask
    prepare: Callable[[ProviderClient], None]
    tell: Callable[[Progress], None]
    progress: Progress
    todo: "queue.SimpleQueue[TypeSchema]" = field(default_factory=queue.SimpleQueue)
    stopped: bool = False
    telling: threading.Lock = field(default_factory=threading.Lock)
    clients: list[ProviderClient] = field(default_factory=list)

    def stop(self) -> None:
        """End the providers, and with them the calls that the threads wait for."""
        self.stopped = True
        for client in list(self.clients):
            client.kill()

    def run(self) -> None:
        """Ask one type after the other until none is left."""
        client: ProviderClient | None = None
        try:
            while not self.stopped:
                try:
                    schema = self.todo.get_nowait()
                except queue.Empty:
                    return
                client = self._one(client, schema)
                with self.telling:
                    self.progress.done += 1
                    self.tell(self.progress)
        finally:
            self._close(client)

    def _close(self, client: ProviderClient | None) -> None:
        if client is not None:
            self.clients.remove(client)
            client.close()

    def _one(self, client: ProviderClient | None, schema: TypeSchema) -> ProviderClient | None:
        for _ in range(_TRIES):
            try:
                if client is None:
                    client = ProviderClient(self.binary)
                    self.clients.append(client)
                    self.prepare(client)
                started = time.monotonic()
                learned = self.ask(client, schema)
                taken = round(time.monotonic() - started, 2)
                self.state.add(schema.kind, schema.name, learned | {"seconds": taken})
                return client
            except ProviderLost:
                self._close(client)
                client = None
                if self.stopped:
                    return None
        with self.telling:
            self.progress.lost.append(f"{schema.kind} {schema.name}")
        return client
