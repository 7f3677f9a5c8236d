"""The mind that asks Claude: few calls, hard limits, and nothing believed that was not verified."""
