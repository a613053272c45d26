"""`bulkhead time`: the clock of AWS timers on this machine."""

from __future__ import annotations

from ops.lazy import lazy_app

app = lazy_app(__name__, "Advance the clock of schedules, expiry and lifecycle rules.")
