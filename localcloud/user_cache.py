"""The cache folder of this user, shared by checkouts."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def base() -> Path:
    """Return the cache folder: `BULKHEAD_CACHE_DIR`, or the user's cache folder."""
    chosen = os.environ.get("BULKHEAD_CACHE_DIR")
    return Path(chosen).resolve() if chosen else platformdirs.user_cache_path("bulkhead")
