"""What running a task and its containers promises; every container is a real process."""

from __future__ import annotations

import asyncio

from tests.localcloud.runtime.tasks.programs import STUBBORN


async def test_a_container_that_ignores_the_signal_is_killed(ecs):
    async with ecs() as shop:
        arn = shop.run_task(shop.define(1, code=STUBBORN, stopTimeout=1))
        async with asyncio.timeout(5):
            while not any(t["lastStatus"] == "RUNNING" for t in shop.cloud.task_reports):
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        shop.cloud.single[arn]["desiredStatus"] = "STOPPED"
        shop.cloud.single[arn]["stoppedReason"] = "enough"
        shop.changes.put_nowait({"ecs"})

        report = await shop.stopped(arn)

    assert (report["stoppedReason"], report["containers"][0]["exitCode"]) == ("enough", 137)


async def test_a_single_task_ends_with_its_exit_code_and_last_lines(ecs):
    override = {
        "containerOverrides": [
            {
                "name": "orders",
                "command": ["python", "-c", "import os; print(os.environ['STEP']); os._exit(4)"],
                "environment": [{"name": "STEP", "value": "0003_add_index"}],
            }
        ]
    }
    async with ecs() as shop:
        arn = shop.run_task(
            shop.define(1, environment={"PYTHONUNBUFFERED": "1"}), overrides=override
        )

        report = await shop.stopped(arn)

    assert report["containers"] == [{"name": "orders", "exitCode": 4, "lastStatus": "STOPPED"}]
    assert report["stoppedReason"].endswith("Its last log lines:\n0003_add_index")


async def test_containers_wait_for_those_they_depend_on(ecs):
    async with ecs() as shop:
        init = {
            "name": "init",
            "image": shop.cloud.definitions[shop.define(9)]["containerDefinitions"][0]["image"],
            "command": ["python", "-c", "import time; time.sleep(0.2); print('prepared')"],
            "essential": False,
        }
        needs = [{"containerName": "init", "condition": "SUCCESS"}]
        definition = shop.define(1, code="print('began')", dependsOn=needs, others=[init])

        report = await shop.stopped(shop.run_task(definition))
        log = (shop.layout.logs / "orders.log").read_text()

    assert log == "prepared\nbegan\n"
    assert {one["name"]: one["exitCode"] for one in report["containers"]} == {
        "orders": 0,
        "init": 0,
    }


async def test_a_containers_own_health_check_decides(ecs):
    command = ["CMD-SHELL", "test -e ready"]
    check = {"command": command, "interval": 1, "timeout": 2, "retries": 3}
    async with ecs() as shop:
        shop.service(shop.define(1, healthCheck=check))
        waiting = await shop.reported(lambda one: one["pendingCount"] == 1)
        await asyncio.sleep(0.5)
        still = shop.cloud.service_reports[-1]["runningCount"]
        (shop.layout.home.parent / "source" / "ready").touch()

        report = await shop.until("COMPLETED")

    assert (waiting["runningCount"], still, report["runningCount"]) == (0, 0, 1)
