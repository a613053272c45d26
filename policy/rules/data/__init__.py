"""Rules on databases, caches and search."""
