"""The supervisor: a small pool of warm workers, one job at a time each, replaced when they die, hang or grow."""

import asyncio
import contextlib
import itertools
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aws_orchestrator
from aws_orchestrator.errors import EngineError
from aws_orchestrator.terraform.environment import worker_environment
from aws_orchestrator.terraform.limits import EngineLimits
from aws_orchestrator.terraform.reattach import endpoints, reattach_variable

_LONGEST_ANSWER = 256 * 1024 * 1024
_KEPT_STDERR = 64_000
_WARM_THE_NEXT = 0.9
"""The share of a worker's limits after which its successor is started."""

# Like `-m aws_orchestrator.terraform.worker`, and it also works from a checkout that is not installed. The folder
# goes last, so that nothing in it can stand before Python's own modules.
_BOOTSTRAP = (
    "import sys; sys.path.append(sys.argv[1]); from aws_orchestrator.terraform.worker import main; main()"
)
_PACKAGE_PARENT = Path(aws_orchestrator.__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Output:
    """What one Terraform command said."""

    code: int
    stdout: str
    stderr: str


class WorkerDied(Exception):
    """The worker ended before it answered."""


class WorkerSlow(Exception):
    """The worker did not answer in time."""


@dataclass(eq=False)
class Worker:
    """One running worker process."""

    process: asyncio.subprocess.Process
    schemas: dict[str, str]
    """Provider address to file of its schema: what the worker can check."""
    jobs: int = 0
    resident: int = 0
    descriptors: int = 0
    allowed: int = 0
    """How many descriptors it may have; 0 when that is not known."""
    said: bytearray = field(default_factory=bytearray)
    listener: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    def serves(self, schemas: Mapping[str, str]) -> bool:
        """Whether the worker has all these schemas."""
        return schemas.items() <= self.schemas.items()

    @property
    def last_words(self) -> str:
        """The line of its stderr that says why it ended: Go's panic, else the last one."""
        lines = bytes(self.said).decode(errors="replace").strip().splitlines()
        panics = [line for line in lines if line.startswith(("panic:", "fatal error:"))]
        return (panics or lines[-1:] or [""])[0].strip()

    async def ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """The worker's answer to one message; WorkerDied when it ended instead."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(message).encode() + b"\n")
            await stdin.drain()
            line = await stdout.readline()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise WorkerDied from error
        if not line.endswith(b"\n"):
            raise WorkerDied
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def kill(self) -> None:
        """End the process now; returns when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        if self.listener is not None:
            await self.listener

    async def listen(self) -> None:
        """Keep the end of what the worker prints on stderr, for the error message."""
        assert self.process.stderr is not None
        while chunk := await self.process.stderr.read(4096):
            self.said += chunk
            del self.said[:-_KEPT_STDERR]


class Supervisor:
    """Runs jobs on at most `most` warm workers. No process is started before a job needs it."""

    def __init__(self, folder: Path, limits: EngineLimits, standby: bool, most: int = 1) -> None:
        self._folder = folder
        self._limits = limits
        self._keeps_standby = standby
        self._most = most
        self._free = asyncio.Semaphore(most)
        self._idle: list[Worker] = []
        """The last used last: one that is warm is used again before another one is started."""
        self._busy: set[Worker] = set()
        self._starting = 0
        self._next: asyncio.Task[Worker] | None = None
        self._ids = itertools.count(1)
        self._closed = False

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers that are up."""
        workers = [*self._busy, *self._idle]
        if (
            self._next is not None
            and self._next.done()
            and not self._next.cancelled()
            and not self._next.exception()
        ):
            workers.append(self._next.result())
        return tuple(worker.pid for worker in workers)

    async def run(
        self, kind: str, folder: Path, arguments: tuple[str, ...], schemas: Mapping[str, str]
    ) -> Output:
        """Run one Terraform command in the folder, on a worker with at least these schemas.

        A worker that crashes is tried once more on a new one. Raises EngineError when that crashes too, or when
        the time limit of this kind of job is over. Cancelling the caller ends the command.
        """
        async with self._free:
            for attempt in (1, 2):
                worker = await self._ready(schemas)
                try:
                    output = await self._do(worker, kind, folder, arguments)
                except WorkerDied as death:
                    await self._drop(worker)
                    said = worker.last_words
                    if attempt == 2:
                        raise EngineError(
                            f"Terraform crashed twice during {kind}{f' ({said})' if said else ''}: nothing is known "
                            "about the module. Try again, or use the cli engine."
                        ) from death
                    continue
                except WorkerSlow as slow:
                    await self._drop(worker)
                    self._warm(worker.schemas)
                    limit = self._limits.of(kind)
                    raise EngineError(
                        f"Terraform did not finish {kind} within {limit:g} seconds and was stopped: nothing is known "
                        "about the module. Try again, or raise the limit."
                    ) from slow
                except BaseException:
                    # Cancelled: the worker is in the middle of a command that nobody waits for.
                    await asyncio.shield(self._drop(worker))
                    self._warm(worker.schemas)
                    raise
                await self._recycle(worker)
                return output
            raise AssertionError("unreachable")

    async def close(self) -> None:
        """End every worker."""
        self._closed = True
        if self._next is not None:
            await self._discard_next()
        for worker in [*self._busy, *self._idle]:
            await self._drop(worker)

    async def _do(self, worker: Worker, kind: str, folder: Path, arguments: tuple[str, ...]) -> Output:
        job = {"id": next(self._ids), "folder": str(folder), "arguments": list(arguments)}
        try:
            async with asyncio.timeout(self._limits.of(kind)):
                answer = await worker.ask(job)
        except TimeoutError as error:
            raise WorkerSlow from error
        worker.jobs += 1
        worker.resident, worker.descriptors = answer["resident"], answer["descriptors"]
        worker.allowed = answer["allowed"]
        return Output(answer["code"], answer["stdout"], answer["stderr"])

    async def _ready(self, schemas: Mapping[str, str]) -> Worker:
        """A worker with the schemas, taken from the idle ones or started; it counts as busy from now on."""
        if self._closed:
            raise EngineError("The engine is closed: start the command again.")
        for dead in [worker for worker in self._idle if worker.process.returncode is not None]:
            await self._drop(dead)
        able = next((worker for worker in reversed(self._idle) if worker.serves(schemas)), None)
        if able is not None:
            self._idle.remove(able)
            self._busy.add(able)
            return able
        replaced = self._replaced(schemas)
        wanted = dict(schemas)
        # Counted before the first await: another job must not start a worker for the same place.
        self._starting += 1
        try:
            if replaced is not None:
                wanted = {**replaced.schemas, **wanted}
                await self._drop(replaced)
            worker = await self._take_next(wanted)
        finally:
            self._starting -= 1
        self._busy.add(worker)
        if self._closed:
            await self._drop(worker)
            raise EngineError("The engine is closed: start the command again.")
        if self._keeps_standby:
            self._warm(worker.schemas)
        return worker

    def _replaced(self, schemas: Mapping[str, str]) -> Worker | None:
        """The idle worker that makes room for one with these schemas; None when there is room.

        One that only lacks some is replaced by one that has both; of one provider a process can hold one version.
        """
        agreeing = (
            worker
            for worker in reversed(self._idle)
            if all(worker.schemas.get(address, file) == file for address, file in schemas.items())
        )
        lacking = next(agreeing, None)
        if lacking is not None:
            return lacking
        full = len(self._idle) + len(self._busy) + self._starting >= self._most
        return self._idle[0] if full and self._idle else None

    async def _take_next(self, wanted: dict[str, str]) -> Worker:
        if self._next is not None:
            started, self._next = self._next, None
            try:
                worker = await started
            except EngineError:
                worker = None
            if worker is not None and worker.process.returncode is None and worker.serves(wanted):
                return worker
            if worker is not None:
                await worker.kill()
        return await self._start(wanted)

    async def _recycle(self, worker: Worker) -> None:
        limits = self._limits
        most = min(limits.descriptors, worker.allowed * 4 // 5 or limits.descriptors)
        used = max(worker.jobs / limits.jobs, worker.resident / limits.resident, worker.descriptors / most)
        if used >= _WARM_THE_NEXT:
            self._warm(worker.schemas)
        if used >= 1:
            # The next job takes the next worker, which has been warming since; this one's answer does not wait.
            await self._drop(worker)
        elif worker in self._busy:
            self._busy.remove(worker)
            self._idle.append(worker)

    def _warm(self, schemas: dict[str, str]) -> None:
        if self._next is None and not self._closed:
            self._next = asyncio.create_task(self._start(dict(schemas)), name="engine-standby")

    async def _discard_next(self) -> None:
        started, self._next = self._next, None
        assert started is not None
        started.cancel()
        with contextlib.suppress(asyncio.CancelledError, EngineError):
            await (await started).kill()

    async def _drop(self, worker: Worker) -> None:
        self._busy.discard(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        await worker.kill()

    async def _start(self, schemas: dict[str, str]) -> Worker:
        home = self._folder / "home"
        sockets = self._folder / "sockets"
        sockets.mkdir(parents=True, exist_ok=True)
        served = endpoints(schemas, sockets, f"w{next(self._ids)}")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-c", _BOOTSTRAP, str(_PACKAGE_PARENT)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_ANSWER,
            cwd=self._folder,
            env=worker_environment(home) | {"TF_REATTACH_PROVIDERS": reattach_variable(served)},
            # A Ctrl-C in the terminal is for us: we end the worker when the run says so.
            start_new_session=True,
        )
        worker = Worker(process, schemas)
        worker.listener = asyncio.create_task(worker.listen(), name=f"engine-stderr-{worker.pid}")
        try:
            async with asyncio.timeout(self._limits.start):
                await worker.ask({"schemas": schemas, "endpoints": served})
                await self._load_schemas(worker)
        except (WorkerDied, TimeoutError) as error:
            await worker.kill()
            said = worker.last_words
            raise EngineError(
                f"The Terraform worker did not start{f': {said}' if said else ''}. Try again, or use the cli engine."
            ) from error
        except BaseException:
            await asyncio.shield(worker.kill())
            raise
        return worker

    async def _load_schemas(self, worker: Worker) -> None:
        """Let Terraform read every schema now, so that the first job does not wait for it."""
        if not worker.schemas:
            return
        # A folder of its own: several workers may start at once.
        folder = self._folder / "warm" / str(worker.pid)
        folder.mkdir(parents=True, exist_ok=True)
        providers = "\n".join(
            f'    p{number} = {{ source = "{address}" }}'
            for number, address in enumerate(sorted(worker.schemas))
        )
        uses = "\n".join(f'provider "p{number}" {{}}' for number in range(len(worker.schemas)))
        text = f"terraform {{\n  required_providers {{\n{providers}\n  }}\n}}\n{uses}\n"
        (folder / "main.tf").write_text(text, encoding="utf-8")
        await worker.ask({"id": 0, "folder": str(folder), "arguments": ["validate", "-json"]})
