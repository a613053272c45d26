"""Commands that reach the local cloud, with the fixtures of `ops`."""

from __future__ import annotations

from tests.ops.conftest import bulkhead, layout

__all__ = ["bulkhead", "layout"]
