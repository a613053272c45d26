"""What a service reads besides its stores: secrets, variables and parameters of its own."""

from __future__ import annotations

import re
from typing import Annotated

import pydantic
from pydantic import Field

from spec.model import Model

VARIABLE = r"^[A-Z][A-Z0-9_]*$"
PARAMETER = r"^/[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$"
AGE = re.compile(r"([1-9][0-9]{0,3}) days?")
MAX_ROTATION_DAYS = 90  # rule secretsmanager-rotation-interval
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


class Rotation(Model):
    """A function of the service that renews a secret."""

    handler: str = Field(pattern=r"^\w+(\.\w+)+$")
    """Handler, as `module.function`, in the folder of the service."""

    every: str = "30 days"
    """Interval, 1 to 90 days."""

    @pydantic.field_validator("every")
    @classmethod
    def _days(cls, every: str) -> str:
        found = AGE.fullmatch(every)
        if found is None or int(found[1]) > MAX_ROTATION_DAYS:
            raise ValueError("write 1 to 90 days as '30 days'")
        return every

    @property
    def every_days(self) -> int:
        """Interval in days."""
        return int(self.every.partition(" ")[0])


class Secret(Model):
    """A secret of the service, whose value `bulkhead secret set` writes."""

    max_age: str | None = None
    """Age as `90 days`, above which an alarm reports the value; default: no alarm."""

    rotation: Rotation | None = None
    """Function that renews the value at an interval; default: it is set by hand."""

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
