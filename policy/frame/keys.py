"""Encryption keys: which ones the account owns, and which ones belong to AWS."""

from __future__ import annotations

from typing import Any

from policy.frame.values import is_missing


def is_own_key(value: Any) -> bool:
    """Say whether *value* names a key of the account; an unknown value counts as one."""
    if isinstance(value, str):
        return value != "" and "alias/aws/" not in value
    return not is_missing(value)
