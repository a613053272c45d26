"""Environments: settings, layers and stack outputs."""
