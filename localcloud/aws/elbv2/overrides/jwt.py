"""The listener action `jwt-validation`, which moto does not support yet."""

from __future__ import annotations

from typing import Any

from moto.elbv2 import models
from moto.elbv2.exceptions import ValidationError
from moto.elbv2.models import ELBv2Backend

JWT_VALIDATION = "jwt-validation"
_validate = ELBv2Backend._validate_actions  # noqa: SLF001 - moto offers no hook


def install() -> None:
    """Accept and return the action."""
    ELBv2Backend._validate_actions = _validated  # type: ignore[method-assign]  # noqa: SLF001
    if JWT_VALIDATION not in models.ALLOWED_ACTIONS:
        models.ALLOWED_ACTIONS.append(JWT_VALIDATION)


def _validated(self: Any, actions: list[Any]) -> None:
    for index, action in enumerate(actions, start=1):
        if action.type == JWT_VALIDATION:
            settings = action.data.get("JwtValidationConfig") or {}
            for name in ("JwksEndpoint", "Issuer"):
                if not settings.get(name):
                    raise ValidationError(
                        f"A {name} must be specified in JwtValidationConfig of action {index}"
                    )
    _validate(self, [action for action in actions if action.type != JWT_VALIDATION])
