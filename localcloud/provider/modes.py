"""The emulation mode of each deployed resource, for `bulkhead status`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.provider.table import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.row import Mode

PATH = Path(__file__).with_name("recorded.json")


@dataclass(frozen=True)
class Resource:
    """One resource of a deployed stack."""

    urn: str
    type: str
    name: str
    mode: Mode


def recorded_types() -> dict[str, str]:
    """Return the types that may be recorded only, with the reason for each."""
    return json.loads(PATH.read_text())


def resources(deployment: Mapping[str, Any]) -> list[Resource]:
    """Return the AWS resources of a `pulumi stack export`, with their modes."""
    rows = table().rows
    found = (deployment.get("deployment") or {}).get("resources") or []
    return [
        Resource(
            item["urn"], item["type"], item["urn"].rsplit("::", 1)[-1], rows[item["type"]].mode
        )
        for item in found
        if item["type"] in rows and not item.get("delete")
    ]
