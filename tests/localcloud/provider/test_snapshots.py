"""What the resources of a program make of moto's backends is saved, and read again."""

from __future__ import annotations

import pytest
from moto.core.base_backend import BackendDict

from localcloud.aws import pickling
from localcloud.provider.row import Mode
from localcloud.provider.table import table

TYPES: dict[str, list[str]] = {}
for row in table().rows.values():
    if row.mode is not Mode.RECORDED:
        TYPES.setdefault(row.service, []).append(row.type)


@pytest.mark.parametrize("service", sorted(TYPES))
def test_the_backends_of_a_service_are_read_as_they_were_saved(service, shared):
    for type_ in TYPES[service]:
        shared.make(type_)

    names = {service, service.removesuffix("v2")}
    found = [one for one in BackendDict._instances if one.service_name in names]
    assert found
    for backends in found:
        for _, _, backend in backends.iter_backends():
            saved = pickling.dumps(backend.__dict__)
            assert pickling.loads(saved).keys() == backend.__dict__.keys()
