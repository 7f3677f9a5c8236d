"""From an edit to its diagnostics over LSP, beside terraform-ls and `terraform validate`: one client, one run, in turns.

`python benchmarks/live.py` prints each target as met or not and always ends with 0: times are no tests.
`TERRAFORM_LS` names the binary of terraform-ls, `TF_PROVIDER_MIRROR` a mirror with the real provider; without them
their columns are missing. `--soak N` makes N edits instead and prints memory and open files. `--rounds N`: how many edits.

An edit turns an argument of a resource into one that does not exist, and the next one turns it back. Its answer is the
publication in which the argument is refused, or no longer is: not the first one that arrives.
"""

import argparse
import json
import os
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))
from benchmarks.live_modules import MODULES, write

OURS = (sys.executable, "-m", "aws_orchestrator", "serve")
PATIENCE = 120.0
WARMING = 4


class Edit(NamedTuple):
    """The argument that is made wrong and right again."""

    file: str
    argument: str


EDITS = {
    "small": Edit("main.tf", "sqs_managed_sse_enabled"),
    "twenty-files": Edit("service_05.tf", "message_retention_seconds"),
    "bucket": Edit("main.tf", "force_destroy"),
    "network": Edit("main.tf", "enable_dns_hostnames"),
}


class LanguageClient:
    """Speaks to a language server; what the server says is read at once, with the time."""

    def __init__(self, command: Sequence[str], workspace: Path) -> None:
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=workspace
        )
        self.said: queue.Queue[tuple[float, dict[str, Any]]] = queue.Queue()
        self._answers: dict[int, queue.Queue[float]] = {}
        self._next = 0
        self._writing = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {
            "workspace": {"workspaceFolders": True},
            "textDocument": {"publishDiagnostics": {"versionSupport": True}},
        }
        folder = {"uri": workspace.as_uri(), "name": workspace.name}
        self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": workspace.as_uri(),
                "capabilities": capabilities,
                "workspaceFolders": [folder],
            },
        )
        self.send("initialized", {})

    def send(self, method: str, params: Any, **more: Any) -> None:
        given = {} if params is None else {"params": params}
        self._write(json.dumps({"jsonrpc": "2.0", "method": method, **given, **more}).encode())

    def _write(self, body: bytes) -> None:
        assert self.process.stdin is not None
        with self._writing:
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self.process.stdin.flush()

    def ask(self, method: str, params: Any, patience: float = PATIENCE) -> float:
        """Send a request; the seconds until its answer."""
        self._next += 1
        answer = self._answers[self._next] = queue.Queue()
        began = time.perf_counter()
        self.send(method, params, id=self._next)
        return answer.get(timeout=patience) - began

    def _read(self) -> None:
        assert self.process.stdout is not None
        while True:
            length = 0
            while line := self.process.stdout.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            if not length:
                return
            body = self.process.stdout.read(length)
            now = time.perf_counter()
            message: dict[str, Any] = json.loads(body)
            if "method" not in message:
                self._answers.pop(message["id"]).put(now)
            elif "id" in message:
                # Registrations, questions for settings: nothing to say to any of them.
                self._write(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": None}).encode())
            else:
                self.said.put((now, message))

    def open(self, path: Path) -> None:
        item = {
            "uri": path.as_uri(),
            "languageId": "terraform",
            "version": 1,
            "text": path.read_text("utf-8"),
        }
        self.send("textDocument/didOpen", {"textDocument": item})

    def change(self, path: Path, version: int, change: dict[str, Any]) -> None:
        document = {"uri": path.as_uri(), "version": version}
        self.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def published(self, path: Path, right: Callable[[list[dict[str, Any]]], bool]) -> float:
        """When diagnostics of a file came that are right."""
        limit = time.perf_counter() + PATIENCE
        while True:
            moment, message = self.said.get(timeout=max(0.0, limit - time.perf_counter()))
            params = message.get("params") or {}
            if message["method"] != "textDocument/publishDiagnostics" or params["uri"] != path.as_uri():
                continue
            if right(params["diagnostics"]):
                return moment

    def processes(self) -> list[psutil.Process]:
        me = psutil.Process(self.process.pid)
        return [me, *me.children(recursive=True)]

    @property
    def megabytes(self) -> float:
        """Resident memory of the server with its workers."""
        return sum(process.memory_info().rss for process in self.processes()) / (1 << 20)

    def close(self) -> None:
        try:
            self.ask("shutdown", None, 5)
            self.send("exit", None)
            self.process.wait(5)
        except (queue.Empty, subprocess.TimeoutExpired, OSError):
            print("a server did not end in order", file=sys.stderr)
        finally:
            self.process.kill()
            self.process.wait()


class Typing:
    """Edits one file of a module with one server."""

    def __init__(self, command: Sequence[str], folder: Path, edit: Edit) -> None:
        self.client = LanguageClient(command, folder)
        self.path = folder / edit.file
        self.version = 1
        self.wrong = f"x_{edit.argument}"
        text = self.path.read_text("utf-8")
        line = next(
            number for number, one in enumerate(text.splitlines()) if one.split()[:1] == [edit.argument]
        )
        column = text.splitlines()[line].index(edit.argument)
        self._at = {"line": line, "character": column}
        for path in sorted(folder.glob("*.tf")):
            self.client.open(path)

    def toggle(self) -> float:
        """Make the argument wrong, or right again; the seconds until that is published."""
        self.version += 1
        bad = self.version % 2 == 0
        after = {**self._at, "character": self._at["character"] + (0 if bad else 2)}
        change = {"range": {"start": self._at, "end": after}, "text": "x_" if bad else ""}
        began = time.perf_counter()
        self.client.change(self.path, self.version, change)

        def right(found: list[dict[str, Any]]) -> bool:
            return any(self.wrong in one["message"] and one["severity"] == 1 for one in found) == bad

        return self.client.published(self.path, right) - began


class Figures(NamedTuple):
    """The seconds of many edits."""

    p50: float
    p95: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Figures":
        return cls(statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1])

    def __str__(self) -> str:
        return f"{1000 * self.p50:5.0f} / {1000 * self.p95:5.0f} ms"


class Validate:
    """`terraform validate` with the real provider on a copy of a module."""

    def __init__(self, terraform: str, mirror: str, folder: Path) -> None:
        self._terraform = terraform
        self._folder = folder
        config = folder / "terraform.rc"
        config.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n',
            encoding="utf-8",
        )
        self._environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(config), "CHECKPOINT_DISABLE": "1"}
        self._run("init", "-input=false", "-backend=false")

    def _run(self, *arguments: str) -> None:
        subprocess.run(
            [self._terraform, *arguments],
            cwd=self._folder,
            env=self._environment,
            check=True,
            capture_output=True,
        )

    def seconds(self) -> float:
        began = time.perf_counter()
        self._run("validate", "-json")
        return time.perf_counter() - began


def real_provider(folder: Path) -> Validate | None:
    """The folder, initialised with the real provider; None where it or Terraform is not there."""
    terraform, mirror = shutil.which("terraform"), os.environ.get("TF_PROVIDER_MIRROR")
    return Validate(terraform, mirror, folder) if terraform and mirror else None


def target(text: str, met: bool) -> None:
    print(f"    {'met    ' if met else 'NOT MET'}  {text}", flush=True)


def _copy(root: Path, name: str, who: str) -> Path:
    folder = root / who / name
    write(folder, MODULES[name]())
    return folder


def measure(name: str, root: Path, rounds: int, rival: str | None) -> None:
    """One module with every server that is there, in turns."""
    lines = sum(text.count("\n") for text in MODULES[name]().values())
    print(f"{name}: {len(MODULES[name]())} files, {lines} lines", flush=True)
    servers = {"ours": Typing(OURS, _copy(root, name, "ours"), EDITS[name])}
    if rival:
        theirs = _copy(root, name, "theirs")
        # A terraform-ls that was built from source carries no schemas: it takes those of an initialised folder.
        real_provider(theirs)
        servers["terraform-ls"] = Typing((rival, "serve"), theirs, EDITS[name])
    try:
        for _ in range(WARMING):
            for server in servers.values():
                server.toggle()
        seconds: dict[str, list[float]] = {who: [] for who in servers}
        for _ in range(rounds):
            for who, server in servers.items():
                seconds[who].append(server.toggle())
        figures = {who: Figures.of(taken) for who, taken in seconds.items()}
        memory = {who: server.client.megabytes for who, server in servers.items()}
        for who, figure in figures.items():
            print(f"    {who:13} p50 / p95 {figure}   {memory[who]:4.0f} MB", flush=True)
        judge(name, figures, memory)
        if name == "network":
            answering(servers["ours"])
    finally:
        for server in servers.values():
            server.client.close()
    validating(name, root, figures["ours"])


_AT_MOST = {"twenty-files": (0.060, 0.150), "network": (10.0, 0.400)}
_TIMES = {"small": 2.0, "bucket": 3.0, "network": 4.0}
_TIMES_VALIDATE = {"twenty-files": 20.0, "network": 6.0}


def judge(name: str, figures: dict[str, Figures], memory: dict[str, float]) -> None:
    ours = figures["ours"]
    if name in _AT_MOST:
        p50, p95 = _AT_MOST[name]
        if p50 < 1:
            target(f"p50 under {1000 * p50:.0f} ms", ours.p50 < p50)
        target(f"p95 under {1000 * p95:.0f} ms", ours.p95 < p95)
    theirs = figures.get("terraform-ls")
    if theirs is not None and name in _TIMES:
        ratio = theirs.p50 / ours.p50
        target(f"{ratio:.1f} times as fast as terraform-ls (aim {_TIMES[name]:.0f})", ratio >= _TIMES[name])
        target("in less memory than terraform-ls", memory["ours"] < memory["terraform-ls"])


def validating(name: str, root: Path, ours: Figures) -> None:
    validate = real_provider(_copy(root, name, "real")) if name in _TIMES_VALIDATE else None
    if validate is None:
        return
    validate.seconds()
    seconds = statistics.median(validate.seconds() for _ in range(5))
    ratio = seconds / ours.p50
    print(f"    terraform validate, real provider: {1000 * seconds:.0f} ms")
    target(f"{ratio:.1f} times as fast (aim {_TIMES_VALIDATE[name]:.0f})", ratio >= _TIMES_VALIDATE[name])


def answering(typing: Typing) -> None:
    """How long another request waits while the module is checked."""
    stop = threading.Event()
    taken: list[float] = []
    at = {"textDocument": {"uri": typing.path.as_uri()}, "position": {"line": 20, "character": 5}}

    def ask() -> None:
        while not stop.is_set():
            taken.append(typing.client.ask("textDocument/hover", at))
            time.sleep(0.01)

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(20):
        typing.toggle()
    stop.set()
    asking.join()
    figures = Figures.of(taken)
    print(f"    a hover meanwhile: p50 / p95 {figures}, longest {1000 * max(taken):.0f} ms, of {len(taken)}")
    target("a hover under 20 ms", figures.p95 < 0.020)


def soak(name: str, root: Path, edits: int) -> None:
    """Memory and open files of the server and its workers over many edits."""
    typing = Typing(OURS, _copy(root, name, "soak"), EDITS[name])
    print(f"{name}: {edits} edits; megabytes and open files of every process of ours")
    seen: list[list[tuple[int, int]]] = []
    try:
        step = max(1, edits // 10)
        for number in range(edits + 1):
            if number % step == 0:
                sizes = [(one.memory_info().rss >> 20, one.num_fds()) for one in typing.client.processes()]
                seen.append(sizes)
                print(f"    after {number:6} edits  {sizes}", flush=True)
            typing.toggle()
    finally:
        typing.client.close()
    flat(seen[1:])


def flat(seen: list[list[tuple[int, int]]]) -> None:
    """Whether nothing grew from the first tenth of the edits to the last: the server first, its workers after it."""
    server = [sizes[0] for sizes in seen]
    workers = [sum(megabytes for megabytes, _ in sizes[1:]) for sizes in seen]
    files = [max((count for _, count in sizes[1:]), default=0) for sizes in seen]
    grown = server[-1][0] - server[0][0]
    target(f"the server grew by {grown} MB (aim: less than a tenth)", grown < server[0][0] / 10)
    target(f"the server holds {server[0][1]} files, then {server[-1][1]}", server[-1][1] <= server[0][1])
    target(f"its workers hold {workers[0]} MB, then {workers[-1]} MB", workers[-1] <= workers[0] * 1.1)
    target(f"a worker never holds more than {max(files)} files (aim 2,000)", max(files) <= 2_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=list(MODULES), help="which of them")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--soak", type=int, metavar="N")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for name in arguments.modules:
            if arguments.soak:
                soak(name, root, arguments.soak)
            else:
                measure(name, root, arguments.rounds, os.environ.get("TERRAFORM_LS"))


if __name__ == "__main__":
    main()
