"""When the front door reads its configuration."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from localcloud.runtime.frontdoor import serve
from localcloud.runtime.frontdoor.configuration import Configuration


class Feed:
    """Tells of changes; an empty set says that time went by."""

    def __init__(self, *told):
        self._told = told

    async def watch(self, *_services, **_options):
        for changed in self._told:
            yield changed


async def read_nothing():
    """Read no names."""


@pytest.fixture
def follow(open_door, monkeypatch):
    """Follow a feed while each reading has the next of some results; return how many it took."""
    monkeypatch.setattr(serve, "RETRY_SECONDS", 0)

    async def followed(feed, *results, has_port_conflicts=False):
        left = list(results)

        async def read(_aws, _names):
            result = left.pop(0)
            if isinstance(result, Exception):
                raise result
            return result

        async def read_urls(_aws):
            return ()

        monkeypatch.setattr(serve, "read_configuration", read)
        monkeypatch.setattr(serve, "read_function_urls", read_urls)
        async with open_door() as served:
            if has_port_conflicts:
                monkeypatch.setattr(type(served.door), "has_port_conflicts", True)
            await serve._follow(feed, SimpleNamespace(), read_nothing, served.door)
        return len(results) - len(left)

    return followed


CHANGED, TIME = frozenset({"apigateway"}), frozenset()
UNSERVED = Configuration(problems=("rule 7 is not served",))


async def test_a_rule_that_is_not_served_is_no_reason_to_read_again(follow):
    read = await follow(Feed(CHANGED, TIME, TIME, CHANGED), *[UNSERVED] * 4)

    assert read == 2


async def test_a_changed_function_is_no_reason_to_read_load_balancers(follow):
    read = await follow(Feed(CHANGED, frozenset({"lambda"})), *[UNSERVED] * 2)

    assert read == 1


async def test_a_port_in_use_is_tried_again_as_time_goes_by(follow):
    read = await follow(Feed(CHANGED, TIME, TIME), *[UNSERVED] * 3, has_port_conflicts=True)

    assert read == 3


async def test_a_fault_that_stays_is_told_once(follow, caplog):
    faults = [ConnectionError("gone"), *[LookupError("odd")] * 3]

    await follow(Feed(CHANGED), *faults, Configuration())

    told = [record for record in caplog.records if "cannot be read, serving" in record.message]
    assert [bool(record.exc_info) for record in told] == [False, True]
