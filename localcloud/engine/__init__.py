"""Finds the Pulumi CLI, or gets one, and lends it a Python language host when it has none."""
