"""Variables of tasks have the local addresses of the emulated AWS's names."""

from __future__ import annotations

from localcloud.names import Names
from localcloud.ports import claim
from tests.localcloud.runtime.tasks.programs import GROUP, get

LOANS = {"VERSION": "https://loans.services.test"}
"""The server answers with its VERSION."""


async def test_names_in_variables_have_local_addresses(ecs):
    code = "import os; print(os.environ['LOANS_URL'])"
    async with ecs() as shop:
        shop.cloud.names = Names(shop.layout, private_zones=("services.test",))
        variables = {"LOANS_URL": "https://loans.services.test/x"}
        await shop.stopped(shop.run_task(shop.define(1, code=code, environment=variables)))

        log = (shop.layout.logs / "orders.log").read_text()

    assert log == f"http://127.0.0.1:{claim(shop.layout, 'name-loans.services.test-443')}/x\n"


async def test_tasks_are_replaced_when_the_address_of_a_name_changes(ecs, eventually):
    async with ecs() as shop:
        shop.service(shop.define(1, environment=LOANS), groups=[GROUP])
        await shop.until("COMPLETED")
        [before] = shop.cloud.groups[GROUP]
        raw = (await get(before)).split()[0]
        shop.cloud.states.update({before: "healthy", "*": "initial"})

        shop.cloud.names = Names(shop.layout, private_zones=("services.test",))
        shop.changes.put_nowait({"route53"})
        await eventually(lambda: len(shop.cloud.groups[GROUP]) == 2)
        shop.cloud.states["*"] = "healthy"
        await eventually(lambda: before in shop.cloud.left)
        [after] = shop.cloud.groups[GROUP]
        local = (await get(after)).split()[0]
        states = {one["rolloutState"] for one in shop.cloud.service_reports[-3:]}

    assert raw == LOANS["VERSION"]
    assert local == f"http://127.0.0.1:{claim(shop.layout, 'name-loans.services.test-443')}"
    assert states == {"COMPLETED"}


async def test_other_changes_of_names_replace_no_task(ecs, eventually):
    async with ecs() as shop:
        shop.service(shop.define(1, environment=LOANS), groups=[GROUP])
        await shop.until("COMPLETED")
        [before] = shop.tasks()

        shop.cloud.names = Names(shop.layout, private_zones=("others.test",))
        shop.changes.put_nowait({"route53"})
        shop.service(shop.define(1, environment=LOANS), 2, groups=[GROUP])
        await eventually(lambda: len(shop.cloud.groups[GROUP]) == 2)

        assert before in shop.tasks()
