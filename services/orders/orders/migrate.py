"""Runs the migrations of the ledger: `python -m orders.migrate`."""

from __future__ import annotations

import sys

from kit import migrations

if __name__ == "__main__":
    sys.exit(migrations.main("ledger"))
