"""Serves the orders service: `python -m orders`."""

from __future__ import annotations

import sys

from kit import serve

from orders.app import create

if __name__ == "__main__":
    sys.exit(serve.main(create))
