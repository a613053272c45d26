"""The emulation mode of each deployed resource, for `bulkhead status`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.provider.row import Mode
from localcloud.provider.table import table

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    rows = table().rows  # what has none is there by the program's `recorded.yaml`
    found = (deployment.get("deployment") or {}).get("resources") or []
    return [
        Resource(
            item["urn"],
            item["type"],
            item["urn"].rsplit("::", 1)[-1],
            rows[item["type"]].mode if item["type"] in rows else Mode.RECORDED,
        )
        for item in found
        if item["type"].startswith("aws:") and not item.get("delete")
    ]
