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
    """Return the declaration of each folder, in alphabetical order."""
    folders = pkgutil.iter_modules(aws.__path__, f"{aws.__name__}.")
    return tuple(_declaration(folder.name) for folder in folders if folder.ispkg)


def _declaration(package: str) -> Service:
    found = getattr(importlib.import_module(package), "SERVICE", None)
    if found is None:
        raise LookupError(f"{package} has no SERVICE: declare it as localcloud.aws.sqs does")
    return found


def service_signed_as(signing_name: str) -> Service | None:
    """Return the service whose requests are signed for *signing_name*."""
    return next((one for one in services() if one.signing_name == signing_name), None)
