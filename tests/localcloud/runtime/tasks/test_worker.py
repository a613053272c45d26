"""What running services promises; every task here is a real process."""

from __future__ import annotations

import asyncio
import os
import signal

import psutil
import pytest

from localcloud.runtime.tasks import deployment, service
from tests.localcloud.runtime.tasks.conftest import SERVER
from tests.localcloud.runtime.tasks.programs import BREAKER, CRASH, GROUP, INTERNAL, get


async def test_a_service_runs_its_tasks_side_by_side_on_ports_of_their_own(ecs):
    async with ecs() as shop:
        shop.service(shop.define(1), 2, groups=[GROUP])
        report = await shop.until("COMPLETED")

        answers = {await get(one) for one in shop.cloud.groups[GROUP]}

    assert report["runningCount"] == 2
    assert len(answers) == 2
    assert all(one.startswith("1 ") for one in answers)


async def test_a_task_is_a_target_of_every_target_group_of_its_service(ecs, eventually):
    async with ecs() as shop:
        shop.service(shop.define(1), groups=[GROUP])
        await shop.until("COMPLETED")
        [before] = shop.cloud.groups[GROUP]
        shop.cloud.states.update({before: "healthy", "*": "initial"})

        shop.service(shop.define(1), groups=[GROUP, INTERNAL], deployment="2")
        await eventually(lambda: shop.cloud.groups.get(INTERNAL))
        [after] = shop.cloud.groups[INTERNAL]
        both = set(shop.cloud.groups[GROUP])
        shop.cloud.states["*"] = "healthy"
        await shop.until("COMPLETED")
        shop.service(shop.define(1), groups=[GROUP], deployment="3")
        await eventually(lambda: shop.cloud.left == [before, after, after])

    assert both == {before, after}, "the old task stays until its successor is healthy in both"
    assert shop.cloud.groups[INTERNAL] == set()


async def test_environment_secrets_and_address_reach_the_process(ecs):
    code = (
        "import os; print({k: os.environ[k] for k in ('A','PASSWORD','HOST','AWS_ENDPOINT_URL')})"
    )
    async with ecs() as shop:
        shop.cloud.secrets["arn:secret"] = "pw"
        secrets = [{"name": "PASSWORD", "valueFrom": "arn:secret"}]
        definition = shop.define(1, code=code, secrets=secrets, environment={"A": "1"})
        await shop.stopped(shop.run_task(definition))

        log = (shop.layout.logs / "orders.log").read_text()

    assert log == (
        "{'A': '1', 'PASSWORD': 'pw', 'HOST': '127.0.0.1',"
        " 'AWS_ENDPOINT_URL': 'http://127.0.0.1:1'}\n"
    )


async def test_a_new_definition_replaces_the_tasks_after_it_is_healthy(ecs):
    async with ecs() as shop:
        shop.service(shop.define(1), 2, groups=[GROUP])
        await shop.until("COMPLETED")
        shop.cloud.states["*"] = "initial"
        old = set(shop.cloud.groups[GROUP])
        for one in old:
            shop.cloud.states[one] = "healthy"
        shop.service(shop.define(2), 2, groups=[GROUP])
        async with asyncio.timeout(10):
            while len(shop.cloud.groups[GROUP]) < 4:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        kept_while_starting = old <= shop.cloud.groups[GROUP]
        shop.cloud.states["*"] = "healthy"
        await shop.until("COMPLETED")

        answers = {(await get(one)).split()[0] for one in shop.cloud.groups[GROUP]}

    assert kept_while_starting
    assert answers == {"2"}
    assert len(shop.cloud.groups[GROUP]) == 2


async def test_a_leaving_task_stops_only_when_its_requests_have_ended(ecs, eventually):
    async with ecs() as shop:
        shop.service(shop.define(1), 1, groups=[GROUP])
        await shop.until("COMPLETED")
        [address] = shop.cloud.groups[GROUP]
        [task] = shop.tasks()
        shop.cloud.in_flight[address] = 1
        shop.service(shop.define(2), 1, groups=[GROUP])
        await eventually(lambda: address in shop.cloud.left)
        await asyncio.sleep(0.3)

        while_under_way = task.status
        shop.cloud.in_flight[address] = 0
        await eventually(lambda: task.ended)
        lines = list(task.containers["orders"].output.tail)

    assert while_under_way == "RUNNING"
    assert lines[-1] == "ended well"


async def test_a_killed_task_is_started_again_and_its_target_goes(ecs, eventually):
    async with ecs() as shop:
        shop.service(shop.define(1), 1, groups=[GROUP])
        await shop.until("COMPLETED")
        [before] = shop.cloud.groups[GROUP]
        [task] = shop.tasks()
        os.kill(task.containers["orders"].pid, signal.SIGKILL)

        await eventually(lambda: shop.cloud.groups[GROUP] and before in shop.cloud.left)
        await eventually(lambda: [t.status for t in shop.tasks()] == ["RUNNING"])
        [after] = shop.cloud.groups[GROUP]
        report = await shop.stopped(task.arn)

    assert after != before
    assert report["containers"][0]["exitCode"] == 137


async def test_a_service_that_crashes_at_start_fails_with_its_last_log_lines(ecs):
    async with ecs() as shop:
        shop.service(shop.define(1, code=CRASH), deploymentConfiguration=BREAKER)

        report = await shop.until("FAILED")
        started = len(shop.cloud.task_reports)
        await asyncio.sleep(0.5)
        after = len(shop.cloud.task_reports)

    assert "3 tasks failed to start" in report["rolloutStateReason"]
    assert "orders with code 3" in report["rolloutStateReason"]
    assert "no database" in report["rolloutStateReason"]
    assert started == after


async def test_a_failed_deployment_leaves_the_old_tasks_serving(ecs):
    async with ecs() as shop:
        shop.service(shop.define(1), 1, groups=[GROUP], deploymentConfiguration=BREAKER)
        await shop.until("COMPLETED")
        [address] = shop.cloud.groups[GROUP]
        shop.cloud.states.update({"*": "initial", address: "healthy"})
        shop.service(shop.define(2, code=CRASH), 1, groups=[GROUP], deploymentConfiguration=BREAKER)
        report = await shop.until("FAILED")
        await asyncio.sleep(0.5)

        answer = await get(address)
        last = shop.cloud.service_reports[-1]

    assert answer.startswith("1 ")
    assert "Rolled back to orders:1" in report["rolloutStateReason"]
    assert (last["rolloutState"], last["runningCount"]) == ("FAILED", 1)


async def test_tasks_that_crash_after_a_roll_back_start_again_ever_more_slowly(ecs):
    fragile = "import os, sys\nif os.path.exists('broken'): sys.exit(3)\n" + SERVER
    async with ecs() as shop:
        worked = shop.define(1, code=fragile)
        shop.service(worked, deploymentConfiguration=BREAKER)
        await shop.until("COMPLETED")
        (shop.layout.home.parent / "source" / "broken").touch()
        shop.service(shop.define(2, code=CRASH), deploymentConfiguration=BREAKER)
        await shop.until("FAILED")
        [task] = [one for one in shop.tasks() if one.plan.arn == worked]
        task.containers["orders"].kill()
        await asyncio.sleep(3)

        ran = {r["taskArn"] for r in shop.cloud.task_reports if r["taskDefinitionArn"] == worked}

    assert 2 <= len(ran) <= 5


async def test_a_service_created_again_while_its_tasks_end_runs_anew(ecs, eventually):
    async with ecs() as shop:
        shop.service(shop.define(1), groups=[GROUP])
        await shop.until("COMPLETED")
        [address] = shop.cloud.groups[GROUP]
        shop.cloud.in_flight[address] = 1
        shop.remove()
        await eventually(lambda: address in shop.cloud.left)
        shop.service(shop.define(2), groups=[GROUP], deployment="2")
        await eventually(shop.changes.empty)
        shop.cloud.in_flight[address] = 0

        await shop.until("COMPLETED")
        [address] = shop.cloud.groups[GROUP]
        answer = await get(address)

    assert answer.startswith("2 ")


async def test_a_fault_while_a_service_is_looked_after_does_not_end_it(ecs, monkeypatch):
    monkeypatch.setattr(service, "IDLE_POLL_SECONDS", 0.05)
    async with ecs() as shop:
        definition = shop.define(1)
        described = shop.cloud.definitions.pop(definition)
        shop.service(definition)
        await asyncio.sleep(0.2)
        shop.cloud.definitions[definition] = described

        report = await shop.until("COMPLETED")

    assert report["runningCount"] == 1


async def test_a_task_that_never_becomes_healthy_is_a_failed_one(ecs, monkeypatch):
    monkeypatch.setattr(deployment, "STABLE_SECONDS", 0.5)  # they live longer, and are not settled
    async with ecs() as shop:
        shop.cloud.states["*"] = "unhealthy"
        shop.service(
            shop.define(1),
            groups=[GROUP],
            deploymentConfiguration=BREAKER,
            healthCheckGracePeriodSeconds=1,
        )

        report = await shop.until("FAILED")

    assert "Task failed ELB health checks" in report["rolloutStateReason"]
    assert "serving 1" in report["rolloutStateReason"]


async def test_an_unknown_image_says_which_and_what_to_run(ecs):
    async with ecs() as shop:
        definition = shop.define(1, image=f"x/orders@sha256:{'cd' * 32}")

        report = await shop.stopped(shop.run_task(definition))

    assert "CannotPullContainerError" in report["stoppedReason"]
    assert "cdcdcd" in report["stoppedReason"]
    assert "bulkhead build" in report["stoppedReason"]


async def test_scaling_and_deleting_stop_tasks(ecs, eventually):
    async with ecs() as shop:
        definition = shop.define(1)
        shop.service(definition, 3, groups=[GROUP])
        await shop.until("COMPLETED")
        shop.service(definition, 1, groups=[GROUP])
        await eventually(lambda: len(shop.tasks()) == 1)
        scaled = len(shop.cloud.groups[GROUP])
        [task] = shop.tasks()
        pid = task.containers["orders"].pid
        shop.remove()
        await eventually(lambda: not shop.worker._services)

        gone = not psutil.pid_exists(pid)

    assert (scaled, gone, shop.cloud.groups[GROUP]) == (1, True, set())


async def test_targets_of_an_earlier_life_are_deregistered(ecs):
    async with ecs() as shop:
        shop.cloud.groups[GROUP] = {"127.0.0.1:1"}
        shop.service(shop.define(1), groups=[GROUP])

        await shop.until("COMPLETED")

    assert "127.0.0.1:1" in shop.cloud.left


async def test_tasks_of_an_earlier_life_are_told_as_stopped(ecs):
    async with ecs() as shop:
        arn = shop.run_task(shop.define(1), lastStatus="RUNNING")

        report = await shop.stopped(arn)

    assert report["stoppedReason"] == "the process that ran the task exited"


@pytest.mark.parametrize("count", [1, 2])
async def test_no_process_is_left_when_the_worker_stops(ecs, count):
    async with ecs() as shop:
        shop.service(shop.define(1), count, groups=[GROUP])
        await shop.until("COMPLETED")
        pids = [one.containers["orders"].pid for one in shop.tasks()]

    assert [pid for pid in pids if psutil.pid_exists(pid)] == []
