"""What all parts of the settings share."""

from __future__ import annotations

import pydantic


class Part(pydantic.BaseModel):
    """A part of an environment's settings: it does not change, and knows each of its fields."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
