"""`bulkhead secret`: the values of services' secrets."""

from __future__ import annotations

from ops.lazy import lazy_app

app = lazy_app(__name__, "Set the values of services' secrets, which no program and no state has.")
