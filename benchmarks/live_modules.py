"""Modules to measure with, of the sizes and in the style of the community's: written by code, a valid module each.

`python benchmarks/live_modules.py FOLDER` writes all of them, for a look.
"""

# ruff: noqa: E501  # the modules have the long lines of those that they stand for

import sys
from collections.abc import Iterator
from pathlib import Path

_VERSIONS = """\
terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 6.0"
    }
  }
}
"""

_SMALL = """\
variable "name" {
  description = "Name of the queue."
  type        = string
}

resource "aws_sqs_queue" "this" {
  name                    = var.name
  sqs_managed_sse_enabled = true
}

output "arn" {
  description = "ARN of the queue."
  value       = aws_sqs_queue.this.arn
}
"""


def _variable(name: str, type_: str, default: str, description: str) -> str:
    # terraform fmt puts what spans lines into a column of its own.
    equals = "default    " if "\n" not in default else "default"
    return (
        f'variable "{name}" {{\n  description = "{description}"\n  type        = {type_}\n'
        f"  {equals} = {default}\n}}\n"
    )


def _output(name: str, value: str, description: str) -> str:
    return f'output "{name}" {{\n  description = "{description}"\n  value       = {value}\n}}\n'


def _joined(blocks: list[str], lines: int = 0, filler: Iterator[str] | None = None) -> str:
    """The blocks with a blank line between them, filled up with more blocks to that many lines."""
    text = "\n".join(blocks)
    while filler is not None and text.count("\n") + 7 <= lines:
        text += "\n" + next(filler)
    missing = lines - text.count("\n")
    return text + "".join(f"# {number}\n" for number in range(max(0, missing)))


def small() -> dict[str, str]:
    """A module of 30 lines."""
    return {"versions.tf": _VERSIONS, "main.tf": _joined([_SMALL], 19)}


_TIER = """\
################################################################################
# {title} subnets
################################################################################

locals {
  create_{tier}_subnets = local.create_vpc && local.len_{tier}_subnets > 0
}

resource "aws_subnet" "{tier}" {
  count = local.create_{tier}_subnets ? local.len_{tier}_subnets : 0

  availability_zone                              = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) > 0 ? element(var.azs, count.index) : null
  availability_zone_id                           = length(regexall("^[a-z]{2}-", element(var.azs, count.index))) == 0 ? element(var.azs, count.index) : null
  assign_ipv6_address_on_creation                = var.enable_ipv6 && var.{tier}_subnet_assign_ipv6_address_on_creation
  cidr_block                                     = element(concat(var.{tier}_subnets, [""]), count.index)
  enable_resource_name_dns_a_record_on_launch    = var.{tier}_subnet_enable_resource_name_dns_a_record_on_launch
  enable_resource_name_dns_aaaa_record_on_launch = var.enable_ipv6 && var.{tier}_subnet_enable_resource_name_dns_aaaa_record_on_launch
  ipv6_cidr_block                                = var.enable_ipv6 && length(var.{tier}_subnet_ipv6_prefixes) > 0 ? cidrsubnet(aws_vpc.this[0].ipv6_cidr_block, 8, var.{tier}_subnet_ipv6_prefixes[count.index]) : null
  private_dns_hostname_type_on_launch            = var.{tier}_subnet_private_dns_hostname_type_on_launch
  vpc_id                                         = local.vpc_id

  tags = merge(
    {
      Name = try(
        var.{tier}_subnet_names[count.index],
        format("${var.name}-${var.{tier}_subnet_suffix}-%s", element(var.azs, count.index))
      )
    },
    var.tags,
    var.{tier}_subnet_tags,
    lookup(var.{tier}_subnet_tags_per_az, element(var.azs, count.index), {})
  )
}

resource "aws_route_table" "{tier}" {
  count = local.create_{tier}_subnets && var.create_{tier}_subnet_route_table ? (var.single_nat_gateway ? 1 : local.len_{tier}_subnets) : 0

  vpc_id = local.vpc_id

  tags = merge(
    {
      "Name" = var.single_nat_gateway ? "${var.name}-${var.{tier}_subnet_suffix}" : format(
        "${var.name}-${var.{tier}_subnet_suffix}-%s",
        element(var.azs, count.index),
      )
    },
    var.tags,
    var.{tier}_route_table_tags,
  )
}

resource "aws_route_table_association" "{tier}" {
  count = local.create_{tier}_subnets && var.create_{tier}_subnet_route_table ? local.len_{tier}_subnets : 0

  subnet_id = element(aws_subnet.{tier}[*].id, count.index)
  route_table_id = element(
    aws_route_table.{tier}[*].id,
    var.single_nat_gateway ? 0 : count.index,
  )
}

resource "aws_route" "{tier}_nat_gateway" {
  count = local.create_{tier}_subnets && var.create_{tier}_nat_gateway_route && var.enable_nat_gateway ? (var.single_nat_gateway ? 1 : local.len_{tier}_subnets) : 0

  route_table_id         = element(aws_route_table.{tier}[*].id, count.index)
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = element(aws_nat_gateway.this[*].id, count.index)

  timeouts {
    create = "5m"
  }
}

resource "aws_network_acl" "{tier}" {
  count = local.create_{tier}_subnets && var.{tier}_dedicated_network_acl ? 1 : 0

  vpc_id     = local.vpc_id
  subnet_ids = aws_subnet.{tier}[*].id

  tags = merge(
    { "Name" = "${var.name}-${var.{tier}_subnet_suffix}" },
    var.tags,
    var.{tier}_acl_tags,
  )
}

resource "aws_network_acl_rule" "{tier}_inbound" {
  count = local.create_{tier}_subnets && var.{tier}_dedicated_network_acl ? length(var.{tier}_inbound_acl_rules) : 0

  network_acl_id = aws_network_acl.{tier}[0].id

  egress          = false
  rule_number     = var.{tier}_inbound_acl_rules[count.index]["rule_number"]
  rule_action     = var.{tier}_inbound_acl_rules[count.index]["rule_action"]
  from_port       = lookup(var.{tier}_inbound_acl_rules[count.index], "from_port", null)
  to_port         = lookup(var.{tier}_inbound_acl_rules[count.index], "to_port", null)
  icmp_code       = lookup(var.{tier}_inbound_acl_rules[count.index], "icmp_code", null)
  icmp_type       = lookup(var.{tier}_inbound_acl_rules[count.index], "icmp_type", null)
  protocol        = var.{tier}_inbound_acl_rules[count.index]["protocol"]
  cidr_block      = lookup(var.{tier}_inbound_acl_rules[count.index], "cidr_block", null)
  ipv6_cidr_block = lookup(var.{tier}_inbound_acl_rules[count.index], "ipv6_cidr_block", null)
}

resource "aws_network_acl_rule" "{tier}_outbound" {
  count = local.create_{tier}_subnets && var.{tier}_dedicated_network_acl ? length(var.{tier}_outbound_acl_rules) : 0

  network_acl_id = aws_network_acl.{tier}[0].id

  egress          = true
  rule_number     = var.{tier}_outbound_acl_rules[count.index]["rule_number"]
  rule_action     = var.{tier}_outbound_acl_rules[count.index]["rule_action"]
  from_port       = lookup(var.{tier}_outbound_acl_rules[count.index], "from_port", null)
  to_port         = lookup(var.{tier}_outbound_acl_rules[count.index], "to_port", null)
  icmp_code       = lookup(var.{tier}_outbound_acl_rules[count.index], "icmp_code", null)
  icmp_type       = lookup(var.{tier}_outbound_acl_rules[count.index], "icmp_type", null)
  protocol        = var.{tier}_outbound_acl_rules[count.index]["protocol"]
  cidr_block      = lookup(var.{tier}_outbound_acl_rules[count.index], "cidr_block", null)
  ipv6_cidr_block = lookup(var.{tier}_outbound_acl_rules[count.index], "ipv6_cidr_block", null)
}
"""

_NETWORK = """\
locals {
  create_vpc = var.create_vpc
  vpc_id     = try(aws_vpc_ipv4_cidr_block_association.this[0].vpc_id, aws_vpc.this[0].id, "")
{lengths}
}

resource "aws_vpc" "this" {
  count = local.create_vpc ? 1 : 0

  cidr_block                       = var.cidr
  assign_generated_ipv6_cidr_block = var.enable_ipv6 ? true : null
  instance_tenancy                 = var.instance_tenancy
  enable_dns_hostnames             = var.enable_dns_hostnames
  enable_dns_support               = var.enable_dns_support

  tags = merge(
    { "Name" = var.name },
    var.tags,
    var.vpc_tags,
  )
}

resource "aws_vpc_ipv4_cidr_block_association" "this" {
  count = local.create_vpc && length(var.secondary_cidr_blocks) > 0 ? length(var.secondary_cidr_blocks) : 0

  # Do not turn this into `local.vpc_id`
  vpc_id = aws_vpc.this[0].id

  cidr_block = element(var.secondary_cidr_blocks, count.index)
}

resource "aws_internet_gateway" "this" {
  count = local.create_vpc && var.create_igw ? 1 : 0

  vpc_id = local.vpc_id

  tags = merge(
    { "Name" = var.name },
    var.tags,
    var.igw_tags,
  )
}

resource "aws_eip" "nat" {
  count = local.create_vpc && var.enable_nat_gateway ? (var.single_nat_gateway ? 1 : length(var.azs)) : 0

  domain = "vpc"

  tags = merge(
    {
      "Name" = format(
        "${var.name}-%s",
        element(var.azs, var.single_nat_gateway ? 0 : count.index),
      )
    },
    var.tags,
    var.nat_eip_tags,
  )

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  count = local.create_vpc && var.enable_nat_gateway ? (var.single_nat_gateway ? 1 : length(var.azs)) : 0

  allocation_id = element(aws_eip.nat[*].id, var.single_nat_gateway ? 0 : count.index)
  subnet_id     = element(aws_subnet.public[*].id, var.single_nat_gateway ? 0 : count.index)

  tags = merge(
    {
      "Name" = format(
        "${var.name}-%s",
        element(var.azs, var.single_nat_gateway ? 0 : count.index),
      )
    },
    var.tags,
    var.nat_gateway_tags,
  )

  depends_on = [aws_internet_gateway.this]
}
"""

_TIERS: tuple[str, ...] = ("public", "private", "database", "redshift", "elasticache", "intra", "outpost")
_TIERS += ("analytics", "edge", "batch", "tools", "guest")
_RULES = """\
[
    {
      rule_number = 100
      rule_action = "allow"
      from_port   = 0
      to_port     = 0
      protocol    = "-1"
      cidr_block  = "0.0.0.0/0"
    },
  ]"""


def _tier_variables(tier: str) -> list[str]:
    of = f"of the {tier} subnets"
    rules = [
        _variable(f"{tier}_{way}_acl_rules", "list(map(string))", _RULES, f"Rules {of}, {way}")
        for way in ("inbound", "outbound")
    ]
    plain = (
        ("subnets", "list(string)", "[]", "CIDR blocks"),
        (
            "subnet_assign_ipv6_address_on_creation",
            "bool",
            "false",
            "Whether interfaces get an IPv6 address,",
        ),
        ("subnet_enable_resource_name_dns_a_record_on_launch", "bool", "false", "Whether A records are made"),
        (
            "subnet_enable_resource_name_dns_aaaa_record_on_launch",
            "bool",
            "true",
            "Whether AAAA records are made",
        ),
        ("subnet_ipv6_prefixes", "list(number)", "[]", "Numbers of the IPv6 blocks"),
        ("subnet_private_dns_hostname_type_on_launch", "string", "null", "How host names are made"),
        ("subnet_names", "list(string)", "[]", "Names"),
        ("subnet_suffix", "string", f'"{tier}"', "What ends the names"),
        ("subnet_tags", "map(string)", "{}", "More tags"),
        ("subnet_tags_per_az", "map(map(string))", "{}", "More tags, by zone,"),
        ("route_table_tags", "map(string)", "{}", "More tags of the route tables"),
        ("dedicated_network_acl", "bool", "false", "Whether a list of their own guards them,"),
        ("acl_tags", "map(string)", "{}", "More tags of the access list"),
    )
    create = (
        _variable(f"create_{tier}_subnet_route_table", "bool", "true", f"Whether to make route tables {of}"),
        _variable(f"create_{tier}_nat_gateway_route", "bool", "false", f"Whether to make a way out {of}"),
    )
    return [
        *create,
        *(_variable(f"{tier}_{name}", kind, value, f"{text} {of}") for name, kind, value, text in plain),
        *rules,
    ]


def _tier_outputs(tier: str) -> list[str]:
    return [
        _output(f"{tier}_subnets", f"aws_subnet.{tier}[*].id", f"Ids of the {tier} subnets"),
        _output(
            f"{tier}_subnets_cidr_blocks",
            f"compact(aws_subnet.{tier}[*].cidr_block)",
            f"CIDR blocks of the {tier} subnets",
        ),
        _output(
            f"{tier}_route_table_ids", f"aws_route_table.{tier}[*].id", f"Ids of the {tier} route tables"
        ),
        _output(
            f"{tier}_network_acl_arn",
            f"try(aws_network_acl.{tier}[0].arn, null)",
            f"ARN of the {tier} access list",
        ),
    ]


def network(lines: int = 3_894) -> dict[str, str]:
    """A module of four files, as the community's for a VPC: counts, element(), lookups, long lists of variables."""
    lengths = "\n".join(f"  len_{tier}_subnets = length(var.{tier}_subnets)" for tier in _TIERS)
    main = _joined(
        [
            _NETWORK.replace("{lengths}", _aligned(lengths)),
            *(_TIER.replace("{tier}", tier).replace("{title}", tier.title()) for tier in _TIERS),
        ]
    )
    switches: tuple[str, ...] = (
        "create_vpc",
        "enable_ipv6",
        "single_nat_gateway",
        "enable_nat_gateway",
        "create_igw",
    )
    switches += ("enable_dns_hostnames", "enable_dns_support")
    tags = ("tags", "vpc_tags", "igw_tags", "nat_eip_tags", "nat_gateway_tags")
    variables = [
        _variable("name", "string", '""', "Name of everything"),
        _variable("cidr", "string", '"10.0.0.0/16"', "CIDR block"),
        _variable("instance_tenancy", "string", '"default"', "Tenancy of the instances"),
        _variable("azs", "list(string)", "[]", "Zones"),
        _variable("secondary_cidr_blocks", "list(string)", "[]", "More CIDR blocks"),
        *(_variable(name, "bool", "true", f"Switch {name}") for name in switches),
        *(_variable(name, "map(string)", "{}", f"Tags: {name}") for name in tags),
        *(block for tier in _TIERS for block in _tier_variables(tier)),
    ]
    outputs = [
        _output("vpc_id", "try(aws_vpc.this[0].id, null)", "Id of the VPC"),
        *(block for tier in _TIERS for block in _tier_outputs(tier)),
    ]
    files = {"versions.tf": _VERSIONS, "main.tf": main, "variables.tf": _joined(variables)}
    rest = lines - sum(text.count("\n") for text in files.values())
    more = (
        _output(f"nat_public_ip_{number}", f"try(aws_eip.nat[{number}].public_ip, null)", f"Address {number}")
        for number in range(10_000)
    )
    return {**files, "outputs.tf": _joined(outputs, rest, more)}


def _aligned(lines: str) -> str:
    pairs = [line.strip().split(" = ") for line in lines.splitlines()]
    width = max(len("create_vpc"), len("vpc_id"))
    # The first two lines stand in the template: a blank line lets these align by themselves.
    width = max(len(name) for name, _ in pairs)
    return "\n" + "\n".join(f"  {name.ljust(width)} = {value}" for name, value in pairs)


_BUCKET_PART = """\
resource "aws_s3_bucket" "{name}" {
  count = local.create_bucket && var.create_{name} ? 1 : 0

  bucket        = var.{name}_bucket
  bucket_prefix = var.{name}_bucket_prefix

  force_destroy       = var.force_destroy
  object_lock_enabled = var.object_lock_enabled
  tags                = var.tags
}

resource "aws_s3_bucket_logging" "{name}" {
  count = local.create_bucket && length(keys(var.{name}_logging)) > 0 ? 1 : 0

  bucket = aws_s3_bucket.{name}[0].id

  target_bucket = var.{name}_logging["target_bucket"]
  target_prefix = var.{name}_logging["target_prefix"]

  dynamic "target_object_key_format" {
    for_each = try([var.{name}_logging["target_object_key_format"]], [])

    content {
      dynamic "partitioned_prefix" {
        for_each = try(target_object_key_format.value["partitioned_prefix"], [])

        content {
          partition_date_source = try(partitioned_prefix.value, null)
        }
      }

      dynamic "simple_prefix" {
        for_each = length(try(target_object_key_format.value["partitioned_prefix"], [])) == 0 || can(target_object_key_format.value["simple_prefix"]) ? [true] : []

        content {}
      }
    }
  }
}

resource "aws_s3_bucket_website_configuration" "{name}" {
  count = local.create_bucket && length(keys(var.{name}_website)) > 0 ? 1 : 0

  bucket                = aws_s3_bucket.{name}[0].id
  expected_bucket_owner = var.expected_bucket_owner

  dynamic "index_document" {
    for_each = try([var.{name}_website["index_document"]], [])

    content {
      suffix = index_document.value
    }
  }

  dynamic "error_document" {
    for_each = try([var.{name}_website["error_document"]], [])

    content {
      key = error_document.value
    }
  }

  dynamic "routing_rule" {
    for_each = try(flatten([var.{name}_website["routing_rules"]]), [])

    content {
      dynamic "condition" {
        for_each = [try([routing_rule.value.condition], [])]

        content {
          http_error_code_returned_equals = try(routing_rule.value.condition["http_error_code_returned_equals"], null)
          key_prefix_equals               = try(routing_rule.value.condition["key_prefix_equals"], null)
        }
      }

      redirect {
        host_name               = try(routing_rule.value.redirect["host_name"], null)
        http_redirect_code      = try(routing_rule.value.redirect["http_redirect_code"], null)
        protocol                = try(routing_rule.value.redirect["protocol"], null)
        replace_key_prefix_with = try(routing_rule.value.redirect["replace_key_prefix_with"], null)
        replace_key_with        = try(routing_rule.value.redirect["replace_key_with"], null)
      }
    }
  }
}

resource "aws_s3_bucket_versioning" "{name}" {
  count = local.create_bucket && length(keys(var.{name}_versioning)) > 0 ? 1 : 0

  bucket                = aws_s3_bucket.{name}[0].id
  expected_bucket_owner = var.expected_bucket_owner
  mfa                   = try(var.{name}_versioning["mfa"], null)

  versioning_configuration {
    # Valid values: "Enabled" or "Suspended"
    status = try(var.{name}_versioning["enabled"] ? "Enabled" : "Suspended", tobool(var.{name}_versioning["status"]) ? "Enabled" : "Suspended", title(lower(var.{name}_versioning["status"])))

    # Valid values: "Enabled" or "Disabled"
    mfa_delete = try(tobool(var.{name}_versioning["mfa_delete"]) ? "Enabled" : "Disabled", title(lower(var.{name}_versioning["mfa_delete"])), null)
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "{name}" {
  count = local.create_bucket && length(var.{name}_lifecycle_rule) > 0 ? 1 : 0

  bucket                = aws_s3_bucket.{name}[0].id
  expected_bucket_owner = var.expected_bucket_owner

  dynamic "rule" {
    for_each = var.{name}_lifecycle_rule

    content {
      id     = try(rule.value.id, null)
      status = try(rule.value.enabled ? "Enabled" : "Disabled", tobool(rule.value.status) ? "Enabled" : "Disabled", title(lower(rule.value.status)))

      dynamic "abort_incomplete_multipart_upload" {
        for_each = try([rule.value.abort_incomplete_multipart_upload_days], [])

        content {
          days_after_initiation = try(rule.value.abort_incomplete_multipart_upload_days, null)
        }
      }

      dynamic "expiration" {
        for_each = try(flatten([rule.value.expiration]), [])

        content {
          date                         = try(expiration.value.date, null)
          days                         = try(expiration.value.days, null)
          expired_object_delete_marker = try(expiration.value.expired_object_delete_marker, null)
        }
      }

      dynamic "transition" {
        for_each = try(flatten([rule.value.transition]), [])

        content {
          date          = try(transition.value.date, null)
          days          = try(transition.value.days, null)
          storage_class = transition.value.storage_class
        }
      }

      dynamic "filter" {
        for_each = length(try(flatten([rule.value.filter]), [])) == 0 ? [true] : []

        content {}
      }
    }
  }

  # Must have bucket versioning enabled first
  depends_on = [aws_s3_bucket_versioning.{name}]
}

data "aws_iam_policy_document" "{name}_deny_insecure_transport" {
  count = local.create_bucket && var.attach_{name}_policy ? 1 : 0

  statement {
    sid    = "denyInsecureTransport"
    effect = "Deny"

    actions = [
      "s3:*",
    ]

    resources = [
      aws_s3_bucket.{name}[0].arn,
      "${aws_s3_bucket.{name}[0].arn}/*",
    ]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values = [
        "false"
      ]
    }
  }
}

resource "aws_s3_bucket_policy" "{name}" {
  count = local.create_bucket && var.attach_{name}_policy ? 1 : 0

  bucket = aws_s3_bucket.{name}[0].id
  policy = data.aws_iam_policy_document.{name}_deny_insecure_transport[0].json
}

resource "aws_s3_bucket_public_access_block" "{name}" {
  count = local.create_bucket && var.create_{name} ? 1 : 0

  bucket = local.create_bucket ? aws_s3_bucket.{name}[0].id : ""

  block_public_acls       = var.block_public_acls
  block_public_policy     = var.block_public_policy
  ignore_public_acls      = var.ignore_public_acls
  restrict_public_buckets = var.restrict_public_buckets
}
"""
_BUCKETS = ("this", "archive", "logs", "inventory")


def _bucket_variables(name: str) -> list[str]:
    return [
        _variable(f"create_{name}", "bool", "true", f"Whether to make the bucket {name}"),
        _variable(f"attach_{name}_policy", "bool", "false", f"Whether the bucket {name} has a policy"),
        _variable(f"{name}_bucket", "string", "null", f"Name of the bucket {name}"),
        _variable(f"{name}_bucket_prefix", "string", "null", f"What begins the name of the bucket {name}"),
        _variable(f"{name}_logging", "any", "{}", f"Access logging of the bucket {name}"),
        _variable(f"{name}_website", "any", "{}", f"Website of the bucket {name}"),
        _variable(f"{name}_versioning", "map(string)", "{}", f"Versioning of the bucket {name}"),
        _variable(f"{name}_lifecycle_rule", "any", "[]", f"Lifecycle of the bucket {name}"),
    ]


def bucket(lines: int = 1_768) -> dict[str, str]:
    """A module of four files, as the community's for S3: dynamic blocks in dynamic blocks, try() around everything."""
    main = _joined(
        [
            "locals {\n  create_bucket = var.create_bucket\n}\n",
            *(_BUCKET_PART.replace("{name}", name) for name in _BUCKETS),
        ]
    )
    access = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    variables = [
        _variable("create_bucket", "bool", "true", "Whether to make anything"),
        _variable("force_destroy", "bool", "false", "Whether buckets that hold objects may be destroyed"),
        _variable("object_lock_enabled", "bool", "false", "Whether objects can be locked"),
        _variable("expected_bucket_owner", "string", "null", "Account that owns the buckets"),
        _variable("tags", "map(string)", "{}", "Tags of everything"),
        *(_variable(name, "bool", "true", f"Switch {name}") for name in access),
        *(block for name in _BUCKETS for block in _bucket_variables(name)),
    ]
    outputs = [
        _output(
            f"{name}_{what}", f'try(aws_s3_bucket.{name}[0].{what}, "")', f"The {what} of the bucket {name}"
        )
        for name in _BUCKETS
        for what in ("id", "arn", "bucket_domain_name", "hosted_zone_id", "region")
    ]
    files = {"versions.tf": _VERSIONS, "main.tf": main, "outputs.tf": _joined(outputs)}
    rest = lines - sum(text.count("\n") for text in files.values())
    more = (_variable(f"unused_{number}", "string", "null", f"Unused {number}") for number in range(10_000))
    return {**files, "variables.tf": _joined(variables, rest, more)}


_SERVICE = """\
resource "aws_sqs_queue" "{name}" {
  name                      = "${var.name}-{name}"
  kms_master_key_id         = var.kms_key_arn
  message_retention_seconds = var.{name}_retention

  tags = merge({ "Name" = "${var.name}-{name}" }, var.tags)
}

resource "aws_sns_topic" "{name}" {
  name              = "${var.name}-{name}"
  kms_master_key_id = var.kms_key_arn

  tags = merge({ "Name" = "${var.name}-{name}" }, var.tags)
}

resource "aws_sns_topic_subscription" "{name}" {
  topic_arn = aws_sns_topic.{name}.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.{name}.arn
}

variable "{name}_retention" {
  description = "How long messages of {name} are kept, in seconds."
  type        = number
  default     = 345600

  validation {
    condition     = var.{name}_retention >= 60 && var.{name}_retention <= 1209600
    error_message = "Between a minute and two weeks."
  }
}

output "{name}_queue_arn" {
  description = "ARN of the queue of {name}."
  value       = aws_sqs_queue.{name}.arn
}
"""


def twenty_files(lines: int = 1_000) -> dict[str, str]:
    """A module of twenty files: eighteen small services, the variables that they share, the versions."""
    variables = [
        'variable "name" {\n  description = "What begins every name."\n  type        = string\n}\n',
        'variable "kms_key_arn" {\n  description = "ARN of the key."\n  type        = string\n}\n',
        _variable("tags", "map(string)", "{}", "Tags of everything."),
    ]
    files = {f"service_{number:02}.tf": _SERVICE.replace("{name}", f"s{number:02}") for number in range(18)}
    files |= {"versions.tf": _VERSIONS, "variables.tf": _joined(variables)}
    rest = lines - sum(text.count("\n") for text in files.values())
    more = (
        _output(f"twice_{number}", f'"${{var.name}}-{number}"', f"Name {number}.") for number in range(999)
    )
    for number in range(18):
        name = f"service_{number:02}.tf"
        share = rest // (18 - number)
        rest -= share
        files[name] = _joined([files[name]], files[name].count("\n") + share, more)
    return files


MODULES = {"small": small, "bucket": bucket, "network": network, "twenty-files": twenty_files}


def write(folder: Path, files: dict[str, str]) -> None:
    """Write a module's files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name, make in MODULES.items():
        module = make()
        write(Path(sys.argv[1]) / name, module)
        print(
            f"{name:14} {len(module):3} files {sum(text.count(chr(10)) for text in module.values()):6} lines"
        )
