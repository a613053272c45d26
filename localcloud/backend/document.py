"""A deployment with the version of its format, as `pulumi stack export` prints it.

It is `apitype.UntypedDeployment` of the Pulumi SDK.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

PLAIN_VERSION = 3
FEATURES_VERSION = 4
"""For deployments that an engine must not read unless it knows their `features`."""

_FEATURES = {
    "refreshBeforeUpdate": "refreshBeforeUpdate",
    "viewOf": "views",
    "resourceHooks": "hooks",
    "taint": "taint",
    "replaceWith": "replaceWith",
    "extensionRef": "extensionParameterization",
    "snippetID": "snippets-prototype",
}
"""The feature that a field of a resource needs."""
BYTE_STRING = "byteString"

EMPTY: Json = {"version": PLAIN_VERSION, "deployment": {}}


def document(deployment: Json, *, byte_strings: bool) -> Json:
    """Return the document of *deployment*, with every feature that it uses.

    Secrets are encrypted, so whether a string is not UTF-8 has to be known: *byte_strings*.
    """
    pending = (one["resource"] for one in deployment.get("pending_operations") or ())
    resources = [*(deployment.get("resources") or ()), *pending]
    features = {
        name for field, name in _FEATURES.items() if any(one.get(field) for one in resources)
    }
    features |= {BYTE_STRING} if byte_strings else set()
    features |= {_FEATURES["snippetID"]} if deployment.get("snippets") else set()
    if not features:
        return {"version": PLAIN_VERSION, "deployment": deployment}
    return {
        "version": FEATURES_VERSION,
        "features": sorted(features),
        "deployment": deployment,
    }


def manifest(version: str) -> Json:
    """Return the manifest of a deployment by an engine of *version*, with its checksum."""
    return {
        "time": datetime.now(UTC).isoformat(),
        "magic": hashlib.sha256(version.encode()).hexdigest() if version else "",
        "version": version,
    }
