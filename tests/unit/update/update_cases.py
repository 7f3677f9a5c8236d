"""Thirty updates of modules in styles that are not ours: what is asked, and what must come of it."""

from typing import NamedTuple


class Case(NamedTuple):
    """One request to one module of `modules/`."""

    module: str
    request: str
    files: tuple[str, ...]
    """The only files that may differ afterwards."""
    holds: tuple[str, ...] = ()
    """What the changed files hold then, blanks aside."""
    lacks: tuple[str, ...] = ()
    risk: str = "low"
    breaking: tuple[str, ...] = ()
    """A part of each sentence about what breaks."""
    destroyed: tuple[str, ...] = ()


BUNDLED, COMMUNITY, FLEET, LEDGER, WORKER = "bundled", "community", "fleet", "ledger", "worker"
CASES = (
    # Outputs, in the guard style of their resources.
    Case(
        BUNDLED,
        "add an output bucket_arn",
        ("main.tf",),
        ('output "bucket_arn"', "value = aws_s3_bucket.this.arn"),
    ),
    Case(
        BUNDLED,
        'add an output region = data.aws_region.current.name described as "Where the bucket is."',
        ("main.tf",),
        ("value = data.aws_region.current.name", "Where the bucket is."),
    ),
    Case(
        COMMUNITY,
        "add an output bucket_id",
        ("outputs.tf",),
        ("value = try(aws_s3_bucket.main[0].id, null)",),
    ),
    Case(
        FLEET,
        "add an output arns for aws_sqs_queue.default.arn",
        ("outputs.tf",),
        ("{ for key, item in aws_sqs_queue.default : key => item.arn }",),
    ),
    Case(
        LEDGER, "add an output called table_arn", ("outputs.tf",), ("value = aws_dynamodb_table.default.arn",)
    ),
    Case(
        LEDGER,
        "add output key_arn with value aws_kms_key.default.arn",
        ("outputs.tf",),
        ("try(aws_kms_key.default[0].arn, null)",),
    ),
    # Variables.
    Case(
        BUNDLED,
        'add a variable owner with default "platform" described as "Team that owns the bucket."',
        ("main.tf",),
        ('variable "owner"', 'default = "platform"', "Team that owns the bucket."),
    ),
    Case(
        FLEET,
        "add a number variable retention_seconds with default 345600",
        ("variables.tf",),
        ("type = number", "default = 345600"),
    ),
    Case(
        COMMUNITY,
        "add a variable labels of type map(list(string)) with default {}",
        ("variables.tf",),
        ("type = map(list(string))", "default = {}"),
    ),
    Case(
        LEDGER,
        "add a variable billing_contact",
        ("variables.tf",),
        ('variable "billing_contact"',),
        risk="high",
        breaking=("billing_contact has no default",),
    ),
    # Validations.
    Case(
        BUNDLED,
        "validate that environment is one of dev, staging and prod",
        ("main.tf",),
        ('contains(["dev", "staging", "prod"], var.environment)',),
        risk="medium",
    ),
    Case(
        COMMUNITY,
        "add a validation to retention_days: between 1 and 365",
        ("variables.tf",),
        ("var.retention_days >= 1 && var.retention_days <= 365",),
        risk="medium",
    ),
    Case(
        COMMUNITY,
        "validate that kms_key_arn matches /^arn:aws[a-z-]*:kms:/",
        ("variables.tf",),
        ('var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))',),
        risk="medium",
    ),
    Case(
        LEDGER,
        "make sure that table_name is not empty",
        ("variables.tf",),
        ("length(var.table_name) > 0",),
        risk="medium",
    ),
    # Constraints.
    Case(
        BUNDLED,
        "raise the aws provider to 5.60",
        ("main.tf",),
        ('version = ">= 5.60.0" # bumped by hand',),
        risk="medium",
    ),
    Case(FLEET, "require terraform 1.9", ("versions.tf",), ('required_version = ">= 1.9.0"',), risk="medium"),
    Case(
        COMMUNITY,
        "bump the aws provider to >= 5.90.1",
        ("versions.tf",),
        ('version = ">= 5.90.1"',),
        lacks=('">= 5.30"',),
        risk="medium",
    ),
    # Names, with the state led along.
    Case(
        BUNDLED,
        "rename aws_s3_bucket.this to site",
        ("main.tf",),
        ('resource "aws_s3_bucket" "site"', "from = aws_s3_bucket.this", "${aws_s3_bucket.site.arn}/*"),
        risk="high",
    ),
    Case(
        COMMUNITY,
        "rename aws_s3_bucket.main to aws_s3_bucket.this",
        ("main.tf", "outputs.tf", "tests/bucket.tftest.hcl"),
        ("aws_s3_bucket.this[*].arn", "aws_s3_bucket.this[0].bucket ==", "to = aws_s3_bucket.this"),
        risk="high",
    ),
    Case(
        LEDGER,
        "rename the resource aws_dynamodb_table.default to entries",
        ("main.tf", "outputs.tf"),
        (
            "from = aws_dynamodb_table.table to = aws_dynamodb_table.default",
            "to = aws_dynamodb_table.entries",
        ),
        risk="high",
    ),
    Case(
        FLEET,
        "rename aws_sqs_queue.default to main",
        ("main.tf", "outputs.tf"),
        ("aws_sqs_queue.main[each.key].id", "queue in aws_sqs_queue.main :"),
        risk="high",
    ),
    # Features of a skill, in the module's own words.
    Case(
        BUNDLED,
        "add versioning",
        ("main.tf",),
        (
            'resource "aws_s3_bucket_versioning" "this"',
            "bucket = aws_s3_bucket.this.id",
            'variable "versioning_status"',
        ),
    ),
    Case(
        BUNDLED,
        "add access logging to my-logs",
        ("main.tf",),
        ('resource "aws_s3_bucket_logging" "this"', 'default = "my-logs"', "local.bucket_name"),
    ),
    Case(
        COMMUNITY,
        "add versioning and request metrics",
        ("main.tf", "variables.tf", "outputs.tf"),
        (
            "count = local.enabled ? 1 : 0",
            "bucket = aws_s3_bucket.main[0].id",
            'resource "aws_s3_bucket_metric" "main"',
            "try(aws_s3_bucket_versioning.main[0].",
        ),
    ),
    Case(
        COMMUNITY,
        "add a public access block",
        ("main.tf", "variables.tf"),
        ('resource "aws_s3_bucket_public_access_block" "main"', "var.public_access_block.block_public_acls"),
        risk="high",
    ),
    Case(
        COMMUNITY,
        "remove cors",
        ("main.tf", "variables.tf", "outputs.tf"),
        lacks=("cors_rule", "cors_rules_count"),
        risk="high",
        breaking=(
            "cors_rules is removed",
            "cors_rules_count is removed",
            "aws_s3_bucket_cors_configuration.main is removed",
        ),
    ),
    # Features of services that no skill plans: their role is the module's own, their order is added to the others.
    Case(
        WORKER,
        "add a dead letter queue",
        ("main.tf", "variables.tf", "outputs.tf"),
        (
            "target_arn = aws_sqs_queue.dead_letter[0].arn",
            "role = aws_iam_role.worker[0].id",
            "depends_on = [aws_iam_role_policy_attachment.logs, aws_iam_role_policy.send_dead_letters]",
            'merge({ "Name" = "${local.full_name}-dead-letter" }, local.common_tags, var.dead_letter_queue_tags)',
        ),
        lacks=("aws_iam_role.execution", 'variable "tags"'),
        risk="high",
    ),
    Case(
        WORKER,
        "add a log group, logs kept 30 days",
        ("main.tf", "variables.tf", "outputs.tf"),
        (
            'resource "aws_cloudwatch_log_group" "worker"',
            'name = "/aws/lambda/${local.full_name}"',
            "default = 30",
            "Tags for `aws_cloudwatch_log_group.worker` alone",
        ),
        lacks=("aws_iam_role.execution",),
        risk="high",
    ),
    # Removals.
    Case(
        BUNDLED,
        "remove the output endpoint",
        ("main.tf",),
        lacks=("endpoint", "aws_region"),
        risk="high",
        breaking=("output endpoint",),
    ),
    Case(
        LEDGER,
        "remove aws_kms_alias.default",
        ("main.tf", "outputs.tf"),
        lacks=("aws_kms_alias", "key_alias"),
        risk="high",
        breaking=("aws_kms_alias.default is removed", "key_alias is removed"),
    ),
    # The rules, and the files of the specification.
    Case(
        BUNDLED,
        "bring it up to the quality rules",
        ("main.tf",),
        ('version = ">= 5.40.0" # bumped by hand',),
        risk="medium",
    ),
    Case(
        BUNDLED,
        "split the bundled main.tf",
        ("main.tf", "variables.tf", "outputs.tf", "versions.tf", "locals.tf", "data.tf"),
        (
            'variable "name"   { type = string }',
            "# dev, staging or prod",
            "# ✓ one name for all",
            "/* Nobody reads",
        ),
    ),
)
