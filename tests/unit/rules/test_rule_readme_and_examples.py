"""What the README says, and what examples and tests are."""

import pytest

from aws_orchestrator.rules.readme_tables import readme_tables
from unit.rules.repairing import Check, fully_repaired

README = "readme-matches-code"
PARSE = "examples-parse"
_CODE = (
    'variable "name" {\n  type = string\n}\nvariable "size" {\n  description = "How many."\n  type = number\n  default = 8\n}\n'
    'output "arn" {\n  value = 1\n}\n'
)


def _module(readme: str, code: str = _CODE) -> dict[str, str]:
    return {"main.tf": code, "README.md": readme}


def _summaries(check: Check, readme: str, code: str = _CODE) -> list[str]:
    return [finding.summary for finding in check(README, _module(readme, code))]


_PLAIN = (
    "# Queue\n\n## Inputs\n\n| Name | Description | Type | Default | Required |\n|---|---|---|---|---|\n"
    "| `name` | Its name. | `string` | n/a | yes |\n| `size` | How many. | `number` | `8` | no |\n\n"
    "## Outputs\n\n| Name | Description |\n|------|:---:|\n| arn | Its ARN. |\n"
)
_TERRAFORM_DOCS = (
    "<!-- BEGIN_TF_DOCS -->\n## Inputs\n\n| Name | Description | Type | Default | Required |\n"
    "|------|-------------|------|---------|:--------:|\n"
    '| <a name="input_name"></a> [name](#input\\_name) | a \\| b | `string` | n/a | yes |\n'
    '| <a name="input_size"></a> [size](#input\\_size) | x | <pre>object({<br>  a = string<br>})</pre> | `8` | no |\n\n'
    "## Outputs\n\n| Name | Description |\n|------|-------------|\n"
    '| <a name="output_arn"></a> [arn](#output\\_arn) | The ARN |\n<!-- END_TF_DOCS -->\n'
)


@pytest.mark.parametrize("readme", [_PLAIN, _TERRAFORM_DOCS, _PLAIN.replace("\n", "\r\n"), "# Nothing\n", ""])
def test_a_readme_that_says_what_is_there_is_right(check: Check, readme: str) -> None:
    assert _summaries(check, readme) == []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("| `name` |", "| `nmae` |", ["The README does not list variable name",
                                      "The README lists variable nmae, which the module does not have"]),
        ("| `8` | no |", "| `8` | yes |", ["The README says that variable size is required"]),
        ("| n/a | yes |", "| n/a | no |", ["The README says that variable name is not required"]),
        ("`number`", "`string`", ["The README says that variable size is a string"]),
        ("| arn | Its ARN. |\n", "", ["The README does not list output arn"]),
        ("| arn |", "| id |", ["The README does not list output arn",
                               "The README lists output id, which the module does not have"]),
    ],
)  # fmt: skip
def test_a_readme_that_says_something_else_is_found(
    check: Check, before: str, after: str, found: list[str]
) -> None:
    assert before in _PLAIN
    assert sorted(_summaries(check, _PLAIN.replace(before, after))) == sorted(found)


def test_other_tables_and_code_are_not_read(check: Check) -> None:
    readme = (
        "## Modules\n\n| Name | Source |\n|---|---|\n| x | y |\n\n## Inputs\n\n```\n| Name |\n|---|\n| z |\n```\n\n"
        "| Feature | Cost |\n|---|---|\n| a | b |\n"
    )
    assert _summaries(check, readme) == []


def test_a_row_too_many_is_removed_and_a_missing_one_added(check: Check) -> None:
    files = _module(
        _PLAIN.replace("| `size` | How many. | `number` | `8` | no |", "| `gone` | ? | `number` | `8` | no |")
    )
    fixed = fully_repaired(check, README, files)
    assert check(README, fixed) == []
    assert "| `size` | How many. | `number` | `8` | no |\n" in fixed["README.md"]
    assert "gone" not in fixed["README.md"]


def test_a_broken_module_is_not_compared(check: Check) -> None:
    assert _summaries(check, _PLAIN, _CODE + "locals {\n  x = var.a ? 1\n}\n") == []


def test_any_bytes_are_a_readme() -> None:
    assert readme_tables(b"## Inputs\n| Name |\n|---|\n| \xff\xfe |\n| `a` |\n")[0].rows[0].name == "a"
    assert readme_tables(b"\x00|" * 500) == ()


def test_an_example_that_does_not_parse_is_an_error_at_its_place(check: Check) -> None:
    files = {
        "main.tf": "",
        "examples/basic/main.tf": 'module "x" {\n  source = \n}\n',
        "tests/setup/main.tf": "resource {",
        "tests/basic.tftest.hcl": "run {",
        "modules/other/main.tf": "resource {",
    }
    found = check(PARSE, files)
    assert [finding.place.file for finding in found if finding.place] == [
        "examples/basic/main.tf",
        "tests/setup/main.tf",
    ]
    assert found[0].place is not None
    assert found[0].place.line >= 1


def test_examples_that_parse_are_right(check: Check) -> None:
    assert (
        check(
            PARSE,
            {"examples/a/main.tf": 'module "x" {\n  source = "../.."\n}\n', "examples/a/README.md": "{"},
        )
        == []
    )
