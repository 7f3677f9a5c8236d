mock_provider "aws" {}

run "has_a_name" {
  command = plan

  variables {
    bucket = "example"
  }

  assert {
    condition     = aws_s3_bucket.main[0].bucket == "example"
    error_message = "The bucket has another name."
  }
}
