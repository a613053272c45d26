"""Finds the AWS services: every folder in `localcloud/aws/` has a declaration."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from localcloud import aws

if TYPE_CHECKING:
    from localcloud.aws.declaration import Service


@cache
def services() -> tuple[Service, ...]:
    """Return the declaration `SERVICE` of each folder, in alphabetical order."""
    return tuple(
        importlib.import_module(folder.name).SERVICE
        for folder in pkgutil.iter_modules(aws.__path__, f"{aws.__name__}.")
        if folder.ispkg
    )


def service_signed_as(signing_name: str) -> Service | None:
    """Return the service whose requests are signed for *signing_name*."""
    return next((one for one in services() if one.signing_name == signing_name), None)
