# A table with an index, time to live, a stream, and autoscaling where capacity is provisioned.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 6.0"
    }
  }
}

variable "name" {
  type = string
}

variable "provisioned" {
  type = object({
    read  = number
    write = number
  })
  default = null
}

resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = var.provisioned == null ? "PAY_PER_REQUEST" : "PROVISIONED"
  read_capacity               = try(var.provisioned.read, null)
  write_capacity              = try(var.provisioned.write, null)
  hash_key                    = "customer"
  range_key                   = "placed"
  deletion_protection_enabled = true
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "customer"
    type = "S"
  }

  attribute {
    name = "placed"
    type = "N"
  }

  attribute {
    name = "status"
    type = "S"
  }

  global_secondary_index {
    name            = "by-status"
    hash_key        = "status"
    range_key       = "placed"
    projection_type = "KEYS_ONLY"
    read_capacity   = try(var.provisioned.read, null)
    write_capacity  = try(var.provisioned.write, null)
  }

  ttl {
    enabled        = true
    attribute_name = "expires"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

resource "aws_appautoscaling_target" "read" {
  count              = var.provisioned == null ? 0 : 1
  service_namespace  = "dynamodb"
  resource_id        = "table/${aws_dynamodb_table.this.name}"
  scalable_dimension = "dynamodb:table:ReadCapacityUnits"
  min_capacity       = var.provisioned.read
  max_capacity       = var.provisioned.read * 10
}

resource "aws_appautoscaling_policy" "read" {
  count              = var.provisioned == null ? 0 : 1
  name               = "${var.name}-read"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.read[0].service_namespace
  resource_id        = aws_appautoscaling_target.read[0].resource_id
  scalable_dimension = aws_appautoscaling_target.read[0].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = 70
    predefined_metric_specification {
      predefined_metric_type = "DynamoDBReadCapacityUtilization"
    }
  }
}
