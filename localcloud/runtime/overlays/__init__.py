"""Overlays: code that `bulkhead dev` runs in place of the deployed code, under a lease."""
