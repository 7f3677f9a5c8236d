# What callers need

output "name" {
  description = "Name of the table."
  value       = aws_dynamodb_table.default.name
}

output "key_alias" {
  description = "Alias of the key, if there is one."
  value       = try(aws_kms_alias.default[0].name, null)
}
