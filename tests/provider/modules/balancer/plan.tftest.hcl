mock_provider "aws" {
  mock_data "aws_subnets" {
    defaults = { ids = ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"] }
  }
}

variables {
  name            = "shop"
  vpc_id          = "vpc-0a1b2c3d4e5f60718"
  certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
}

run "balances" {}
