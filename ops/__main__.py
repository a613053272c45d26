"""Runs the `bulkhead` command: `python -m ops`."""

from __future__ import annotations

from ops.main import main

main()
