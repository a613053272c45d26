"""The filter of a consumer."""

from __future__ import annotations

from typing import Annotated, Any

import pydantic

from components.messaging.filters import DATA, leaves, problems

__all__ = ["DATA", "Filter", "leaves"]


def _checked(filter_: dict[str, Any]) -> dict[str, Any]:
    if found := problems(filter_):
        raise ValueError("\n".join(found))
    return filter_


Filter = Annotated[dict[str, Any], pydantic.AfterValidator(_checked)]
"""Fields of an event, each with the values and operators of which one must match."""
