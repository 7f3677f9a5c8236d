"""The warm engine beside a fresh Terraform process and beside the real provider: ratios of one run.

`python benchmarks/engine.py` prints each target as met or not and always ends with 0: times are no tests.
"""

import asyncio
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

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
    schema = load_schema(SchemaStore().path_of(catalog, folder / "schemas"))
    assert schema is not None
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


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = BundledEngine(shipped_library(), Path(folder))
        start = time.perf_counter()
        await engine.validate(edited(-1))
        cold = time.perf_counter() - start
        warm = await median(50, lambda number: engine.validate(edited(number)))
        await engine.close()
        print(f"first validate (starts the worker)      {cold * 1000:9.1f} ms")
        print(f"warm validate after an edit             {warm * 1000:9.1f} ms")
        terraform = shutil.which("terraform") or shutil.which("tofu")
        if terraform is None:
            print("fresh terraform process, real provider: skipped, no terraform or tofu on PATH")
            return
        fresh = fresh_processes(terraform, Path(folder), 10)
        report("fresh process, same schema provider", fresh, warm, 10)
        mirror = os.environ.get("TF_PROVIDER_MIRROR")
        if mirror is None:
            print("real provider: skipped, TF_PROVIDER_MIRROR is not set")
            return
        cli = CliEngine(Path(terraform), [Path(mirror)], Path(folder))
        await cli.validate(edited(-1))
        real = await median(3, lambda number: cli.validate(edited(number)))
        await cli.close()
        report(f"real provider {cli.provider_version}", real, warm, 50)


def report(what: str, taken: float, warm: float, target: int) -> None:
    ratio = taken / warm
    verdict = "met" if ratio >= target else "NOT met"
    print(f"{what:39} {taken * 1000:9.1f} ms   {ratio:6.1f} times slower; target {target}: {verdict}")


if __name__ == "__main__":
    asyncio.run(main())
