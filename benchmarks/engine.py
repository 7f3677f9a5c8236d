"""The warm engine beside a fresh Terraform process and beside the real provider: ratios of one run.

`python benchmarks/engine.py` prints each target as met or not and always ends with 0: times are no tests.
"""

import asyncio
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import grpc
import psutil

from aws_orchestrator.catalog import shipped_library
from aws_orchestrator.findings import CheckResult, Tree
from aws_orchestrator.terraform.bundled import AWS, BundledEngine
from aws_orchestrator.terraform.cli import CliEngine
from aws_orchestrator.terraform.environment import terraform_environment
from aws_orchestrator.terraform.provider_server import serve_schema
from aws_orchestrator.terraform.reattach import endpoints, reattach_variable
from aws_orchestrator.terraform.schema_store import SchemaStore, load_schema

MODULE = b"""terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = ">= 5.40.0" }
  }
}

variable "name" {
  type = string
}

resource "aws_s3_bucket" "this" {
  bucket = var.name
}

resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

data "aws_iam_policy_document" "tls" {
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = data.aws_iam_policy_document.tls.json
}

output "arn" {
  value = try(aws_s3_bucket.this.arn, null)
}
"""


def edited(number: int) -> Tree:
    """The module as an editor sends it: changed since the last check."""
    return Tree(key="bench", files={"main.tf": MODULE + f"# edit {number}\n".encode()})


async def median(times: int, check: Callable[[int], Awaitable[CheckResult]]) -> float:
    taken = []
    for number in range(times):
        start = time.perf_counter()
        result = await check(number)
        taken.append(time.perf_counter() - start)
        assert result.status == "passed", result
    return statistics.median(taken)


def fresh_processes(terraform: str, folder: Path, times: int) -> float:
    """A `terraform validate` process each, on the same schema provider."""
    catalog = shipped_library().choose(AWS)
    assert catalog is not None
    schema = schema_of(SchemaStore().path_of(catalog, folder / "schemas"))
    served = endpoints([AWS], folder, "bench")
    server = serve_schema("aws", schema, served[AWS])
    module = folder / "module"
    module.mkdir()
    (module / "main.tf").write_bytes(MODULE)
    environment = terraform_environment(folder / "home") | {
        "TF_REATTACH_PROVIDERS": reattach_variable(served)
    }
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        command = [terraform, "validate", "-json"]
        subprocess.run(command, cwd=module, env=environment, check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    server.stop(None)
    return statistics.median(taken)


SIZES = (1, 20, 87)
# A head and twelve resources of different types, a blank line between resources.
HEAD, *RESOURCES = re.split(
    r"\n(?=resource )", Path(__file__).with_name("resources.txt").read_text(encoding="utf-8")
)
_AIM = 0.120
_START = 0.300
_PROVIDER = """
import sys
from pathlib import Path
from aws_orchestrator.terraform.provider_server import serve_schema
from aws_orchestrator.terraform.schema_store import load_schema

schema, socket = sys.argv[1:]
server = serve_schema("aws", load_schema(Path(schema)), f"unix:{socket}")
print(socket, flush=True)
sys.stdin.read()
"""


class Row(NamedTuple):
    """One size of a module."""

    resources: int
    warm: float
    real: float | None


def module_of(resources: int) -> bytes:
    """A valid module with that many resources."""
    blocks = (
        RESOURCES[number % len(RESOURCES)].replace("NUMBER", str(number)) for number in range(resources)
    )
    return "\n".join([HEAD, *blocks]).encode()


def sized(resources: int, number: int) -> Tree:
    """A module of that many resources, changed since the last check."""
    return Tree(key="sized", files={"main.tf": module_of(resources) + f"# edit {number}\n".encode()})


def memory(engine: BundledEngine) -> tuple[float, float]:
    """Megabytes of this process and of the engine's workers."""

    def megabytes(processes: list[psutil.Process]) -> float:
        return sum(process.memory_info().rss for process in processes) / 2**20

    return megabytes([psutil.Process()]), megabytes([psutil.Process(pid) for pid in engine.worker_pids])


async def of_size(engine: BundledEngine | CliEngine, resources: int, times: int) -> float:
    """The median of validates of a module of that size."""
    await engine.validate(sized(resources, -1))
    return await median(times, lambda number: engine.validate(sized(resources, number)))


def provider_start(folder: Path, times: int) -> float:
    """From the start of a schema provider's process to its answer with the whole schema, which is in the cache."""
    catalog = shipped_library().choose(AWS)
    assert catalog is not None
    schema = SchemaStore().path_of(catalog, folder / "schemas")
    taken = []
    for number in range(times):
        start = time.perf_counter()
        command = [sys.executable, "-P", "-c", _PROVIDER, str(schema), str(folder / f"start{number}")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            socket = process.stdout.readline().strip()
            with grpc.insecure_channel(
                f"unix:{socket}", options=[("grpc.max_receive_message_length", -1)]
            ) as channel:
                answer = channel.unary_unary("/tfplugin6.Provider/GetProviderSchema")(
                    b"", wait_for_ready=True
                )
            taken.append(time.perf_counter() - start)
            assert len(answer) == len(schema_of(schema))
            process.communicate()
    return statistics.median(taken)


def schema_of(path: Path) -> bytes:
    schema = load_schema(path)
    assert schema is not None
    return schema


async def first_validate(folder: Path) -> float:
    """The first validate of an engine that has just been made: its worker starts, loads Terraform and the schema."""
    engine = BundledEngine(shipped_library(), folder, cache=folder / "cache")
    start = time.perf_counter()
    await engine.validate(edited(-1))
    taken = time.perf_counter() - start
    await engine.close()
    return taken


async def main() -> None:
    terraform = shutil.which("terraform") or shutil.which("tofu")
    mirror = os.environ.get("TF_PROVIDER_MIRROR")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        cold, started = await first_validate(folder), await first_validate(folder)
        engine = BundledEngine(shipped_library(), folder, cache=folder / "cache")
        await engine.validate(edited(-1))
        warm = await median(50, lambda number: engine.validate(edited(number)))
        sizes = {size: await of_size(engine, size, 30) for size in SIZES}
        ours, workers = memory(engine)
        await engine.close()
        start = provider_start(folder, 9)
        met = "met" if start < _START else "NOT met"
        print(
            f"start of the schema provider, schema from the cache     {start * 1000:9.1f} ms   target 300: {met}"
        )
        print(f"first validate, schema of the whole catalog serialised  {cold * 1000:9.1f} ms")
        print(f"first validate, schema from the cache                   {started * 1000:9.1f} ms")
        print(f"warm validate of the S3 module after an edit            {warm * 1000:9.1f} ms")
        print(f"memory: this process {ours:.0f} MB, the worker {workers:.0f} MB")
        real: dict[int, float] = {}
        if terraform is not None:
            fresh = fresh_processes(terraform, folder, 10)
            report("fresh process, same schema provider", fresh, warm, 10)
        if terraform is not None and mirror is not None:
            cli = CliEngine(Path(terraform), [Path(mirror)], folder)
            await cli.validate(edited(-1))
            s3 = await median(3, lambda number: cli.validate(edited(number)))
            report(f"real provider {cli.provider_version}", s3, warm, 50)
            real = {size: await of_size(cli, size, 3) for size in SIZES}
            await cli.close()
        else:
            print("real provider: skipped, it needs terraform or tofu on PATH and TF_PROVIDER_MIRROR")
        print_sizes([Row(size, sizes[size], real.get(size)) for size in SIZES])


def print_sizes(rows: list[Row]) -> None:
    print("\n| resources | warm | real provider | times |\n|---|---|---|---|")
    for row in rows:
        real = f"{row.real * 1000:.0f} ms" if row.real else "–"
        times = f"{row.real / row.warm:.0f}" if row.real else "–"
        print(f"| {row.resources} | {row.warm * 1000:.1f} ms | {real} | {times} |")
    largest = rows[-1]
    verdict = "met" if largest.warm < _AIM else "NOT met"
    print(f"{largest.resources} resources under {_AIM * 1000:.0f} ms: {verdict}")


def report(what: str, taken: float, warm: float, target: int) -> None:
    ratio = taken / warm
    verdict = "met" if ratio >= target else "NOT met"
    print(f"{what:39} {taken * 1000:9.1f} ms   {ratio:6.1f} times slower; target {target}: {verdict}")


if __name__ == "__main__":
    asyncio.run(main())
