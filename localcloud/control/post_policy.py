"""Forms with which browsers upload to S3, and the conditions of their POST policies."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import io
import json
from http import HTTPStatus
from typing import Any

from werkzeug.formparser import parse_form_data

from localcloud.control.signatures import MISMATCH, secret, signing_key
from localcloud.control.validation.errors import AwsError

_NOT_A_FORM = AwsError(
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold: Bucket POST must be of the"
    " enclosure-type multipart/form-data",
    HTTPStatus.PRECONDITION_FAILED,
)
FORM = "multipart/form-data"
_UNCONDITIONED = frozenset({
    "policy", "file", "signature", "awsaccesskeyid", "x-amz-signature", "x-amz-security-token",
})  # fmt: skip
"""Fields that need no condition, besides those that begin with `x-ignore-`."""


def refusal(environ: dict[str, Any]) -> AwsError | None:
    """Return the error of a POST without a form, or of a form that its policy does not allow."""
    if not environ.get("CONTENT_TYPE", "").startswith(FORM):
        return _NOT_A_FORM
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(raw)
    _, fields, files = parse_form_data({**environ, "wsgi.input": io.BytesIO(raw)})
    form = {name.lower(): value for name, value in fields.items()}
    encoded = form.get("policy")
    if encoded is None:
        return None
    file = files.get("file")
    size = len(file.read()) if file else len(form.get("file", ""))
    bucket = environ["PATH_INFO"].strip("/").partition("/")[0]
    return _signature(form, encoded) or judged(
        encoded, {"bucket": bucket, **form}, size, dt.datetime.now(dt.UTC)
    )


def judged(encoded: str, form: dict[str, str], size: int, now: dt.datetime) -> AwsError | None:
    """Return the error of *form*, whose file has *size* bytes, under the policy *encoded*."""
    try:
        policy = json.loads(base64.b64decode(encoded))
        until = dt.datetime.fromisoformat(policy["expiration"])
        conditions = [one for found in policy["conditions"] for one in _conditions(found)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return AwsError("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.")
    if until <= now:
        return _denied("Policy expired.")
    for kind, name, value in conditions:
        if kind == "content-length-range":
            if size > int(value):
                return AwsError(
                    "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"
                )
            if size < int(name):
                return AwsError(
                    "EntityTooSmall",
                    "Your proposed upload is smaller than the minimum allowed size",
                )
        elif not _holds(kind, form.get(name, ""), str(value)):
            return _denied(f'Policy Condition failed: ["{kind}", "${name}", "{value}"]')
    named = {name for kind, name, _ in conditions if kind != "content-length-range"}
    extra = [
        one for one in form
        if one not in named | _UNCONDITIONED | {"bucket"} and not one.startswith("x-ignore-")
    ]  # fmt: skip
    return _denied(f"Extra input fields: {', '.join(extra)}") if extra else None


def _conditions(found: Any) -> list[tuple[str, Any, Any]]:
    if isinstance(found, dict):
        return [("eq", str(name).lower(), value) for name, value in found.items()]
    kind, name, value = found
    if str(kind).lower() == "content-length-range":
        return [("content-length-range", name, value)]
    return [(str(kind).lower(), str(name).removeprefix("$").lower(), value)]


def _holds(kind: str, found: str, value: str) -> bool:
    return found.startswith(value) if kind == "starts-with" else found == value


def _denied(reason: str) -> AwsError:
    told = f"Invalid according to Policy: {reason}"
    return AwsError("AccessDenied", told, HTTPStatus.FORBIDDEN)


def _signature(form: dict[str, str], policy: str) -> AwsError | None:
    access_key, *scope = form.get("x-amz-credential", "").split("/")
    old = form.get("awsaccesskeyid")
    key = secret(old or access_key)
    if key is None:
        return None
    if old:
        digest = hmac.new(key.encode(), policy.encode(), "sha1").digest()
        expected, found = base64.b64encode(digest).decode(), form.get("signature", "")
    else:
        if len(scope) != 4:  # noqa: PLR2004 - day, region, service, aws4_request
            return MISMATCH
        derived = signing_key(key, *scope[:3])
        expected = hmac.new(derived, policy.encode(), "sha256").hexdigest()
        found = form.get("x-amz-signature", "")
    return None if hmac.compare_digest(expected, found) else MISMATCH
