"""What an editor asks of a text at a place: hover, completion, symbols. Lookups in memory, on text that need not parse."""
