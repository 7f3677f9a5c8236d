# A worker that a queue feeds.
locals {
  full_name   = join("-", compact([var.namespace, var.name]))
  common_tags = merge(var.extra_tags, { Service = local.full_name })
}

resource "aws_iam_role" "worker" {
  count = var.enabled ? 1 : 0

  name = "${local.full_name}-worker"
  tags = local.common_tags

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "logs" {
  count = var.enabled ? 1 : 0

  role       = aws_iam_role.worker[0].name
  policy_arn = var.logs_policy_arn
}

resource "aws_lambda_function" "worker" {
  count = var.enabled ? 1 : 0

  function_name = local.full_name
  role          = aws_iam_role.worker[0].arn
  package_type  = "Image"
  image_uri     = var.image_uri
  memory_size   = 512     # measured in March
  tags          = local.common_tags

  depends_on = [aws_iam_role_policy_attachment.logs]
}
