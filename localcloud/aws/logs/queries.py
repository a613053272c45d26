"""Saved queries of Logs Insights, which moto does not have."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse


def install() -> None:
    """Add the operations."""
    responses: Any = LogsResponse
    responses.put_query_definition = _put
    responses.describe_query_definitions = _describe
    responses.delete_query_definition = _delete


def _saved(self: Any) -> dict[str, dict[str, Any]]:
    return self.logs_backend.__dict__.setdefault("bulkhead_queries", {})


def _put(self: Any) -> str:
    saved, known = _saved(self), self._get_param("queryDefinitionId")
    if known and known not in saved:
        raise ResourceNotFoundException
    number = known or str(uuid.uuid4())
    saved[number] = {
        "queryDefinitionId": number,
        "name": self._get_param("name"),
        "queryString": self._get_param("queryString"),
        "logGroupNames": self._get_param("logGroupNames") or [],
        "lastModified": int(time.time() * 1000),
    }
    return json.dumps({"queryDefinitionId": number})


def _describe(self: Any) -> str:
    prefix = self._get_param("queryDefinitionNamePrefix") or ""
    found = [one for one in _saved(self).values() if one["name"].startswith(prefix)]
    found.sort(key=lambda one: one["name"])
    return json.dumps({"queryDefinitions": found})


def _delete(self: Any) -> str:
    found = _saved(self).pop(self._get_param("queryDefinitionId"), None)
    if found is None:
        raise ResourceNotFoundException
    return json.dumps({"success": True})
