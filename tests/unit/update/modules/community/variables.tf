variable "enabled" {
  type        = bool
  description = "Whether anything is created."
  default     = true
}

variable "bucket" {
  type        = string
  description = "Name of the bucket."
}

variable "kms_key_arn" {
  type        = string
  description = "Key of the bucket; S3's own without it."
  default     = null
}

variable "cors_rules" {
  type = list(object({
    methods = list(string)
    origins = list(string)
  }))
  description = "Who may call from a browser."
  default     = []
}

variable "common_tags" {
  type        = map(string)
  description = "Tags."
  default     = {}
}

variable "retention_days" {
  type        = number
  description = "Unused so far."
  default     = 30
}
