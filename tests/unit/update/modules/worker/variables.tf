variable "namespace" {
  description = "What the names of this team begin with."
  type        = string
  default     = ""
}

variable "name" {
  description = "Name of the worker."
  type        = string
}

variable "enabled" {
  description = "Whether there is a worker."
  type        = bool
  default     = true
}

variable "image_uri" {
  description = "Image of the worker, with its digest."
  type        = string
}

variable "logs_policy_arn" {
  description = "ARN of the policy that lets the worker write logs."
  type        = string
}

variable "extra_tags" {
  description = "Tags beside the usual ones."
  type        = map(string)
  default     = {}
}
