"""Judges presigned requests, which carry their signature in the query, and POST policies of S3.

Expiry, signed headers and policy conditions hold for every key; the signature is verified if the
secret is known: that of the environment's own key, and those of keys that IAM and STS issued.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from localcloud.control import post_policy
from localcloud.control.signatures import MISMATCH, secret, signing_key
from localcloud.control.validation.errors import AwsError
from localcloud.control.validation.requests import protocol_of

MAX_EXPIRES_SECONDS = 604_800

_SUBRESOURCES = frozenset({
    "accelerate", "acl", "cors", "delete", "encryption", "lifecycle", "location", "logging",
    "notification", "object-lock", "partNumber", "policy", "publicAccessBlock", "replication",
    "requestPayment", "response-cache-control", "response-content-disposition",
    "response-content-encoding", "response-content-language", "response-content-type",
    "response-expires", "restore", "retention", "tagging", "torrent", "uploadId", "uploads",
    "versionId", "versioning", "versions", "website",
})  # fmt: skip
"""Query parameters that a signature of version 2 covers."""


def refusal(environ: dict[str, Any], service: str) -> tuple[AwsError, str] | None:
    """Return the error and its protocol if a presigned request or a form is not acceptable."""
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    error = None
    if "X-Amz-Signature" in query:
        error = _version_4(environ, service, query)
    elif service == "s3" and {"AWSAccessKeyId", "Signature"} <= query.keys():
        error = _version_2(environ, query)
    elif service == "s3" and environ["REQUEST_METHOD"] == "POST" and not query:
        error = post_policy.refusal(environ)
    return (error, protocol_of(environ, service)) if error else None


def _version_4(environ: dict[str, Any], service: str, query: dict[str, str]) -> AwsError | None:
    try:
        at = dt.datetime.strptime(f"{query['X-Amz-Date']}+0000", "%Y%m%dT%H%M%SZ%z")
        seconds = int(query["X-Amz-Expires"])
        until = at + dt.timedelta(seconds=seconds)
        _, _, _, _, _ = query["X-Amz-Credential"].split("/")
    except (KeyError, ValueError, OverflowError):
        return AwsError(_INVALID_PARAMETERS, _MISSING)
    if not 0 < seconds <= MAX_EXPIRES_SECONDS:
        return AwsError(_INVALID_PARAMETERS, _TOO_LONG)
    if until < dt.datetime.now(dt.UTC):
        return _EXPIRED
    names = sorted(query.get("X-Amz-SignedHeaders", "").split(";"))
    if _amz_headers(environ) - set(names) - {"x-amz-content-sha256"}:
        return _NOT_SIGNED
    return None if _matches(environ, service, query, names) else MISMATCH


def _matches(
    environ: dict[str, Any], service: str, query: dict[str, str], names: list[str]
) -> bool:
    headers = [(one, _header(environ, one)) for one in names]
    if any(value is None for _, value in headers):
        return False
    access_key, *scope = query["X-Amz-Credential"].split("/")
    key = secret(access_key)
    if service != "s3" or key is None:
        return True
    canonical = "\n".join(
        [
            environ["REQUEST_METHOD"],
            _path(environ),
            _sorted_query(environ, "X-Amz-Signature"),
            *(f"{name}:{' '.join((value or '').split())}" for name, value in headers),
            "",
            ";".join(names),
            _header(environ, "x-amz-content-sha256") or "UNSIGNED-PAYLOAD",
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], "/".join(scope), digest])
    expected = hmac.new(signing_key(key, *scope[:3]), text.encode(), "sha256").hexdigest()
    return hmac.compare_digest(expected, query["X-Amz-Signature"])


def _version_2(environ: dict[str, Any], query: dict[str, str]) -> AwsError | None:
    expires = query.get("Expires", "")
    if not re.fullmatch(r"\d+", expires) or int(expires) < dt.datetime.now(dt.UTC).timestamp():
        return _EXPIRED
    key = secret(query["AWSAccessKeyId"])
    if key is None:
        return None
    headers = "".join(f"{one}:{_header(environ, one)}\n" for one in sorted(_amz_headers(environ)))
    covered = sorted(one for one in query if one in _SUBRESOURCES)
    words = [f"{one}={query[one]}" if query[one] else one for one in covered]
    resource = _path(environ) + (f"?{'&'.join(words)}" if words else "")
    text = "\n".join(
        [
            environ["REQUEST_METHOD"],
            _header(environ, "content-md5") or "",
            _header(environ, "content-type") or "",
            expires,
            headers + resource,
        ]
    )
    signature = base64.b64encode(hmac.new(key.encode(), text.encode(), "sha1").digest()).decode()
    return None if hmac.compare_digest(signature, query["Signature"]) else MISMATCH


def _path(environ: dict[str, Any]) -> str:
    """Return the path as it was sent."""
    raw: str = environ.get("RAW_URI") or quote(environ["PATH_INFO"])
    return raw.partition("?")[0]


def _sorted_query(environ: dict[str, Any], left_out: str) -> str:
    pairs = (one.partition("=")[::2] for one in environ["QUERY_STRING"].split("&") if one)
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded if name != left_out)


def _encoded(text: str) -> str:
    return quote(unquote(text), safe="-_.~")


def _header(environ: dict[str, Any], name: str) -> str | None:
    key = name.upper().replace("-", "_")
    return environ.get(key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}")


def _amz_headers(environ: dict[str, Any]) -> set[str]:
    prefix = "HTTP_X_AMZ_"
    names = environ.get("moto.preserved_header_names", {})
    return {
        str(names.get(key) or key[5:].replace("_", "-")).lower()
        for key in environ
        if key.startswith(prefix)
    }


_EXPIRED = AwsError("AccessDenied", "Request has expired", HTTPStatus.FORBIDDEN)
_INVALID_PARAMETERS = "AuthorizationQueryParametersError"
_MISSING = (
    "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
    " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
)
_TOO_LONG = (
    "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be"
    f" less than {MAX_EXPIRES_SECONDS} seconds"
)
_NOT_SIGNED = AwsError(
    "AccessDenied",
    "There were headers present in the request which were not signed",
    HTTPStatus.FORBIDDEN,
)
