output "bucket_arn" {
  description = "ARN of the bucket."
  value       = join("", aws_s3_bucket.main[*].arn)
}

output "cors_rules_count" {
  description = "How many rules there are."
  value       = length(aws_s3_bucket_cors_configuration.main)
}
