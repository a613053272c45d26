"""Hides the values of secrets in what the console shows: messages, items, log lines."""

from __future__ import annotations

import json
import re
from typing import Any, cast

MASK = "***"
_WORDS = r"passw|secret|token|authorization|credential|api[-_]?key|private[-_]?key|cookie|signature"
_NAME = re.compile(_WORDS, re.IGNORECASE)
_PAIR = re.compile(
    rf"""(?P<name>["']?[\w.-]*(?:{_WORDS})[\w.-]*["']?\s*[=:]\s*)"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|(?:bearer|basic)\s+[^\s,;&"']+|[^\s,;&"'}\]]+)""",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)([^/\s:@]+):[^/\s@]+(?=@)")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [^-]*-----|\Z)", re.DOTALL
)


def masked(value: Any) -> Any:
    """Return JSON data without the values of secrets; strings are searched for some too."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {
            name: MASK if _NAME.search(name) and not _is_empty(one) else masked(one)
            for name, one in fields.items()
        }
    if isinstance(value, list):
        return [masked(one) for one in cast("list[Any]", value)]
    return masked_text(value) if isinstance(value, str) else value


def masked_text(text: str) -> str:
    """Return *text*, JSON or not, without what looks like the value of a secret."""
    if text[:1] in ("{", "["):
        try:
            return json.dumps(masked(json.loads(text)), ensure_ascii=False)
        except (ValueError, RecursionError):
            pass
    text = _PRIVATE_KEY.sub(MASK, text)
    text = _JWT.sub(MASK, _USER_INFO.sub(rf"\1:{MASK}", text))
    return _SCHEME.sub(rf"\1 {MASK}", _PAIR.sub(rf"\g<name>{MASK}", text))


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or isinstance(value, bool)
