"""The plugin protocol between Terraform and a provider, as bytes: what a client and a server of it share."""
