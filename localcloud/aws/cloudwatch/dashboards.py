"""PutDashboard with a body that is checked; moto stores any JSON."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import Any

from moto.cloudwatch.exceptions import DashboardInvalidInputError, InvalidParameterValue
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

from localcloud.aws.cloudwatch.dashboard_body import problems

MAX_MESSAGES = 20
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")


def install() -> None:
    """Replace the operation."""
    responses: Any = CloudWatchResponse
    responses.put_dashboard = _put


def _put(self: Any) -> Any:
    name, body = self._get_param("DashboardName"), self._get_param("DashboardBody")
    if not _NAME.fullmatch(name):
        text = (
            f"The value {name} for parameter DashboardName is invalid: use A-Z, a-z, 0-9, - and _"
        )
        raise InvalidParameterValue(text)
    found = [{"dataPath": p, "message": m} for p, m in islice(problems(body), MAX_MESSAGES)]
    if found:
        raise DashboardInvalidInputError(
            f"The dashboard body is invalid, there are {len(found)} validation errors: "
            + json.dumps(found)
        )
    self.cloudwatch_backend.put_dashboard(name, body)
    if tags := self._get_param("Tags", []):
        arn = self.cloudwatch_backend.dashboards[name].arn
        self.cloudwatch_backend.tag_resource(arn, {one["Key"]: one["Value"] for one in tags})
    return ActionResult({"DashboardValidationMessages": []})
