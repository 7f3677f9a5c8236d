"""tf-planner without a key: from the provider's own facts to a verified blueprint for any resource type."""
