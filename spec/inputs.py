"""What a service reads besides its stores: secrets, variables and parameters of its own."""

from __future__ import annotations

import re
from typing import Annotated, Any

import pydantic
from pydantic import Field

from spec.model import Model

VARIABLE = r"^[A-Z][A-Z0-9_]*$"
PARAMETER = r"^/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$"
AGE = re.compile(r"([1-9][0-9]{0,3}) days?")
OF_AWS = ("AWS_", "LAMBDA_")
"""Prefixes of the variables that Lambda, ECS and the AWS SDKs give a meaning to."""
OF_PROGRAMS = ("HOME", "LANG", "PATH", "PYTHONPATH", "TZ")
"""Variables of the operating system and of Python."""


def _free(name: str) -> str:
    if name.startswith(OF_AWS) or name in OF_PROGRAMS:
        raise ValueError("write another name: the runtime sets this variable")
    return name


VariableName = Annotated[str, Field(pattern=VARIABLE), pydantic.AfterValidator(_free)]
"""Name of an environment variable."""

ParameterPath = Annotated[str, Field(max_length=1011, pattern=PARAMETER)]
"""Name of a parameter in Parameter Store, as a path."""


class Secret(Model):
    """A secret of the service, whose value `bulkhead secret set` writes."""

    max_age: str | None = None
    """Age as `90 days`, above which an alarm reports the value; default: no alarm."""

    @pydantic.model_validator(mode="before")
    @classmethod
    def _no_rotation(cls, fields: Any) -> Any:
        if isinstance(fields, dict) and "rotation" in fields:
            raise ValueError(
                "remove rotation: only passwords of databases are rotated; write max_age for an"
                " alarm, and set a new value by 'bulkhead secret set'"
            )
        return fields  # pyright: ignore[reportUnknownVariableType] - pydantic validates it

    @pydantic.field_validator("max_age")
    @classmethod
    def _days(cls, age: str | None) -> str | None:
        if age is not None and not AGE.fullmatch(age):
            raise ValueError("write whole days as '90 days'")
        return age

    @property
    def max_age_days(self) -> int | None:
        """Maximum age of the value in days."""
        found = AGE.fullmatch(self.max_age or "")
        return int(found[1]) if found else None
