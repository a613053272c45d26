"""Lets `python -m ops` do what `bulkhead` does."""

from __future__ import annotations

from ops.main import main

main()
