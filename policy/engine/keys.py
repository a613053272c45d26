"""KMS keys: those that AWS makes for a service, and those that an account makes for itself."""

from __future__ import annotations

from typing import Any

from policy.engine.values import is_missing


def is_aws_managed_key(key: Any) -> bool:
    """Say whether *key* is known to be one of AWS's own aliases ("alias/aws/...")."""
    return isinstance(key, str) and key.rpartition(":")[2].startswith("alias/aws/")


def is_customer_managed_key(key: Any) -> bool:
    """Say whether *key* names a key of the account; an unknown value counts as one."""
    return not is_missing(key) and not is_aws_managed_key(key)
