"""Tests that count: a generated module that somebody spoils fails its own tests."""

import re
from collections.abc import Mapping

import pytest

from aws_orchestrator.blueprint.model import Selection
from aws_orchestrator.findings import Tree
from aws_orchestrator.outside import Engine
from skills.conftest import blueprint_of, module_tree

pytestmark = pytest.mark.asyncio(loop_scope="module")

_CORE = frozenset(
    {
        "encryption", "versioning", "public_access_block", "ownership", "tls_only", "lifecycle",
        "access_logging",
    }
)  # fmt: skip
_CAUGHT_AT_LEAST = 0.8

# What is spoiled, by a name: file, pattern (multi-line, must match), replacement.
_Mutants = Mapping[str, tuple[str, str, str]]
_CORE_MUTANTS: _Mutants = {
    "a public access block setting is off": (
        "main.tf", r"var\.public_access_block\.block_public_policy", "false"
    ),
    "another public access block setting is lost": (
        "main.tf", r" *restrict_public_buckets = .*\n", ""
    ),
    "the defaults of the public access block are open": (
        "variables.tf", r"ignore_public_acls      = optional\(bool, true\)", "ignore_public_acls = optional(bool, false)"
    ),
    "everybody is allowed instead of denied": ("policies.tf", r'"Deny"', '"Allow"'),
    "plain http is not refused": ("policies.tf", r'"aws:SecureTransport"', '"aws:PrincipalArn"'),
    "old tls is not refused": ("policies.tf", r'  statement \{\n    sid       = "DenyOutdatedTls"(.|\n)*?\n  \}\n', ""),
    "the refusal holds for reading alone": ("policies.tf", r'\["s3:\*"\]', '["s3:GetObject"]'),
    "the refusal does not hold for the objects": ("policies.tf", r', "\$\{aws_s3_bucket\.this\[0\]\.arn\}/\*"\]', "]"),
    "another policy is attached": ("policies.tf", r"data\.aws_iam_policy_document\.bucket\[0\]\.json", 'jsonencode({})'),
    "the encryption is weaker": ("variables.tf", r'default     = "aws:kms"', 'default     = "AES256"'),
    "the customer's key is ignored": ("main.tf", r"\? var\.kms_key_arn : null", "? null : null"),
    "the bucket key is off": ("main.tf", r'bucket_key_enabled = .*', "bucket_key_enabled = false"),
    "versioning is suspended": ("variables.tf", r'default     = "Enabled"', 'default     = "Suspended"'),
    "acls are on": ("variables.tf", r'default     = "BucketOwnerEnforced"', 'default     = "ObjectWriter"'),
    "tags of the module are lost": ("main.tf", r", var\.tags, var\.bucket_tags\)", ", var.bucket_tags)"),
    "tags of the bucket are lost": ("main.tf", r", var\.tags, var\.bucket_tags\)", ", var.tags)"),
    "the name tag is lost": ("main.tf", r'merge\(\{ "Name" = local\.name \}, ', "merge("),
    "all tags are lost": ("main.tf", r"\n  tags = merge.*\n", "\n"),
    "incomplete uploads stay": ("main.tf", r'(id     = "abort-incomplete-uploads"\n *status = )"Enabled"', r'\1"Disabled"'),
    "old versions stay": ("variables.tf", r"default     = 90", "default     = null"),
    "rules of the caller are ignored": (
        "main.tf", r"for_each = var\.lifecycle_rules", "for_each = { for id, rule in var.lifecycle_rules : id => rule if false }"
    ),
    "prefixes of the caller are ignored": ("main.tf", r"prefix = rule\.value\.prefix", 'prefix = ""'),
    "the bucket can be destroyed with its objects": (
        "variables.tf", r"(variable \"force_destroy\"(.|\n)*?default     = )false", r"\1true"
    ),
    "logs go to the bucket itself": ("main.tf", r"target_bucket = var\.logging_target_bucket", "target_bucket = var.bucket_name"),
    "logging to itself is allowed": ("main.tf", r"var\.logging_target_bucket != var\.bucket_name", "var.bucket_name != null"),
    "an output is not guarded": ("outputs.tf", r"try\(aws_s3_bucket\.this\[0\]\.arn, null\)", "aws_s3_bucket.this[0].arn"),
    "create does not switch everything off": (
        "main.tf", r'("aws_s3_bucket" "this" \{\n  count = )var\.create \? 1 : 0', r"\g<1>1"
    ),
    "bad names are taken": ("variables.tf", r"can\(regex\(.*, var\.bucket_name\)\)", "var.bucket_name != null"),
    "a literal name": ("main.tf", r"bucket        = var\.bucket_name", 'bucket        = "fixed-name"'),
}  # fmt: skip
_FEATURE_MUTANTS: Mapping[str, _Mutants] = {
    "replication": {
        "the role may do everything": ("policies.tf", r'\["kms:Encrypt", "kms:GenerateDataKey"\]', '["kms:*"]'),
        "the role may act on everything": ("policies.tf", r'\["\$\{var\.replication_destination.*\]', '["*"]'),
        "anybody may take the role": ("policies.tf", r'\["s3\.amazonaws\.com"\]', '["*"]'),
        "copies are not encrypted": ("main.tf", r"for_each = local\.kms_encrypted && .*", "for_each = toset([])"),
        "encrypted objects stay behind": ("main.tf", r"for_each = local\.kms_encrypted \? .*", "for_each = toset([])"),
        "the role has lost its tags": ("iam.tf", r"\n  tags = merge.*\n", "\n"),
    },
    "event_notifications": {
        "any bucket may invoke the function": ("main.tf", r" *source_arn .*\n", ""),
        "any account may invoke the function": ("main.tf", r" *source_account .*\n", ""),
    },
    "inventory": {
        "the inventory is not encrypted": ("main.tf", r"for_each = var\.inventory_kms_key_arn == .*", "for_each = toset([])"),
    },
    "object_lock": {"the lock is shorter": ("variables.tf", r"default     = 30", "default     = 1")},
    "cors": {
        "every origin is allowed": ("main.tf", r"cors_rule\.value\.allowed_origins", '["*"]'),
        "browsers may write": ("variables.tf", r'\["GET"\]\)', '["GET", "PUT"])'),
    },
}  # fmt: skip


def _spoiled(tree: Tree, name: str, mutant: tuple[str, str, str]) -> Tree:
    file, pattern, replacement = mutant
    text, count = re.subn(pattern, replacement, tree.files[file].decode())
    assert count, f"{name}: there is no {pattern} in {file} any more"
    return tree.model_copy(update={"files": {**tree.files, file: text.encode()}})


def _without_resource(tree: Tree, file: str, kind: str) -> Tree:
    """The module without a resource and without the orders that name it."""
    block = rf'(# .*\n)*resource "{kind}" "this" \{{\n(.|\n)*?\n\}}\n'
    files = {name: content.decode() for name, content in tree.files.items()}
    files[file], count = re.subn(block, "", files[file])
    assert count == 1
    spoiled = {
        name: re.sub(rf" *depends_on = \[{kind}\.this\]\n", "", text) if name.endswith(".tf") else text
        for name, text in files.items()
    }
    return tree.model_copy(update={"files": {name: text.encode() for name, text in spoiled.items()}})


async def _survivors(engine: Engine, mutants: Mapping[str, Tree]) -> list[str]:
    return [name for name, tree in mutants.items() if (await engine.test(tree)).status == "passed"]


async def _expect_caught(engine: Engine, mutants: Mapping[str, Tree]) -> None:
    survivors = await _survivors(engine, mutants)
    assert len(survivors) <= (1 - _CAUGHT_AT_LEAST) * len(mutants), f"nobody noticed: {survivors}"


async def test_a_spoiled_bucket_fails_its_tests(engine: Engine) -> None:
    tree = module_tree(blueprint_of("s3"), Selection(features=_CORE))
    assert (await engine.test(tree)).status == "passed", "else every mutant would be caught"
    mutants = {name: _spoiled(tree, name, mutant) for name, mutant in _CORE_MUTANTS.items()}
    for kind, file in {
        "aws_s3_bucket_public_access_block": "main.tf",
        "aws_s3_bucket_server_side_encryption_configuration": "main.tf",
        "aws_s3_bucket_versioning": "main.tf",
        "aws_s3_bucket_policy": "policies.tf",
    }.items():
        mutants[f"there is no {kind}"] = _without_resource(tree, file, kind)
    await _expect_caught(engine, mutants)


async def test_a_spoiled_feature_fails_its_tests(engine: Engine) -> None:
    mutants: dict[str, Tree] = {}
    for feature, spoiled in _FEATURE_MUTANTS.items():
        tree = module_tree(blueprint_of("s3"), Selection(features=frozenset({feature})))
        assert (await engine.test(tree)).status == "passed", "else every mutant would be caught"
        mutants |= {name: _spoiled(tree, name, mutant) for name, mutant in spoiled.items()}
    await _expect_caught(engine, mutants)
