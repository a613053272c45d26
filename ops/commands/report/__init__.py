"""`bulkhead report`: what an environment's own measurements say about it."""

from __future__ import annotations

from ops.lazy import lazy_app

app = lazy_app(__name__, "Report what an environment has measured.")
