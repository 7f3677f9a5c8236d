"""The README's tables stay true when a module that somebody else wrote is updated."""

import pytest

from aws_orchestrator.agents.update_planner import changed_files
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.hcl.edit_check import difference_outside
from unit.update.updating import planned

MAIN = b"""\
variable "name" {
  description = "Name."
  type        = string
}

resource "aws_sqs_queue" "this" {
  name = var.name
}

output "arn" {
  description = "ARN."
  value       = aws_sqs_queue.this.arn
}
"""
README = b"""\
# Queue

Kept as it is.

## Inputs

| Name | Description | Type | Default | Required |
|------|-------------|------|---------|----------|
| `name` | Name. | `string` | n/a | yes |

## Outputs

| Name | Description |
|------|-------------|
| `arn` | ARN. |

The end.
"""

pytestmark = pytest.mark.asyncio


async def updated(readme: bytes, request: str, catalog: Catalog) -> tuple[bytes, tuple[str, ...]]:
    files = {"main.tf": MAIN, "README.md": readme}
    proposal = (await planned(files, request, catalog)).proposal
    after = changed_files(files, proposal.edits, proposal.created, proposal.deleted)
    for name, edits in proposal.edits.items():
        assert difference_outside(files[name], edits, after[name]) is None
    changes = next((file.changes for file in proposal.plan.files if file.path == "README.md"), ())
    return after["README.md"], changes


async def test_a_new_variable_and_a_new_output_get_their_rows(catalog: Catalog) -> None:
    after, changes = await updated(README, "add a number variable days with default 30", catalog)
    row = b"| `days` | Days, of type number; 30 when it is left out. | `number` | `30` | no |\n"
    assert after == README.replace(b"| n/a | yes |\n", b"| n/a | yes |\n" + row)
    assert changes == ("add the row",)
    after, _ = await updated(README, "add an output url = aws_sqs_queue.this.url", catalog)
    assert b"| `url` | URL of aws_sqs_queue.this. |\n\nThe end." in after


async def test_what_is_removed_loses_its_row_and_line_ends_stay(catalog: Catalog) -> None:
    crlf = README.replace(b"\n", b"\r\n")
    after, _ = await updated(crlf, "remove the output arn", catalog)
    assert after == crlf.replace(b"| `arn` | ARN. |\r\n", b"")
    after, _ = await updated(crlf, "add a number variable days with default 30", catalog)
    assert b"\n" not in after.replace(b"\r\n", b"")


@pytest.mark.parametrize("readme", [b"# Queue\n\nNo tables.\n", README.replace(b"| `arn` | ARN. |\n", b"")])
async def test_a_readme_that_lists_nothing_or_not_everything_is_not_corrected_unasked(
    readme: bytes, catalog: Catalog
) -> None:
    after, changes = await updated(readme, "raise the aws provider to 5.60", catalog)
    assert (after, changes) == (readme, ())
