"""Rules that the AWS provider knows only when it plans, one row each, by kind of service."""
