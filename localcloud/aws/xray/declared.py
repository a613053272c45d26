"""X-Ray's groups, rules and settings of a Region, and their route for the telemetry process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.account import ACCOUNT
from localcloud.aws.journal import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.aws.endpoints import ControlEndpoints

DESTINATIONS = ("XRay", "CloudWatchLogs")


class InvalidRequestError(ValueError):
    """Raised for a request that X-Ray rejects."""


class MissingError(InvalidRequestError):
    """Raised for an object that does not exist."""


def settings_of(backend: Any) -> dict[str, Any]:
    """Return what *backend* keeps, as a new account has it at first."""
    return backend.__dict__.setdefault(
        "bulkhead_settings",
        {
            "destination": "XRay",
            "index_percent": 1.0,
            "indexing_changed": 0.0,
            "groups": {},
            "rules": {},
            "tags": {},
        },
    )


def tags_of(backend: Any, arn: str) -> dict[str, str]:
    """Return the tags of the group or rule *arn*; raises MissingError without it."""
    settings = settings_of(backend)
    objects = (*settings["groups"].values(), *settings["rules"].values())
    if arn not in {one.get("GroupARN") or one.get("RuleARN") for one in objects}:
        raise MissingError(f"{arn} does not exist")
    return settings["tags"].setdefault(arn, {})


def set_tags(backend: Any, arn: str, given: Mapping[str, Any]) -> None:
    """Keep the tags of a request that creates *arn*."""
    tags = {one["Key"]: one["Value"] for one in given.get("Tags") or ()}
    settings_of(backend)["tags"][arn] = tags


def read(_endpoints: ControlEndpoints) -> dict[str, Any]:
    """Return the settings and the groups by Region."""
    from moto.xray.models import xray_backends  # noqa: PLC0415 - its overrides are installed by now

    with JOURNAL.lock:
        return {
            region: {
                "destination": settings_of(backend)["destination"],
                "indexPercent": settings_of(backend)["index_percent"],
                "groups": list(settings_of(backend)["groups"].values()),
            }
            for region, backend in dict[str, Any](xray_backends[ACCOUNT]).items()
        }
