"""AWS managed and customer managed KMS keys."""

from __future__ import annotations

from typing import Any

from policy.engine.values import is_missing


def is_aws_managed_key(key: Any) -> bool:
    """Return whether *key* is known to be the alias of an AWS managed key ("alias/aws/...")."""
    return isinstance(key, str) and key.rpartition(":")[2].startswith("alias/aws/")


def is_customer_managed_key(key: Any) -> bool:
    """Return whether *key* is a customer managed key; an unknown value counts as one."""
    return not is_missing(key) and not is_aws_managed_key(key)
