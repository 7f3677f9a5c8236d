# Everything of the bucket in one file, as many teams begin.

terraform {
  required_version = ">= 1.3"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40" # bumped by hand
    }
  }
}

variable "name"   { type = string }
variable "environment" {
  description = "Where it runs"   # dev, staging or prod
  type        = string
  default     = "dev"
}

variable "force_destroy" {
  description = "Whether a bucket that is not empty may be destroyed."
  type    = bool
  default = false
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
}

locals {
  bucket_name = "${var.name}-${var.environment}" # ✓ one name for all
  common_tags = merge(var.tags, { "Environment" = var.environment })
}

data "aws_region" "current" {}

########################################
# The bucket
########################################

resource "aws_s3_bucket" "this" {
  bucket        = local.bucket_name
  force_destroy = var.force_destroy

  tags = local.common_tags
}

/* Nobody reads
   it from outside. */
resource "aws_s3_bucket_public_access_block" "this" {
  bucket = aws_s3_bucket.this.id

  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [
        { "Effect": "Deny", "Principal": "*", "Action": "s3:*",   "Resource": "${aws_s3_bucket.this.arn}/*",
          "Condition": { "Bool": { "aws:SecureTransport": "false" } } }
      ]
    }
  JSON
}

output "bucket_id" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.id
}

output "endpoint" {
  value = "https://${aws_s3_bucket.this.bucket_regional_domain_name}/?r=${data.aws_region.current.name}"
}
