"""Generates the pages of `docs/policy` and of the documentation site from rules and tests."""
