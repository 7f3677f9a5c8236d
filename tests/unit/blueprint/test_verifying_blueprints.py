"""Verifying: what a blueprint says against what the provider has and against itself, each mistake by its path."""

from collections.abc import Callable
from typing import Any

import pytest

from aws_orchestrator.blueprint.model import Blueprint
from aws_orchestrator.blueprint.read import build_blueprint
from aws_orchestrator.blueprint.verify import require_verified, verify
from aws_orchestrator.catalog import Catalog
from aws_orchestrator.errors import BlueprintError

_Document = dict[str, Any]


def _problems(document: _Document, catalog: Catalog) -> list[str]:
    return [str(problem) for problem in verify(build_blueprint(document, "demo"), catalog)]


def _bucket(document: _Document, **changes: object) -> None:
    document["resources"][0].update(changes)


def _add(document: _Document, section: str, **part: object) -> bool:
    document.setdefault(section, []).append(part)
    return False  # so that `or` goes on with the next change


def test_a_right_blueprint_has_no_problems(small: _Document, catalog: Catalog) -> None:
    assert _problems(small, catalog) == []


def test_the_shipped_skill_has_no_problems(s3: Blueprint, catalog: Catalog) -> None:
    assert verify(s3, catalog) == ()


_SPOILED: list[tuple[Callable[[_Document], object], str]] = [
    # Against the catalog.
    (
        lambda d: d["resources"][0]["arguments"].update(bukcet="var.name"),
        'resources[0].arguments.bukcet: aws_s3_bucket has no argument "bukcet"; did you mean "bucket"?',
    ),
    (
        lambda d: d["resources"][0].update(address="aws_s3_bukcet.that"),
        'resources[0].address: hashicorp/aws 5.100.0 has no resource type "aws_s3_bukcet"; did you mean "aws_s3_bucket"?',
    ),
    (
        lambda d: d["data"][1].update(address="aws_partitoin.current"),
        'data[1].address: hashicorp/aws 5.100.0 has no data source "aws_partitoin"; did you mean "aws_partition"?',
    ),
    (
        lambda d: d["resources"][0]["arguments"].update(arn='"x"'),
        'resources[0].arguments.arn: "arn" of aws_s3_bucket is computed by the provider and cannot be set',
    ),
    (
        lambda d: d["resources"][0]["arguments"].update(acl='"private"'),
        'resources[0].arguments.acl: "acl" of aws_s3_bucket is deprecated; a new module does not use it',
    ),
    (
        lambda d: d["resources"][0]["arguments"].update(timeouts={}),
        'resources[0].arguments.timeouts: "timeouts" of aws_s3_bucket is a block; write it under `blocks`',
    ),
    (
        lambda d: _bucket(d, blocks=[{"type": "bucket"}]),
        'resources[0].blocks[0]: "bucket" of aws_s3_bucket is an argument; write it under `arguments`',
    ),
    (
        lambda d: _bucket(d, blocks=[{"type": "timeout"}]),
        'resources[0].blocks[0]: aws_s3_bucket has no block "timeout"; did you mean "timeouts"?',
    ),
    (
        lambda d: d["resources"][0]["arguments"].update(force_destroy='"maybe"'),
        'resources[0].arguments.force_destroy: "force_destroy" of aws_s3_bucket is true or false, not the text "maybe"',
    ),
    (
        lambda d: d["resources"][0]["arguments"].update(force_destroy=[True]),
        'resources[0].arguments.force_destroy: "force_destroy" of aws_s3_bucket is true or false, not a list',
    ),
    (
        lambda d: d["resources"][0]["arguments"].update(tags={"a": '"b"'}),
        "resources[0].arguments.tags: the compiler writes the merge of tags; leave it out",
    ),
    (
        lambda d: _add(d, "resources", address="aws_s3_bucket_versioning.this"),
        'resources[2].arguments: aws_s3_bucket_versioning needs the argument "bucket"',
    ),
    (
        lambda d: _add(
            d, "resources", address="aws_s3_bucket_versioning.this", arguments={"bucket": "var.name"}
        ),
        'resources[2].blocks: aws_s3_bucket_versioning needs the block "versioning_configuration"',
    ),
    (
        lambda d: _add(
            d,
            "resources",
            address="aws_s3_bucket_versioning.this",
            arguments={"bucket": "var.name"},
            blocks=[
                {
                    "type": "versioning_configuration",
                    "feature": "queue",
                    "arguments": {"status": '"Enabled"'},
                }
            ],
        ),
        'resources[2].blocks: aws_s3_bucket_versioning needs the block "versioning_configuration" '
        "also where its features are not selected",
    ),
    (
        lambda d: _add(
            d,
            "resources",
            address="aws_s3_bucket_versioning.this",
            arguments={"bucket": "var.name"},
            blocks=[{"type": "versioning_configuration", "arguments": {"status": '"Enabled"'}}] * 2,
        ),
        'resources[2].blocks: aws_s3_bucket_versioning takes the block "versioning_configuration" at most once',
    ),
    (
        lambda d: _bucket(d, lifecycle={"ignore_changes": ["acll"]}),
        'resources[0].lifecycle.ignore_changes[0]: aws_s3_bucket has no argument "acll"; did you mean "acl"?',
    ),
    (
        lambda d: _bucket(d, lifecycle={"ignore_changes": ["tags]\n}"]}),
        "resources[0].lifecycle.ignore_changes[0]: `tags] }` is not the path of an argument",
    ),
    (
        lambda d: _bucket(d, arguments_when=[{"unless": "queue", "arguments": {"bucket": "var.name"}}]),
        'resources[0].arguments_when[0].arguments.bucket: "bucket" is already under `arguments`; one `feature` may replace it',
    ),
    (
        lambda d: d.update(
            mocks=[
                {"kind": "resource", "type": "aws_s3_bucket", "values": {"id": '"a"'}},
                {"kind": "resource", "type": "aws_s3_bucket", "feature": "queue", "values": {"arn": '"b"'}},
            ]
        ),
        "mocks[1]: aws_s3_bucket is mocked twice in some selections; put the values into one",
    ),
    # The provider itself: one sentence, not a hundred.
    (
        lambda d: d["provider"].update(source="hashicorp/azurerm"),
        "provider.source: this is hashicorp/azurerm, but the catalog is of hashicorp/aws",
    ),
    (
        lambda d: d["provider"].update(version=">= 99.0.0"),
        "provider.version: >= 99.0.0 does not admit the catalog's 5.100.0",
    ),
    # References.
    (
        lambda d: d["resources"][0]["arguments"].update(bucket="var.nmae"),
        'resources[0].arguments.bucket: there is no variable "nmae"; did you mean "name"?',
    ),
    (
        lambda d: d["outputs"][0].update(value="aws_s3_bucket.this.anr"),
        'outputs[0].value: aws_s3_bucket has no attribute "anr"; did you mean "arn"?',
    ),
    (
        lambda d: d["outputs"][1].update(feature=()),
        "outputs[1].value: the resource aws_sqs_queue.events exists only with queue, but this part also exists otherwise",
    ),
    (
        lambda d: d["resources"][0]["arguments"].update(bucket='"${var.retention}"'),
        'resources[0].arguments.bucket: the variable "retention" exists only with queue, but this part also exists otherwise',
    ),
    (
        lambda d: _bucket(d, depends_on=["aws_sqs_queue.evnets"]),
        'resources[0].depends_on: there is no part with the address "aws_sqs_queue.evnets"; did you mean "aws_sqs_queue.events"?',
    ),
    (
        lambda d: d["resources"][1].update(guard={"for_each": "toset([])"}),
        "outputs[1].value: aws_sqs_queue.events is made with for_each: choose one with an index, or go over it with `for`",
    ),
    (
        lambda d: d["resources"][0]["arguments"].update(bucket='"a"\nforce_destroy = true'),
        'resources[0].arguments.bucket: `"a" force_destroy = true` is more than one expression',
    ),
    (
        lambda d: d["variables"][0].update(default="var.name"),
        "variables[0].default: `var.name` must be a constant: it can refer to nothing and call nothing",
    ),
    (
        lambda d: d["scenarios"][0].update(variables={"name": "var.name"}),
        "scenarios[0].variables.name: `var.name` must be a constant: it can refer to nothing and call nothing",
    ),
    (
        lambda d: d["example"].update(name="local.place"),
        "example.name: `local.place` must be a constant: it can refer to nothing and call nothing",
    ),
    (
        lambda d: _add(d, "resources", address="aws_iam_access_key.this", arguments={"user": '"u"'})
        or _add(
            d, "outputs", name="secret", description="The secret.", value="aws_iam_access_key.this.secret"
        ),
        'outputs[2].value: "secret" of aws_iam_access_key is sensitive, so the output must say `sensitive: true`',
    ),
    # Variables.
    (
        lambda d: d["variables"][0].update(type="number\ndefault = 1"),
        "variables[0].type: `number default = 1` is not a type: `default` follows after its end",
    ),
    (
        lambda d: d["variables"][0].update(type="any"),
        "variables[0].type: `any` is not a type: `any` checks nothing; write the type",
    ),
    (
        lambda d: d["variables"][0].update(default='"soon"'),
        'variables[0].default: "retention" is a number, not the text "soon"',
    ),
    (
        lambda d: d["variables"][0].update(type="object({ a = string })", default={}),
        'variables[0].default: "retention" needs the field "a"',
    ),
    (
        lambda d: d["variables"][0].update(default="null", nullable=False),
        "variables[0].default: it is null, but the variable says `nullable: false`",
    ),
    (
        lambda d: _add(d, "variables", name="s3_bucket_tags", type="string", description="x"),
        'variables[2]: the compiler declares "s3_bucket_tags"; leave it out',
    ),
    (
        lambda d: _add(d, "variables", name="create", type="bool", description="x"),
        'variables[2]: the compiler declares "create"; leave it out',
    ),
    (
        lambda d: _add(d, "variables", name="count", type="number", description="x"),
        'variables[2]: "count" is a word of Terraform; choose another name',
    ),
    (
        lambda d: _add(d, "resources", address="aws_s3_bucket.main", arguments={}),
        'resources: 2 resources share the variable "s3_bucket_tags" for their own tags; give them `tags_variable`',
    ),
    (
        lambda d: d["scenarios"][0].update(variables={"nmae": '"x"'}),
        'scenarios[0].variables: there is no variable "nmae"; did you mean "name"?',
    ),
    # The document in itself.
    (
        lambda d: d["outputs"].append(d["outputs"][0]),
        'outputs: "arn" is there 2 times',
    ),
    (
        lambda d: d["features"][1].update(requires=["queu"]),
        'features[1].requires: there is no feature "queu"; did you mean "queue"?',
    ),
    (
        lambda d: d["outputs"][1].update(unless="queue"),
        'outputs[1]: it is never there: it needs "queue" with and without',
    ),
    (
        lambda d: d["resources"][0].update(file="variables.tf"),
        'resources[0].file: "variables.tf" takes no resources and no data; use one of main.tf, iam.tf, policies.tf, '
        "security_groups.tf, data.tf, templates.tf",
    ),
    (
        lambda d: d["resources"][1].update(file="iam.tf"),
        'resources[1].file: "iam.tf" is not declared in files',
    ),
    (
        lambda d: d["files"].append({"name": "iam.tf", "purpose": "x"}),
        "files[10]: nothing is put into iam.tf; leave it out",
    ),
    (
        lambda d: d["files"][1].update(feature="queue"),
        'data[0].file: "data.tf" is declared for some features only, and this part exists without them',
    ),
    (
        lambda d: d["files"].pop(0),
        "files: main.tf is in every module and must be declared",
    ),
    (
        lambda d: d["resources"].pop(0),
        "resources: one resource in main.tf must be there in every selection",
    ),
    (
        lambda d: d["scenarios"][0].update(assertions=[]),
        "scenarios[0]: it asserts nothing in some selections; give it an assertion without a condition, or expect_failures",
    ),
    (
        lambda d: d.update(inputs=[{"variable": "name", "patterns": ["(?P<value>"]}]),
        "inputs: `(?P<value>` is not a regular expression: missing ), unterminated subpattern at position 0",
    ),
    (
        lambda d: d.update(inputs=[{"variable": "name", "patterns": ["named (.*)"]}]),
        "inputs: `named (.*)` has no group named `value`",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "sentence"), _SPOILED, ids=[sentence for _, sentence in _SPOILED])
def test_a_mistake_is_named_by_its_path(
    small: _Document, catalog: Catalog, spoil: Callable[[_Document], object], sentence: str
) -> None:
    spoil(small)
    assert sentence in _problems(small, catalog)


@pytest.mark.parametrize("name", ["../main.tf", "tests/other.tftest.hcl", "main.tf ", "extra.tf", "a\\b"])
def test_a_module_has_no_other_files(small: _Document, catalog: Catalog, name: str) -> None:
    small["files"].append({"name": name, "purpose": "x"})
    beginning = f'files[10]: a module has no file "{name}"; it may have main.tf, '
    assert [problem for problem in _problems(small, catalog) if problem.startswith(beginning)]


def test_blocks_that_share_the_selections_among_them_are_enough(small: _Document, catalog: Catalog) -> None:
    block = {"type": "versioning_configuration", "arguments": {"status": '"Enabled"'}}
    _add(
        small,
        "resources",
        address="aws_s3_bucket_versioning.this",
        arguments={"bucket": "var.name"},
        blocks=[block | {"feature": "queue"}, block | {"unless": "queue"}],
    )
    assert _problems(small, catalog) == []


def test_names_that_a_dynamic_block_binds_are_known_inside_it(small: _Document, catalog: Catalog) -> None:
    statement = {
        "type": "statement",
        "dynamic": {"for_each": '["a"]', "iterator": "each_one"},
        "arguments": {"actions": ["each_one.value"]},
    }
    small["data"][0]["blocks"].append(statement)
    assert _problems(small, catalog) == []
    small["data"][0]["arguments"] = {"policy_id": "each_one.value"}
    assert _problems(small, catalog) == ['data[0].arguments.policy_id: there is no resource "each_one.value"']


def test_ten_problems_are_named_and_the_rest_counted(small: _Document, catalog: Catalog) -> None:
    small["resources"][0]["arguments"] |= {f"wrong_{number}": True for number in range(12)}
    with pytest.raises(BlueprintError) as caught:
        require_verified(build_blueprint(small, "demo"), catalog, "b.yaml")
    assert str(caught.value).startswith("b.yaml does not agree with hashicorp/aws 5.100.0: resources[0].")
    assert str(caught.value).endswith(" (and 2 more)")
