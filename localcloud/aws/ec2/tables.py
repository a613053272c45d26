"""Loads EC2's tables of instance types lazily: they take 90 MB and half a second."""

from __future__ import annotations

from functools import cache
from typing import Any

from moto.utilities import utils

_TABLES = "ec2/resources/instance_type"
_load_resource = utils.load_resource


def install() -> None:
    """Replace moto's tables by lazy ones; call before moto's EC2 is imported."""
    utils.load_resource = _without_tables
    try:
        from moto.ec2.models import instance_types  # noqa: PLC0415 - reads the tables at import
    finally:
        utils.load_resource = _load_resource
    instance_types.INSTANCE_TYPES = _Types()
    kind: Any = instance_types.InstanceTypeBackend
    kind.instance_types = property(lambda _self: _all_types())
    for where in list(instance_types.INSTANCE_TYPE_OFFERINGS):
        instance_types.INSTANCE_TYPE_OFFERINGS[where] = _Offerings(where)


@cache
def _all_types() -> list[Any]:
    from moto.ec2.models import instance_types  # noqa: PLC0415 - after the tables are in place

    names = _load_resource("ec2/resources/instance_types.json")
    return [instance_types.InstanceType(name) for name in names]


def _without_tables(resource: str) -> Any:
    if not resource.startswith(_TABLES):
        return _load_resource(resource)
    return [] if "offerings" in resource else {}


class _Types(dict[str, Any]):
    """The instance types, by name."""

    def __missing__(self, name: str) -> Any:
        self.update(_load_resource("ec2/resources/instance_types.json"))
        return dict.__getitem__(self, name)


class _Offerings(dict[str, list[dict[str, str]]]):
    """The instance types offered, by region."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def __missing__(self, region: str) -> list[dict[str, str]]:
        path = f"ec2/resources/instance_type_offerings/{self.kind}/{region}.json"
        found: list[dict[str, str]] = _load_resource(path)
        for offering in found:
            offering["LocationType"] = self.kind
        self[region] = found
        return found

    def get(self, region: str, default: Any = None) -> Any:
        """Return the offerings of *region*."""
        try:
            return self[region]
        except FileNotFoundError:
            return default
