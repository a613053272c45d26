"""The tasks of a service run an overlay in place of the deployed code."""

import asyncio
import sys
from collections import Counter

import aiohttp
import pytest

from localcloud.runtime.overlays.overlay import TASKS, Overlay, State
from tests.localcloud.runtime.tasks.conftest import SERVER
from tests.localcloud.runtime.tasks.programs import GROUP
from tests.localcloud.runtime.tasks.test_replacement import front_door

ARN = "arn:aws:ecs:eu-west-1:000000000000:service/main/orders"
PROGRAM = "import program; program.main()"
BROKEN = "def main(): raise SystemExit('no such table: lamps')"


def code(version):
    """Return a module that serves *version*."""
    body = SERVER.replace('os.environ.get("VERSION", "")', repr(version))
    return "def main():\n" + "\n".join(f"    {line}" for line in body.splitlines())


@pytest.fixture
def overlay(tmp_path):
    def make(version, source=None):
        folder = tmp_path / version
        folder.mkdir()
        (folder / "program.py").write_text(source or code(version))
        return Overlay(TASKS, ARN, version, folder, tmp_path / "bin" / "python")

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    return make


@pytest.fixture
def deployed(layout):
    (layout.home.parent / "source" / "program.py").write_text(code("deployed"))


def state_of(shop, version):
    found = [one for _, one in shop.overlays if one.version == version]
    return found[-1].state if found else None


async def versions(client, url):
    """Return what 20 requests were answered by."""
    found = Counter()
    for _ in range(20):
        async with client.get(url) as answer:
            found[(await answer.text()).split()[0]] += 1
    return set(found)


async def test_an_overlay_replaces_all_tasks_without_a_failed_request(
    ecs, deployed, overlay, eventually
):
    seen = Counter()

    async def load(client, url):
        while True:
            async with client.get(url) as answer:
                version = (await answer.text()).split()[0] if answer.status == 200 else "?"
                seen[answer.status, version] += 1

    async with ecs() as shop, front_door(shop) as url, aiohttp.ClientSession() as client:
        shop.service(shop.define(1, code=PROGRAM), 2, groups=[GROUP])
        await shop.until("COMPLETED")
        clients = [asyncio.create_task(load(client, url)) for _ in range(4)]
        for version in ("first", "second"):
            shop.worker.lay_over({ARN: overlay(version)})
            await eventually(lambda v=version: state_of(shop, v) is State.SERVING)
        after = await versions(client, url)
        await eventually(lambda: len(shop.tasks()) == 2)
        shop.worker.lay_over({})
        await eventually(lambda: not any(one.overlay for one in shop.tasks()))
        await eventually(lambda: len(shop.tasks()) == 2)
        back = await versions(client, url)
        for one in clients:
            one.cancel()
        ended = await asyncio.gather(*clients, return_exceptions=True)

    assert [one for one in ended if not isinstance(one, asyncio.CancelledError)] == []
    assert set(seen) == {(200, "deployed"), (200, "first"), (200, "second")}
    assert after == {"second"}
    assert back == {"deployed"}
    assert {one["rolloutState"] for one in shop.cloud.service_reports[-3:]} == {"COMPLETED"}


async def test_the_code_before_an_overlay_that_cannot_start_keeps_serving(
    ecs, deployed, overlay, eventually
):
    async with ecs() as shop, front_door(shop) as url, aiohttp.ClientSession() as client:
        shop.service(shop.define(1, code=PROGRAM), 2, groups=[GROUP])
        await shop.until("COMPLETED")
        first = overlay("first")
        shop.worker.lay_over({ARN: first})
        await eventually(lambda: state_of(shop, "first") is State.SERVING)
        shop.worker.lay_over({ARN: overlay("broken", BROKEN)})
        await eventually(lambda: state_of(shop, "broken") is State.FAILED)
        await eventually(lambda: {one.overlay.version for one in shop.tasks()} == {"first"})
        kept = await versions(client, url)
        del shop.overlays[1:]
        shop.worker.lay_over({ARN: first})
        await eventually(lambda: len(shop.overlays) > 1)

    assert kept == {"first"}
    assert shop.overlays[-1][1].state is State.SERVING
    assert all(one["rolloutState"] == "COMPLETED" for one in shop.cloud.service_reports[-3:])


async def test_the_reason_of_a_failed_overlay_has_its_last_log_lines(
    ecs, deployed, overlay, eventually
):
    async with ecs() as shop:
        shop.service(shop.define(1, code=PROGRAM))
        await shop.until("COMPLETED")
        shop.worker.lay_over({ARN: overlay("broken", BROKEN)})
        await eventually(lambda: state_of(shop, "broken") is State.FAILED)

    assert "no such table: lamps" in shop.overlays[-1][1].reason


async def test_a_deployment_supersedes_the_overlay(ecs, deployed, overlay, eventually):
    async with ecs() as shop:
        shop.service(shop.define(1, code=PROGRAM))
        await shop.until("COMPLETED")
        shop.worker.lay_over({ARN: overlay("first")})
        await eventually(lambda: state_of(shop, "first") is State.SERVING)
        shop.service(shop.define(2, code=PROGRAM), deployment="2")
        await eventually(lambda: state_of(shop, "first") is State.SUPERSEDED)
        await shop.until("COMPLETED")

        assert [one.overlay for one in shop.tasks()] == [None]
        assert shop.tasks()[0].plan.arn.endswith(":2")


async def test_an_overlay_of_a_service_without_tasks_starts_none(
    ecs, deployed, overlay, eventually
):
    async with ecs() as shop:
        shop.service(shop.define(1, code=PROGRAM), 0)
        await shop.until("COMPLETED")
        shop.worker.lay_over({ARN: overlay("first")})
        await asyncio.sleep(0.5)

        assert shop.tasks() == []


async def test_a_note_is_in_the_log_of_the_service(ecs, deployed, layout):
    async with ecs() as shop:
        options = {"awslogs-group": "orders", "awslogs-stream-prefix": "main"}
        log = {"logDriver": "awslogs", "options": options}
        shop.service(shop.define(1, code=PROGRAM, logConfiguration=log))
        await shop.until("COMPLETED")
        shop.worker.log(ARN, "app.py:1: SyntaxError")
        await asyncio.sleep(0.1)

    assert "app.py:1: SyntaxError\n" in (layout.logs / "orders.log").read_text()
    assert "app.py:1: SyntaxError" in [text for _, _, text in shop.cloud.lines]
