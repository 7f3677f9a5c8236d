mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  name = "shop"
}

run "one_gateway" {}

run "a_gateway_each" {
  variables {
    single_nat_gateway = false
  }
}
