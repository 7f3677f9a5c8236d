mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }
}

variables {
  name  = "resize"
  image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/resize:7"
}

run "plain" {}

run "with_environment" {
  variables {
    environment = { STAGE = "test" }
  }
}
