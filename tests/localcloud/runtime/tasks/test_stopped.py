"""ECS services that are stopped on this machine."""

from __future__ import annotations

import pytest

from localcloud.off import is_without_tasks
from localcloud.stopped import STOPPED
from tests.localcloud.halts import HALTS
from tests.localcloud.runtime.tasks.programs import CRASH, GROUP

TAGS = [{"key": "service", "value": "orders"}]


def switch(shop, halt, *services):
    halt(shop.layout, *services)
    shop.changes.put_nowait({STOPPED})


@pytest.mark.parametrize(("halt", "reason", "_message"), HALTS)
async def test_a_service_that_does_not_run_has_no_task_and_says_so(
    ecs, eventually, halt, reason, _message
):
    async with ecs() as shop:
        shop.service(shop.define(1), 2, groups=[GROUP], tags=TAGS)
        await shop.until("COMPLETED")

        switch(shop, halt, "orders", "other")
        report = await shop.reported(
            lambda one: one["rolloutStateReason"] == reason and not one["runningCount"]
        )
        await eventually(lambda: not shop.tasks())
        left = set(shop.cloud.groups[GROUP])
        seen = len(shop.cloud.service_reports)
        switch(shop, halt, "other")
        again = await shop.reported(
            lambda one: one["rolloutState"] == "COMPLETED" and one["runningCount"] == 2, seen
        )

    events = [event for one in shop.cloud.service_reports for event in one["events"]]
    assert report["rolloutState"] == "COMPLETED"
    assert left == set()
    assert f"(service orders) has no tasks. {reason}" in events
    assert again["rolloutStateReason"] == "ECS deployment completed."


@pytest.mark.parametrize(("halt", "reason", "_message"), HALTS)
async def test_a_deployment_of_such_a_service_is_complete_and_tried_when_it_starts(
    ecs, halt, reason, _message
):
    async with ecs() as shop:
        halt(shop.layout, "orders")
        breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
        definition = shop.define(1, code=CRASH)
        shop.service(definition, deploymentConfiguration=breaker, tags=TAGS)
        first = await shop.reported(lambda one: one["rolloutState"] == "COMPLETED")

        switch(shop, halt)
        second = await shop.until("FAILED")

    assert (first["runningCount"], first["rolloutStateReason"]) == (0, reason)
    assert "Rolled back" not in second["rolloutStateReason"]


async def test_a_service_of_an_image_that_is_not_ours_is_complete_without_tasks_and_says_why(ecs):
    async with ecs() as shop:
        definition = shop.define(1, image="nginx:latest")
        shop.service(definition, 2, groups=[GROUP])

        first = await shop.reported(lambda one: one["rolloutState"] == "COMPLETED")
        seen = len(shop.cloud.service_reports)
        shop.service(shop.define(2), 1, groups=[GROUP])
        second = await shop.reported(lambda one: one["runningCount"] == 1, seen)

    assert (first["runningCount"], first["pendingCount"]) == (0, 0)
    assert first["rolloutStateReason"] == (
        "Not run on this machine: the container orders has the image nginx:latest. The local cloud"
        " pulls no images and has no container engine: it runs images that `bulkhead build` has"
        " built, named by their digest."
    )
    assert not is_without_tasks(second["rolloutStateReason"])
