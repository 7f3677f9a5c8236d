"""How many small modules `check --recursive` checks in a second, init, fmt, validate and rules each.

`python benchmarks/check.py [MODULES] [ENGINES]` writes that many different modules to a temporary folder, checks them warm
(in this process, engines started) and then cold (the whole command), and prints whether the target is met. No module is
checked twice by an engine, so nothing is reused between modules but the started engines.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from aws_orchestrator.catalog import CatalogLibrary, library_of
from aws_orchestrator.cli.check import repository_engines
from aws_orchestrator.outside import Engine
from aws_orchestrator.settings import Settings
from aws_orchestrator.workflows.check_repository import CheckedModule, check_repository
from aws_orchestrator.workflows.module_folders import module_folders
from aws_orchestrator.workflows.repository_tree import RepositoryTrees
from aws_orchestrator.workflows.settled_catalogs import SettledCatalogs

TARGET_PER_SECOND = 30.0
WARMING = 20

_VERSIONS = """\
terraform {
  required_version = ">= 1.3.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40.0"
    }
  }
}
"""
_VARIABLES = """\
variable "name" {
  description = "Name of queue {number} and of what belongs to it."
  type        = string

  validation {
    condition     = length(var.name) <= 80
    error_message = "A queue's name has at most 80 characters."
  }
}

variable "kms_key_arn" {
  description = "ARN of the key that encrypts the messages."
  type        = string

  validation {
    condition     = can(regex("^arn:", var.kms_key_arn))
    error_message = "This is no ARN."
  }
}

variable "retention_seconds_{number}" {
  description = "How long a message is kept."
  type        = number
  default     = 345600

  validation {
    condition     = var.retention_seconds_{number} >= 60 && var.retention_seconds_{number} <= 1209600
    error_message = "Between a minute and two weeks."
  }
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

variable "queue_tags" {
  description = "More tags of the queue."
  type        = map(string)
  default     = {}
}
"""
_MAIN = """\
resource "aws_sqs_queue" "this" {
  name                      = var.name
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = var.retention_seconds_{number}

  tags = merge({ "Name" = var.name }, var.tags, var.queue_tags)
}
"""
_TOPIC = """\
resource "aws_sns_topic" "this" {
  name              = "${var.name}-topic"
  kms_master_key_id = var.kms_key_arn

  tags = merge({ "Name" = var.name }, var.tags, var.queue_tags)
}

resource "aws_sns_topic_subscription" "this" {
  topic_arn = aws_sns_topic.this.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.this.arn
}
"""
_ALARM = """\
resource "aws_cloudwatch_metric_alarm" "age" {
  count = var.retention_seconds_{number} > 3600 ? 1 : 0

  alarm_name          = "${var.name}-age-{number}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 3
  metric_name         = "ApproximateAgeOfOldestMessage"
  namespace           = "AWS/SQS"
  period              = 60
  statistic           = "Maximum"
  threshold           = var.retention_seconds_{number} / 2

  dimensions = {
    QueueName = aws_sqs_queue.this.name
  }

  tags = merge({ "Name" = var.name }, var.tags, var.queue_tags)
}
"""
_POLICY = """\
data "aws_iam_policy_document" "tls" {
  statement {
    sid       = "DenyPlainText{number}"
    effect    = "Deny"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.this.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "tls" {
  queue_url = aws_sqs_queue.this.id
  policy    = data.aws_iam_policy_document.tls.json
}
"""
_MORE = {"topic.tf": _TOPIC, "alarms.tf": _ALARM, "policies.tf": _POLICY}
_OUTPUTS = """\
output "queue_arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.this.arn
}

output "queue_url" {
  description = "URL of the queue."
  value       = aws_sqs_queue.this.url
}
"""
_FILES = {"versions.tf": _VERSIONS, "variables.tf": _VARIABLES, "main.tf": _MAIN, "outputs.tf": _OUTPUTS}


def write_modules(root: Path, count: int) -> None:
    """Write `count` modules, no two alike: a queue, with or without a topic, alarms and a policy."""
    for number in range(count):
        folder = root / f"team-{number % 20:02}" / f"queue-{number:04}"
        folder.mkdir(parents=True)
        more = [name for bit, name in enumerate(_MORE) if number >> bit & 1]
        for name, content in {**_FILES, **{name: _MORE[name] for name in more}}.items():
            (folder / name).write_text(content.replace("{number}", str(number)), encoding="utf-8")


class Warm(NamedTuple):
    """What the warm run took."""

    seconds: float
    processor: float
    """Seconds of processor time, of this process and of the engines' workers."""
    rates: list[float]


def _processor() -> float:
    me = psutil.Process()
    return sum(sum(process.cpu_times()[:2]) for process in (me, *me.children(recursive=True)))


async def _warm(root: Path, engines: tuple[Engine, ...], catalogs: CatalogLibrary) -> Warm:
    folders = module_folders(root).folders
    trees = RepositoryTrees(root, folders)
    ends: list[float] = []
    bad: list[str] = []

    def told(module: CheckedModule) -> None:
        ends.append(time.perf_counter())
        if not module.valid:
            bad.append(f"{module.path}: {module.problem or (module.validation and module.validation.line)}")

    try:
        await check_repository(engines, catalogs, trees, folders[:WARMING], told)
        ends.clear()
        began, worked = time.perf_counter(), _processor()
        await check_repository(engines, catalogs, trees, folders[WARMING:], told)
        whole, worked = time.perf_counter() - began, _processor() - worked
    finally:
        for engine in engines:
            await engine.close()
    assert not bad, f"{len(bad)} modules are not valid, as {bad[0]}"
    # The rate of each hundred modules: a worker that is replaced shows here.
    rates = [100 / (ends[at + 100] - ends[at]) for at in range(0, len(ends) - 100, 100)]
    return Warm(whole, worked, rates)


def main() -> int:
    """Measure and print; always 0: a benchmark reports, it does not fail."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    engines = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        write_modules(root, count + WARMING)
        catalogs = SettledCatalogs(library_of(root))
        whole, processor, rates = asyncio.run(
            _warm(root, repository_engines(root, Settings(), catalogs, engines), catalogs)
        )
        began = time.perf_counter()
        command = (
            sys.executable,
            "-m",
            "aws_orchestrator",
            "check",
            "--recursive",
            "--jobs",
            str(engines),
            str(root),
        )
        subprocess.run(command, check=True, capture_output=True)
        cold = time.perf_counter() - began
    rate = count / whole
    spread = (
        f" (per hundred: {min(rates):.0f} to {max(rates):.0f}, median {statistics.median(rates):.0f})"
        if rates
        else ""
    )
    print(f"warm, {count} modules, {engines} engines   {rate:6.1f} modules a second{spread}")
    # A worker that ends takes its processor time with it, so this is a little too good when one was replaced.
    free = 2 * count / processor
    print(
        f"processor time a module          {1000 * processor / count:6.1f} ms ({free:.0f} a second on two free cores)"
    )
    print(f"cold, the whole command          {(count + WARMING) / cold:6.1f} modules a second ({cold:.1f} s)")
    print(
        f"target {TARGET_PER_SECOND:.0f} a second warm: {'met' if rate >= TARGET_PER_SECOND else 'NOT met'}"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
