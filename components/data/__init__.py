"""Data stores, their encryption keys and credentials."""
