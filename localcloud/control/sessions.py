"""Refuses requests that are signed with the expired credentials of a role."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from localcloud.aws.sts.overrides.sessions import has_expired
from localcloud.control.validation.errors import AwsError
from localcloud.control.validation.requests import protocol_of

_ACCESS_KEY = re.compile(r"Credential=(\w+)(?:/|%2F)")
_MESSAGE = "The security token included in the request is expired"


def expired_session(environ: dict[str, Any], service: str) -> tuple[AwsError, str] | None:
    """Return the error and its protocol if the credentials of the request have expired."""
    signed = environ.get("HTTP_AUTHORIZATION") or environ.get("QUERY_STRING", "")
    found = _ACCESS_KEY.search(signed)
    if found is None or not has_expired(found[1]):
        return None
    protocol = protocol_of(environ, service)
    if protocol in {"json", "rest-json"}:
        return AwsError("ExpiredTokenException", _MESSAGE), protocol
    status = HTTPStatus.BAD_REQUEST if protocol == "s3" else HTTPStatus.FORBIDDEN
    return AwsError("ExpiredToken", _MESSAGE, status), protocol
