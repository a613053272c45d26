"""Publishes the events in the ledger's outbox: `python -m orders.relay`."""

from __future__ import annotations

import sys

from kit import outbox

if __name__ == "__main__":
    sys.exit(outbox.main("ledger"))
