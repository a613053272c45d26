"""Tokens of the registry are valid for 12 hours, as in AWS; those of moto have expired."""

from __future__ import annotations

import datetime as dt
from typing import Any

from moto.ecr.responses import ECRResponse

_answer = ECRResponse.get_authorization_token
VALID = dt.timedelta(hours=12)


def install() -> None:
    """Let new tokens expire in 12 hours."""
    ECRResponse.get_authorization_token = _token  # type: ignore[method-assign]


def _token(self: Any) -> Any:
    answer: Any = _answer(self)
    for one in answer.result["authorizationData"]:
        one["expiresAt"] = dt.datetime.now(dt.UTC) + VALID
    return answer
