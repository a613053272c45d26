"""Serves the delivery service: `python -m delivery`."""

from __future__ import annotations

import sys

from kit import serve

from delivery.app import create

if __name__ == "__main__":
    sys.exit(serve.main(create))
