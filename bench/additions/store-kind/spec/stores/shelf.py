"""An SSM parameter."""

from __future__ import annotations

from typing import Literal

from spec.model import StoreSpec


class ShelfStore(StoreSpec):
    """An SSM parameter."""

    KIND = "shelf"
    VARIABLES = ("SHELF",)

    kind: Literal["shelf"]
    """An SSM parameter."""

    text: str = "empty"
    """Its value."""
