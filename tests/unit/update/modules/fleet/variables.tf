variable "prefix" {
  description = "First part of every name."
  type        = string
}

variable "vpc_id" {
  description = "Where the workers are."
  type        = string
}

variable "queues" {
  description = "Queues by name."
  type = map(object({
    timeout      = optional(number, 30)
    dead_letters = optional(bool, true)
    tags         = optional(map(string), {})
  }))
  default = {}
}

variable "ingress" {
  description = "Who may reach the workers."
  type = list(object({
    description = string
    port        = number
    cidr_blocks = list(string)
  }))
  default = []
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
}
