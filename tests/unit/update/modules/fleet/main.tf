resource "aws_sqs_queue" "default" {
  for_each = var.queues

  name                       = "${var.prefix}-${each.key}"
  visibility_timeout_seconds = each.value.timeout
  sqs_managed_sse_enabled    = true
  tags                       = merge(var.tags, each.value.tags)
}

resource "aws_sqs_queue_redrive_policy" "default" {
  for_each = { for name, queue in var.queues : name => queue if queue.dead_letters }

  queue_url = aws_sqs_queue.default[each.key].id
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = 5
  })
}

resource "aws_sqs_queue" "dead_letters" {
  name                    = "${var.prefix}-dead"
  sqs_managed_sse_enabled = true
  tags                    = var.tags
}

resource "aws_security_group" "workers" {
  name   = "${var.prefix}-workers"
  vpc_id = var.vpc_id
  tags   = var.tags

  dynamic "ingress" {
    for_each = var.ingress
    iterator = rule
    content {
      description = rule.value.description
      from_port   = rule.value.port
      to_port     = rule.value.port
      protocol    = "tcp"
      cidr_blocks = rule.value.cidr_blocks
    }
  }
}
