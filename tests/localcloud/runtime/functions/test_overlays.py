"""Functions run an overlay in place of their deployed code."""

import asyncio

import pytest

from localcloud.runtime.overlays.overlay import FUNCTIONS, Overlay, State
from tests.localcloud.runtime.fake_cloud import eventually

ANSWER = "def handler(event, context): return {!r}"
OWNER = 7


@pytest.fixture
def lay_over(lambdas, tmp_path):
    async def put(name, version, source=None):
        """Lay over code that returns *version*; return the report of what became of it."""
        folder = tmp_path / version
        folder.mkdir(exist_ok=True)
        (folder / "handler.py").write_text(source or ANSWER.format(version))
        overlay = Overlay(FUNCTIONS, name, version, folder)

        def settled():
            [report] = lambdas.context.overlays.renew(OWNER, {"it": [overlay]}).values()
            return report.state is not State.STARTING and report

        return await eventually(settled)

    return put


async def test_new_code_answers_in_a_process_that_has_started_before(
    cloud, lambdas, lay_over, name
):
    cloud.function(name, ANSWER.format("deployed"))
    before = (await lambdas.invoke(name)).body

    report = await lay_over(name, "new")
    started = lambdas.functions.processes()[name]
    after = (await lambdas.invoke(name)).body

    assert (before, after, started) == ("deployed", "new", 1)
    assert report.state is State.SERVING
    assert lambdas.functions.processes()[name] == 1


async def test_the_deployed_code_is_back_when_the_lease_ends(cloud, lambdas, lay_over, name):
    cloud.function(name, ANSWER.format("deployed"))
    await lay_over(name, "new")

    lambdas.context.overlays.release(OWNER)

    assert (await lambdas.invoke(name)).body == "deployed"
    assert lambdas.functions.processes()[name] == 1


async def test_code_that_cannot_be_imported_does_not_take_over(cloud, lambdas, lay_over, name):
    cloud.function(name, ANSWER.format("deployed"))
    await lay_over(name, "first")

    broken = await lay_over(name, "broken", "import nothing_of_this_name")
    kept = (await lambdas.invoke(name)).body
    again = await lay_over(name, "first")

    assert broken.state is State.FAILED
    assert broken.error["errorType"] == "Runtime.ImportModuleError"
    assert kept == (await lambdas.invoke(name)).body == "first"
    assert again.state is State.SERVING
    assert lambdas.functions.processes()[name] == 1


async def test_an_invocation_in_flight_ends_on_the_code_that_it_began_on(
    cloud, lambdas, lay_over, name
):
    slow = "import time\ndef handler(event, context): time.sleep(event); return 'deployed'"
    cloud.function(name, slow)
    await lambdas.invoke(name, 0)
    running = asyncio.create_task(lambdas.invoke(name, 1.5))
    await asyncio.sleep(0.2)

    await lay_over(name, "new")
    answers = [(await lambdas.invoke(name)).body, (await running).body]

    assert answers == ["new", "deployed"]


async def test_versions_with_other_code_have_no_overlay(cloud, lambdas, lay_over, name):
    cloud.function(name, ANSWER.format("one"), Publish=True)
    cloud.new_code(name, ANSWER.format("two"), publish=True)

    await lay_over(name, "new")
    answers = [(await lambdas.invoke(name, None, one)).body for one in (None, "1", "2")]

    assert answers == ["new", "one", "new"]


async def test_newly_deployed_code_supersedes_the_overlay(cloud, lambdas, lay_over, name):
    cloud.function(name, ANSWER.format("deployed"))
    await lay_over(name, "new")

    cloud.new_code(name, ANSWER.format("deployed again"))
    answer = (await lambdas.invoke(name)).body

    assert answer in {"new", "deployed again"}  # the change has been announced, or not yet

    async def superseded():
        return (await lay_over(name, "new")).state is State.SUPERSEDED

    assert await eventually(superseded)
    assert (await lambdas.invoke(name)).body == "deployed again"
    assert lambdas.functions.overlays == {}


async def test_a_function_that_does_not_exist_is_reported(lay_over, name):
    report = await lay_over(name, "new")

    assert report.state is State.FAILED
    assert report.error["errorType"] == "ResourceNotFoundException"


async def test_a_note_is_in_the_log_of_the_function(cloud, lambdas, name):
    cloud.function(name, ANSWER.format("deployed"))

    lambdas.context.overlays.log(FUNCTIONS, name, "handler.py:1: SyntaxError")

    log = lambdas.layout.logs / f"{name}.log"
    assert await eventually(lambda: log.exists() and "handler.py:1: Synt" in log.read_text())
