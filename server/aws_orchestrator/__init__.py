"""AWS Orchestrator: complete, verified Terraform modules for AWS, from a sentence, inside the editor."""

__version__ = "0.1.0"
