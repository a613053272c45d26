"""`bulkhead policy`: the rules, without the engine."""

from __future__ import annotations

from ops.lazy import lazy_app

app = lazy_app(
    __name__, "Check files against the policies, and show rules and their configuration."
)
