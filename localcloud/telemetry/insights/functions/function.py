"""What a function declares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Function:
    """A function of values; a missing field's value is None."""

    call: Callable[..., Any]
    least: int = 1
    """The fewest arguments."""
    most: int | None = 1
    """The most arguments; None for any number."""
    period: bool = False
    """Whether the last argument is a period such as `5m`."""
    null: bool = False
    """Whether it is called for missing values; otherwise its result is missing too."""

    def __call__(self, *values: Any) -> Any:
        """Return the result for *values*."""
        if not self.null and None in values:
            return None
        return self.call(*values)
