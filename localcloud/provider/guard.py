"""Rejects requests for real accounts, changes in plan mode, and changes of unsupported types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.account import ACCOUNT
from localcloud.provider import generic, installations, lookups, recorded, regions, sdk
from localcloud.provider.connections import parse_nested
from localcloud.provider.sdk_source import UnknownTypeError
from localcloud.provider.table import table
from localcloud.provider.values import unwrap_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.connections import Connection
    from localcloud.provider.row import Invoke, Row
    from localcloud.provider.settings import ProviderSettings

STACK = "local"


class RequestRejectedError(Exception):
    """Raised when the provider rejects a request as a whole."""


def require_local_stack(settings: ProviderSettings, urn: str) -> None:
    """Reject every stack but `local` in live mode."""
    name = urn.removeprefix("urn:pulumi:").split("::")[0]
    if settings.mode == "live" and urn and name != STACK:
        raise RequestRejectedError(
            f'the local cloud takes only the stack "{STACK}", this is "{name}": '
            f"deploy it without PULUMI_DEBUG_PROVIDERS, or run `bulkhead preview {name}`, with "
            f"`--program <folder>` for a program in another folder"
        )


def config_failures(settings: ProviderSettings, arguments: Mapping[str, Any]) -> dict[str, str]:
    """Return why inputs of a provider are rejected, by their names."""
    reasons = {
        "allowedAccountIds": _account_mismatch(settings, arguments),
        "region": regions.why_invalid(unwrap_secrets(arguments.get("region"))),
    }
    return {name: reason for name, reason in reasons.items() if reason}


def _account_mismatch(settings: ProviderSettings, arguments: Mapping[str, Any]) -> str:
    """Return why `allowedAccountIds` excludes the local account; "" if it does not."""
    allowed = unwrap_secrets(parse_nested(arguments.get("allowedAccountIds"))) or []
    if settings.mode != "live" or not allowed or ACCOUNT in allowed:
        return ""
    return (
        f"is {', '.join(map(str, allowed))}, and the local cloud is the account {ACCOUNT}: "
        f"select the stack `{STACK}`, or deploy without PULUMI_DEBUG_PROVIDERS"
    )


def require_same_major(arguments: Mapping[str, Any], connection: Connection) -> None:
    """Reject a program whose pulumi_aws has other types than the one installed here."""
    program = str(unwrap_secrets(arguments.get("version")) or connection.sdk.version)
    here = installations.own().version
    major = here.partition(".")[0]
    if program.partition(".")[0] != major:
        raise RequestRejectedError(
            f"the program uses pulumi_aws {program}, whose types differ from those of {here} that "
            f"this provider serves: install `pulumi-aws=={major}.*` in the program's environment"
        )


def refuse_in_plan_mode(settings: ProviderSettings, call: str, urn: str) -> None:
    """Reject changes in plan mode."""
    if settings.mode == "plan":
        raise RequestRejectedError(
            f"{call} of {urn.rsplit('::', 1)[-1]} refused: the provider runs in plan mode, which "
            f"answers previews only; nothing was changed"
        )


def row_of(type_: str) -> Row:
    """Return the row of *type_*, a generic one if need be; reject what the SDK does not declare."""
    found = table().rows.get(type_)
    if found is not None:
        return found
    try:
        return generic.row(type_)
    except UnknownTypeError:
        raise RequestRejectedError(
            f"{type_} is not a type of pulumi_aws {sdk.version()}: "
            f"correct its token, or upgrade pulumi_aws in requirements.txt"
        ) from None


def is_supported(type_: str, connection: Connection) -> bool:
    """Return whether objects of *type_* can be made: emulated, or recorded for this program."""
    return type_ in table().rows or type_ in recorded_types(connection)


def require_supported(type_: str, connection: Connection) -> None:
    """Reject a change of a type that can only be previewed."""
    if not is_supported(type_, connection):
        raise RequestRejectedError(
            f"{type_} is not supported by the local cloud: leave it out of the stack `{STACK}`, or "
            f"have it recorded without a backend by the line `{type_}: <why that is enough>` in "
            f"{recorded.NAME} beside Pulumi.yaml"
        )


def refuse_early(settings: ProviderSettings, type_: str, connection: Connection) -> None:
    """Reject an unsupported type in an update before it has changed anything."""
    program = connection.program
    if settings.mode == "live" and program is not None and not program.preview:
        require_supported(type_, connection)


def recorded_types(connection: Connection) -> Mapping[str, str]:
    """Return the types that the program has recorded; reject those that need not or cannot be."""
    found = recorded.types(connection.directory)
    for type_ in found:
        if type_ in table().rows:
            raise RequestRejectedError(
                f"{recorded.NAME} names {type_}, which the local cloud supports: remove the line"
            )
        row_of(type_)
    return found


def check_project_files(settings: ProviderSettings, connection: Connection) -> None:
    """Reject files beside the program's Pulumi.yaml that the provider cannot follow."""
    if settings.mode == "live":
        recorded_types(connection)
    for call in lookups.read(connection.directory):
        if call["token"] in table().invokes.keys() - table().lookups:
            raise RequestRejectedError(
                f"{lookups.NAME} has a call of {call['token']}, which the local cloud answers: "
                f"remove it"
            )


def function_of(token: str, arguments: Mapping[str, Any]) -> Invoke:
    """Return the provider function *token*; what searches the account asks the file first."""
    found = table().invokes.get(token)
    if found is not None and token not in table().lookups:
        return found
    return lambda context: lookups.result(token, arguments, context, found)
