resource "aws_dynamodb_table" "default" {
  name         = var.table_name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = one(aws_kms_key.default[*].arn)
  }

  tags = var.tags
}

resource "aws_kms_key" "default" {
  count = var.own_key ? 1 : 0

  description         = "Key of ${var.table_name}"
  enable_key_rotation = true
  tags                = var.tags
}

resource "aws_kms_alias" "default" {
  count = var.own_key ? 1 : 0

  name          = "alias/${var.table_name}"
  target_key_id = aws_kms_key.default[0].key_id
}

moved {
  from = aws_dynamodb_table.table
  to   = aws_dynamodb_table.default
}
