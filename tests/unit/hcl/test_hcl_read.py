"""Variables and outputs as data."""

import pytest

from aws_orchestrator.errors import UsageError
from aws_orchestrator.hcl.read import read_outputs, read_variables

VARIABLES = """\
\ufeffvariable "rules" {
  description = "He said \\"go\\"."
  type = list(object({
    id   = string # the id
    days = optional(number, 30)
  }))
  default   = []
  sensitive = true
  nullable  = false
  validation {
    condition     = length(var.rules) < 10
    error_message = "Too many."
  }
}

variable name {
  type        = "string"
  description = <<-EOT
    First line.
      Second line.
  EOT
}
variable "any" { default = null }
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_variables_are_read_with_type_default_and_text(newline: str) -> None:
    rules, name, any_ = read_variables({"variables.tf": VARIABLES.replace("\n", newline).encode()})
    assert (rules.name, rules.line, rules.required, rules.default) == ("rules", 1, False, "[]")
    assert (rules.description, rules.sensitive, rules.nullable) == ('He said "go".', True, False)
    assert rules.validations == 1
    assert rules.type.startswith("list(object(")
    assert (name.name, name.type, name.required, name.line) == ("name", "string", True, 16)
    assert name.description == "First line.\n  Second line."
    assert (any_.default, any_.required, any_.type, any_.nullable) == ("null", False, "", True)


def test_outputs_are_read() -> None:
    [arn] = read_outputs(
        {
            "outputs.tf": b'output "arn" {\n  description = "The ARN."\n  value = try(a.b[0].arn, null)\n'
            b"  sensitive = true\n}\n",
            "examples/basic/outputs.tf": b'output "other" {\n  value = 1\n}\n',
        }
    )
    assert (arn.name, arn.value, arn.description, arn.sensitive) == (
        "arn",
        "try(a.b[0].arn, null)",
        "The ARN.",
        True,
    )


def test_what_cannot_be_read_is_named() -> None:
    with pytest.raises(UsageError, match=r"^variables\.tf:2: .*Correct the file"):
        read_variables({"variables.tf": b'variable "a" {\n  type = = string\n}\n'})
    with pytest.raises(UsageError, match=r"^variables\.tf:1: .*UTF-8"):
        read_variables({"variables.tf": b'variable "\xff" {}\n'})


def test_python_hcl2_need_not_understand_the_rest_of_the_file() -> None:
    content = b'resource "a" "b" {\n  b /* w */ = 3\n}\nvariable "x" {\n  type = string\n}\n'
    assert [variable.name for variable in read_variables({"main.tf": content})] == ["x"]
