locals {
  enabled = var.enabled
  tags = merge(
    { "Name" = var.bucket },
    var.common_tags,
  )
}

resource "aws_s3_bucket" "main" {
  count = local.enabled ? 1 : 0

  bucket = var.bucket
  tags   = local.tags

  lifecycle {
    prevent_destroy = false
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  count  = local.enabled ? 1 : 0
  bucket = aws_s3_bucket.main[0].id

  rule {
    bucket_key_enabled = var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_cors_configuration" "main" {
  count  = local.enabled && length(var.cors_rules) > 0 ? 1 : 0
  bucket = aws_s3_bucket.main[0].id

  dynamic "cors_rule" {
    for_each = var.cors_rules
    content {
      allowed_methods = cors_rule.value.methods
      allowed_origins = cors_rule.value.origins
    }
  }
}
