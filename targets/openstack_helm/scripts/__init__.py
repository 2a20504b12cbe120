"""Scripts that are emitted as they are."""
