output "urls" {
  description = "URLs of the queues by name."
  value       = { for name, queue in aws_sqs_queue.default : name => queue.url }
}

output "dead_letters_arn" {
  description = "ARN of the queue for what cannot be delivered."
  value       = aws_sqs_queue.dead_letters.arn
}
