"""Secrets and signing keys of signatures, and the error of one that does not match."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from localcloud.account import ACCOUNT
from localcloud.control.validation.errors import AwsError

OWN_KEYS = {"local": "local"}
"""Keys of the environment, with their secrets."""

MISMATCH = AwsError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key"
    " and signing method.",
    HTTPStatus.FORBIDDEN,
)


def secret(access_key: str) -> str | None:
    """Return the secret of *access_key*; None if it is not known, and cannot be verified."""
    if access_key in OWN_KEYS:
        return OWN_KEYS[access_key]
    session = sts_backends[ACCOUNT]["aws"].get_assumed_role_from_access_key(access_key)
    if session is not None:
        return str(session.secret_access_key)
    issued: Any = iam_backends[ACCOUNT]["aws"].access_keys.get(access_key)
    return str(issued.secret_key) if issued is not None else None


def signing_key(key: str, day: str, region: str, service: str) -> bytes:
    """Return the key with which version 4 signs."""
    derived = f"AWS4{key}".encode()
    for part in (day, region, service, "aws4_request"):
        derived = hmac.new(derived, part.encode(), "sha256").digest()
    return derived
