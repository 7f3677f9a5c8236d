variable "table_name" {
  description = "Name of the table."
  type        = string
  nullable    = false
}

variable "own_key" {
  description = "Whether the table has a key of its own."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of everything."
  type        = map(string)
  default     = {}
}
