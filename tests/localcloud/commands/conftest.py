"""The commands, as the tests of `ops` run them."""

from __future__ import annotations

from tests.ops.conftest import bulkhead, layout

__all__ = ["bulkhead", "layout"]
