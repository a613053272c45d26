"""Policies that several examples use."""

from __future__ import annotations

import json

EXAMPLES = ()


def allow(action: str, resource: str | None = "*", principal: object = "*") -> str:
    statement: dict[str, object] = {"Effect": "Allow", "Action": action}
    if principal is not None:
        statement["Principal"] = principal
    if resource is not None:
        statement["Resource"] = resource
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(service: str = "lambda.amazonaws.com") -> str:
    return allow("sts:AssumeRole", None, {"Service": service})
