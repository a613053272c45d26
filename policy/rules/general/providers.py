"""Rules on providers and regions."""

from __future__ import annotations

from policy.engine.rule import ANY_TYPE, Messages, Resource, classify, rule
from policy.engine.values import as_list, is_missing

_PACKAGE = "aws:"
_DEFAULT = "default"


@rule(ANY_TYPE)
@classify("architecture", "architecture", "medium", "advisory")
def provider_explicit(resource: Resource) -> Messages:
    """Resources must have an explicit provider with a Region.

    The default provider deploys to whichever account and Region the shell is configured for.
    """
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


@rule(ANY_TYPE, params={"allowedRegions": []})
@classify("architecture", "architecture", "medium", "advisory")
def region_allowed(resource: Resource) -> Messages:
    """Resources must be in an allowed Region.

    Data stored outside approved Regions can violate data residency requirements.
    """
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
