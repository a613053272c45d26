"""`bulkhead dead-letters`: messages that consumers could not handle."""

from __future__ import annotations

from ops.lazy import lazy_app

app = lazy_app(__name__, "List, show, send back and discard messages that consumers failed on.")
