"""All resource types and functions of these providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from localcloud.provider.guard import RequestRejectedError
from localcloud.provider.utilities import (
    certificate_reader,
    certificate_requests,
    certificates,
    choices,
    identifiers,
    names,
    private_keys,
    strings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.provider.utilities.declarations import Function, ResourceType

TYPES: Mapping[str, ResourceType] = {
    **strings.TYPES,
    **identifiers.TYPES,
    **choices.TYPES,
    **private_keys.TYPES,
    **certificate_requests.TYPES,
    **certificates.TYPES,
}
FUNCTIONS: Mapping[str, Function] = {**private_keys.FUNCTIONS, **certificate_reader.FUNCTIONS}

Declared = TypeVar("Declared")


def type_of(token: str) -> ResourceType:
    """Return the type *token*; reject one that is not served."""
    return _found(TYPES, token, "type")


def function_of(token: str) -> Function:
    """Return the function *token*; reject one that is not served."""
    return _found(FUNCTIONS, token, "function")


def require_served(package: str) -> None:
    """Reject a provider that is not served."""
    if reason := names.rejection(package):
        raise RequestRejectedError(reason)


def _found(table: Mapping[str, Declared], token: str, word: str) -> Declared:
    package = names.package_of(token)
    require_served(package)
    if token not in table:
        known = ", ".join(key for key in table if names.package_of(key) == package) or "none"
        raise RequestRejectedError(
            f"{token} is not a {word} of {package} that the local cloud serves: use one of {known}"
        )
    return table[token]
