"""What the stories of editors in a terminal share: the set-up that docs/editors.md tells, the editors, a module."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from support.screen import Screen

PAGE = Path(__file__).parents[2] / "docs" / "editors.md"

ORDERS = {
    "main.tf": """\
terraform {
  required_version = ">= 1.9"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

resource "aws_sqs_queue" "orders" {
  name = var.name
  tags = var.tags
}
""",
    "variables.tf": """\
variable "name" {
  description = "Name of the queue."
  type        = string
}

variable "tags" {
  description = "Tags of the queue."
  type        = map(string)
  default     = {}
}
""",
    "outputs.tf": """\
output "queue_arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.orders.arn
}
""",
}
"""A module that somebody else wrote."""

Start = Callable[..., Screen]


def set_up_of(heading: str, language: str) -> str:
    """The configuration that the page tells to use, to the letter."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert found, f"{PAGE.name} has no {language} below {heading}"
    return found[1]


def binary(variable: str) -> str:
    """The editor that the environment names; `make editors` sets it."""
    found = os.environ.get(variable)
    assert found, f"{variable} is not set: `make editors` installs the editor and sets it"
    return found
