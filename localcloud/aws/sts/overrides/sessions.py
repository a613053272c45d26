"""Sessions of assumed roles: those that expired long ago are forgotten, which moto never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import STSBackend, sts_backends

from localcloud.account import ACCOUNT

KEPT = timedelta(hours=1)
"""How long a request with expired credentials is recognised."""

TEMPORARY = "ASIA"
"""Prefix of the access keys of sessions."""

_assume_role = STSBackend.assume_role


def install() -> None:
    """Forget old sessions whenever a role is assumed."""
    STSBackend.assume_role = _assume  # type: ignore[method-assign]


def has_expired(access_key: str, now: datetime | None = None) -> bool:
    """Return whether *access_key* belongs to an expired session; unknown keys do not expire."""
    if not access_key.startswith(TEMPORARY):
        return False
    session = sts_backends[ACCOUNT]["aws"].get_assumed_role_from_access_key(access_key)
    return session is not None and _end(session) <= (now or datetime.now(UTC))


def forget_expired(now: datetime) -> None:
    """Remove the sessions that expired more than KEPT ago, and their access keys."""
    backend = sts_backends[ACCOUNT]["aws"]
    gone = [one for one in backend.assumed_roles if _end(one) + KEPT < now]
    backend.assumed_roles = [one for one in backend.assumed_roles if one not in gone]
    keys = iam_backends[ACCOUNT]["aws"].access_keys
    for session in gone:
        keys.pop(session.access_key_id, None)


def _assume(self: Any, *args: Any, **kwargs: Any) -> Any:
    forget_expired(datetime.now(UTC))
    return _assume_role(self, *args, **kwargs)


def _end(session: Any) -> datetime:
    return session.expiration.replace(tzinfo=UTC)
