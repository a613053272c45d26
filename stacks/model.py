"""The base class of all settings."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import pulumi
import pydantic


class SettingsGroup(pydantic.BaseModel):
    """A group of settings: immutable, without unknown keys."""

    model_config = pydantic.ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    RENAMED: ClassVar[dict[str, str]] = {}
    """Old name of a setting to its new one; the old one is accepted for one release."""

    @pydantic.model_validator(mode="before")
    @classmethod
    def _accept_old_names(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        given = cast("dict[str, Any]", values)
        old = [name for name in given if name in cls.RENAMED]
        for name in old:
            new = cls.RENAMED[name]
            if new in given:
                raise ValueError(f"{name} is the old name of {new}: remove {name}")
            pulumi.log.warn(f"The setting {name} is deprecated: write {new}.")
        return {cls.RENAMED.get(name, name): value for name, value in given.items()}
