"""Learning what a provider checks and replaces, by asking the provider itself over the plugin protocol."""
