# Orders fan out from a FIFO topic to a queue with a dead-letter queue, encrypted with a key of their own.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }
}

variable "name" {
  type        = string
  description = "Name of topic and queues."
}

variable "fifo" {
  type        = bool
  description = "Whether the order of messages is kept."
  default     = true
}

locals {
  suffix = var.fifo ? ".fifo" : ""
}

data "aws_caller_identity" "me" {}

resource "aws_kms_key" "this" {
  description         = "Messages of ${var.name}"
  enable_key_rotation = true
}

resource "aws_sns_topic" "this" {
  name                        = "${var.name}${local.suffix}"
  fifo_topic                  = var.fifo
  content_based_deduplication = var.fifo
  kms_master_key_id           = aws_kms_key.this.arn
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead${local.suffix}"
  fifo_queue                = var.fifo
  message_retention_seconds = 1209600
  kms_master_key_id         = aws_kms_key.this.arn
}

resource "aws_sqs_queue" "this" {
  name                       = "${var.name}${local.suffix}"
  fifo_queue                 = var.fifo
  visibility_timeout_seconds = 60
  kms_master_key_id          = aws_kms_key.this.arn
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sns_topic_subscription" "this" {
  topic_arn            = aws_sns_topic.this.arn
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.this.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ kind = ["order"] })
  filter_policy_scope  = "MessageBody"
}

data "aws_iam_policy_document" "send" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.this.arn]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"]
    }
  }
}

resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.id
  policy    = data.aws_iam_policy_document.send.json
}
