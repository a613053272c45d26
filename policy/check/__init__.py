"""Checks previews, stack states and recorded runs without the engine."""
