"""The error of a filter pattern that cannot be used."""

from __future__ import annotations


class PatternError(ValueError):
    """Raised for a filter pattern that does not parse; the text says where and what to write."""
