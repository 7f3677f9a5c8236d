"""Outputs of switched resources."""

import pytest

from unit.rules.repairing import Check, repaired

RULE = "safe-outputs"


def _output(value: str) -> dict[str, str]:
    return {
        "main.tf": 'resource "aws_vpc" "this" {\n  count = var.create ? 1 : 0\n}\nresource "aws_eip" "always" {\n}\n'
        'module "m" {\n  count = var.create ? 1 : 0\n}\ndata "aws_ami" "x" {\n  count = 1\n}\n',
        "outputs.tf": f'output "id" {{\n  value = {value}\n}}\n',
    }


@pytest.mark.parametrize(
    "value",
    [
        "try(aws_vpc.this[0].id, null)",
        "one(aws_vpc.this[*].id)",
        "aws_vpc.this[*].id",
        "aws_vpc.this.*.id",
        "aws_vpc.this",
        "var.create ? aws_vpc.this[0].id : null",
        "[for vpc in aws_vpc.this : vpc.id]",
        'join("", try([aws_vpc.this[0].id], []))',
        "aws_eip.always.id",
        '"aws_vpc.this[0].id"',
    ],
)
def test_guarded_outputs_are_right(check: Check, value: str) -> None:
    assert check(RULE, _output(value)) == []


@pytest.mark.parametrize(
    ("value", "fixed"),
    [
        ("aws_vpc.this[0].id", "try(aws_vpc.this[0].id, null)"),
        ("aws_vpc.this.id", "try(aws_vpc.this[0].id, null)"),
        ("module.m[0].x", "try(module.m[0].x, null)"),
        ("data.aws_ami.x[0].id", "try(data.aws_ami.x[0].id, null)"),
        ('"x-${aws_vpc.this[0].id}"', 'try("x-${aws_vpc.this[0].id}", null)'),
        ("[aws_vpc.this[0].id, aws_eip.always.id]", "try([aws_vpc.this[0].id, aws_eip.always.id], null)"),
        ("concat([aws_vpc.this[0].id], try(aws_vpc.this[0].ids, []))", None),
    ],
)
def test_unguarded_outputs_are_wrapped(check: Check, value: str, fixed: str | None) -> None:
    files = _output(value)
    [finding] = check(RULE, files)
    assert finding.place is not None
    assert finding.place.file == "outputs.tf"
    after = repaired(files, [finding])
    assert after["outputs.tf"] == _output(fixed or f"try({value}, null)")["outputs.tf"]
    assert check(RULE, after) == []
