"""Rules on what resources say about themselves."""
