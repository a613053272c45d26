"""EC2's tables of instance types, read when somebody asks: they take 90 MB and half a second."""

from __future__ import annotations

from typing import Any

from moto.utilities import utils

_TABLES = "ec2/resources/instance_type"
_load_resource = utils.load_resource


def install() -> None:
    """Put tables that load themselves in the place of moto's; before moto's EC2 is imported."""
    utils.load_resource = _without_tables
    try:
        from moto.ec2.models import instance_types  # noqa: PLC0415 - it reads them when imported
    finally:
        utils.load_resource = _load_resource
    instance_types.INSTANCE_TYPES = _Types()
    instance_types.INSTANCE_TYPE_OFFERINGS = {
        kind: _Offerings(kind) for kind in instance_types.INSTANCE_TYPE_OFFERINGS
    }


def _without_tables(resource: str) -> Any:
    if not resource.startswith(_TABLES):
        return _load_resource(resource)
    return [] if "offerings" in resource else {}


class _Types(dict[str, Any]):
    """The instance types, by name."""

    def _load(self) -> None:
        if not len(self):
            self.update(_load_resource("ec2/resources/instance_types.json"))

    def __getitem__(self, name: str) -> Any:
        self._load()
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._load()
        return super().__contains__(name)

    def __iter__(self) -> Any:
        self._load()
        return super().__iter__()

    def keys(self) -> Any:
        self._load()
        return super().keys()

    def items(self) -> Any:
        self._load()
        return super().items()

    def values(self) -> Any:
        self._load()
        return super().values()


class _Offerings(dict[str, list[dict[str, str]]]):
    """What is offered in a region, by region."""

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
