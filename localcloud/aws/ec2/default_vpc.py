"""The default VPC, with all that a new account has: moto leaves out the internet gateway."""

from __future__ import annotations

from typing import Any

from moto.ec2.models import EC2Backend
from moto.moto_api._internal import mock_random


def install() -> None:
    """Replace the creation of a backend and of its default VPC."""
    backend: Any = EC2Backend
    backend.__init__ = _seeded(backend.__init__)
    backend.create_default_vpc = _complete(backend.create_default_vpc)


def _seeded(make: Any) -> Any:
    """Give what a new account has the same IDs whenever it is made: nothing is saved of reads."""

    def call(self: Any, region_name: str, account_id: str) -> None:
        state = mock_random.getstate()
        mock_random.seed(f"{account_id} {region_name}")
        try:
            make(self, region_name, account_id)
        finally:
            mock_random.setstate(state)

    return call


def _complete(create: Any) -> Any:
    """Attach an internet gateway to a new default VPC, and route to it."""

    def call(self: Any) -> Any:
        vpc = create(self)
        gateway = self.create_internet_gateway()
        self.attach_internet_gateway(gateway.id, vpc.id)
        main = self.describe_route_tables(filters={"vpc-id": vpc.id, "association.main": "true"})
        self.create_route(main[0].id, "0.0.0.0/0", gateway_id=gateway.id)
        return vpc

    return call
