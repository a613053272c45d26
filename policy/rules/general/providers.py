"""Rules on providers and regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policy.engine.rule import ANY_TYPE, Concern, Level, Pack, Severity, rule
from policy.engine.values import as_list, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policy.engine.resource import Resource

_PACKAGE = "aws:"
_DEFAULT = "default"


@rule(
    ANY_TYPE,
    pack=Pack.ARCHITECTURE,
    concern=Concern.ARCHITECTURE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="The default provider deploys to whichever account and Region the shell is configured for.",
)
def provider_explicit(resource: Resource) -> Iterator[str]:
    """Resources must have an explicit provider with a Region."""
    provider = resource.provider_name
    if not resource.type.startswith(_PACKAGE) or not provider:
        return
    if provider.startswith(_DEFAULT):
        yield (
            f"The resource '{resource.name}' must have an explicit provider: set provider in its"
            " ResourceOptions to an aws.Provider with region."
        )
    elif is_missing(resource.provider_props.get("region")):
        yield (
            f"The provider '{provider}' of '{resource.name}' must have a Region: set region in"
            " aws.Provider."
        )


@rule(
    ANY_TYPE,
    pack=Pack.ARCHITECTURE,
    concern=Concern.ARCHITECTURE,
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why="Data stored outside approved Regions can violate data residency requirements.",
    params={"allowedRegions": []},
)
def region_allowed(resource: Resource) -> Iterator[str]:
    """Resources must be in an allowed Region."""
    allowed = as_list(resource.params["allowedRegions"])
    if not resource.type.startswith(_PACKAGE) or not allowed:
        return
    own = resource.get("region")
    region = resource.provider_props.get("region") if is_missing(own) else own
    if isinstance(region, str) and region and region not in allowed:
        yield (
            f"The resource '{resource.name}' must be in an allowed Region, not {region}: set"
            f" region, or that of its provider, to {' or '.join(str(one) for one in allowed)}."
        )
