"""What the provider refuses as a whole: stacks of real accounts, and work in plan mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.provider.cloud import ACCOUNT
from localcloud.provider.connections import nested
from localcloud.provider.table import table
from localcloud.provider.values import revealed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.row import Invoke, Row
    from localcloud.provider.settings import ProviderSettings

STACK = "local"


class RefusedError(Exception):
    """Raised when the provider does not do what it is asked for."""


def stack(settings: ProviderSettings, urn: str) -> None:
    """Refuse a stack that does not belong to the local cloud."""
    name = urn.removeprefix("urn:pulumi:").split("::")[0]
    if settings.mode == "live" and urn and name != STACK:
        raise RefusedError(
            f'the local cloud takes only the stack "{STACK}", this is "{name}": '
            f"deploy it without PULUMI_DEBUG_PROVIDERS, or run `bulkhead preview {name}`"
        )


def account(settings: ProviderSettings, arguments: Mapping[str, Any]) -> str:
    """Return why the provider's inputs speak of another account; "" if they do not."""
    allowed = revealed(nested(arguments.get("allowedAccountIds"))) or []
    if settings.mode != "live" or not allowed or ACCOUNT in allowed:
        return ""
    return (
        f"is {', '.join(map(str, allowed))}, and the local cloud is the account {ACCOUNT}: "
        f"select the stack `{STACK}`, or deploy without PULUMI_DEBUG_PROVIDERS"
    )


def work(settings: ProviderSettings, call: str, urn: str) -> None:
    """Refuse in plan mode what is not a preview."""
    if settings.mode == "plan":
        raise RefusedError(
            f"{call} of {urn.rsplit('::', 1)[-1]} refused: the provider runs in plan mode, which "
            f"answers previews only; nothing was changed"
        )


def row(type_: str) -> Row:
    """Return the row of *type_*, refusing a type that is not in the table."""
    found = table().rows.get(type_)
    if found is None:
        raise RefusedError(
            f"{type_} is not supported by the local cloud: "
            f"leave it out of the stack `{STACK}`, or add a row to localcloud/aws/<service>/"
        )
    return found


def invoke(token: str) -> Invoke:
    """Return the function *token*, refusing one that is not in the table."""
    found = table().invokes.get(token)
    if found is None:
        raise RefusedError(
            f"the function {token} is not supported by the local cloud: "
            f"pass its value in, or add it to INVOKES in localcloud/aws/<service>/"
        )
    return found
