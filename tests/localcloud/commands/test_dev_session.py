"""What is laid over the workers, and said, when files are saved."""

import asyncio
import os

import aiohttp
import pytest

from builders.source import Source
from localcloud.runtime.context import worker_context
from localcloud.runtime.overlays.overlay import FUNCTIONS, Report, State
from localcloud.runtime.workers.server import serving
from ops import folders
from ops.deployed import Workload
from ops.dev import changes, session
from ops.dev.lease import Lease
from ops.dev.overlay import TARGET
from ops.dev.services import Service
from ops.dev.session import Session
from ops.errors import CommandError
from tests.localcloud.runtime.fake_cloud import eventually

PARCELS = Workload("parcels", "parcels", FUNCTIONS, "parcels-1a2b")


class Runtime:
    """Functions whose init phase fails if their code says so."""

    def __init__(self, overlays):
        self._overlays = overlays
        self.codes = []
        self.lines = []

    def lay_over(self, wanted):
        codes = [(one.folder / "handler.py").read_text() for one in wanted.values()] or [None]
        self.codes += [code for code in codes if code not in self.codes[-1:]]
        for workload, overlay in wanted.items():
            [code] = codes
            state = State.FAILED if "fails" in code else State.SERVING
            error = {"errorType": "KeyError", "errorMessage": "most"} if "fails" in code else None
            self._overlays.report(workload, Report(overlay.version, state, error=error))

    def log(self, workload, text):
        self.lines.append((workload, text))


@pytest.fixture
def services(tmp_path, monkeypatch):
    folder = tmp_path / "services"
    monkeypatch.setattr(folders, "ROOT", tmp_path)
    for module in (changes, session):
        monkeypatch.setattr(module, "KIT", folder / "kit")
    (folder / "parcels").mkdir(parents=True)
    (folder / "kit").mkdir()
    (folder / "kit" / "log.py").write_text("")
    (folder / "parcels" / "handler.py").write_text("import kit.log")
    (folder / "letters" / "events").mkdir(parents=True)
    (folder / "letters" / "events" / "1.json").write_text("{}")
    return folder


@pytest.fixture
async def running(layout, services, monkeypatch):
    """Run a session on the workers' route; return what the runtime was told."""
    consumed = (("consumed-events/letter-sent/1.json", services / "letters" / "events" / "1.json"),)
    source = Source("parcels", services / "parcels", (services / "kit",), consumed)
    parcels = Service("parcels", source, True, (PARCELS,), frozenset({source.digest(TARGET)}))  # noqa: FBT003
    monkeypatch.setattr(session.services, "services", lambda _layout: {"parcels": parcels})
    async with worker_context(layout, "http://127.0.0.1:1") as context, serving(context, ()):
        runtime = Runtime(context.overlays)
        with context.overlays.run_by(FUNCTIONS, runtime):
            async with aiohttp.ClientSession() as http:
                made = Session(layout, Lease(layout, http), {"parcels": parcels}, every=False)
                run = asyncio.create_task(made.run())
                await eventually(lambda: made._saved._getters)
                await asyncio.sleep(0.2)  # until the files are watched
                runtime.context, runtime.layout = context, layout
                yield runtime
                run.cancel()
                await asyncio.gather(run, return_exceptions=True)


async def test_saved_code_is_laid_over_and_ends_with_the_session(running, services, capsys):
    (services / "parcels" / "handler.py").write_text("first = 1")
    await eventually(lambda: running.codes[-1] == "first = 1")
    (services / "parcels" / "tests").mkdir()
    (services / "parcels" / "tests" / "test_it.py").write_text("")
    (services / "parcels" / "handler.py").write_text("second = 2")
    await eventually(lambda: running.codes[-1] == "second = 2")
    said = await eventually(lambda: capsys.readouterr().err)

    assert running.codes == [None, "first = 1", "second = 2"]
    assert "✓ parcels runs the saved code after" in said


async def test_the_kit_is_code_of_the_services_that_import_it(running, services):
    (services / "kit" / "log.py").write_text("level = 1")

    await eventually(lambda: running.codes[-1] == "import kit.log")


async def test_the_schema_of_an_event_is_code_of_its_consumers(running, services):
    (services / "letters" / "events" / "1.json").write_text('{"type": "object"}')

    await eventually(lambda: running.codes[-1] == "import kit.log")


async def test_a_syntax_error_is_shown_and_logged_and_not_laid_over(running, services, capsys):
    (services / "parcels" / "handler.py").write_text("first = 1")
    await eventually(lambda: running.codes[-1] == "first = 1")
    (services / "parcels" / "handler.py").write_text("def handler(")
    await eventually(lambda: running.lines)
    said = capsys.readouterr().err
    (services / "parcels" / "handler.py").write_text("third = 3")
    await eventually(lambda: running.codes[-1] == "third = 3")

    place = "services/parcels/handler.py:1: SyntaxError: '(' was never closed"
    kept = "The code before it keeps answering."
    assert f"✗ parcels: {place}\n  {kept} Correct it and save again.\n" in said
    assert running.lines == [(PARCELS.id, f"bulkhead dev: {place}\n{kept}")]
    assert running.codes == [None, "first = 1", "third = 3"]


async def test_an_init_phase_that_fails_is_shown(running, services, capsys):
    (services / "parcels" / "handler.py").write_text("fails = True")

    said = await eventually(lambda: capsys.readouterr().err)

    assert "✗ parcels: KeyError: most" in said
    assert "Its log: bulkhead logs parcels" in said


async def test_code_that_failed_is_tried_again_when_it_is_saved_again(running, services, capsys):
    said = []
    for _ in range(2):
        (services / "parcels" / "handler.py").write_text("fails = True")
        said.append(await eventually(lambda: capsys.readouterr().err))

    assert ["✗ parcels: KeyError: most" in text for text in said] == [True, True]


async def test_an_undone_mistake_is_told(running, services, capsys):
    (services / "parcels" / "handler.py").write_text("first = 1")
    await eventually(lambda: "✓" in capsys.readouterr().err)
    (services / "parcels" / "handler.py").write_text("first = ")
    await eventually(lambda: "✗" in capsys.readouterr().err)
    (services / "parcels" / "handler.py").write_text("first = 1")

    assert await eventually(lambda: "✓ parcels runs the saved code" in capsys.readouterr().err)
    assert running.codes == [None, "first = 1"]


async def test_code_that_is_deployed_is_not_laid_over(running, services):
    (services / "parcels" / "handler.py").write_text("import kit.log")
    await asyncio.sleep(0.5)

    assert running.codes == [None]


async def test_a_second_session_for_a_service_is_refused(running):
    running.context.overlays.release(os.getpid())
    running.context.overlays.renew(7, {"parcels": []})

    async with aiohttp.ClientSession() as http:
        with pytest.raises(CommandError) as refused:
            await Lease(running.layout, http).renew({"parcels": []})

    assert str(refused.value) == (
        "Another bulkhead dev (process 7) develops parcels: stop it with Ctrl-C, or name other"
        " services."
    )


async def test_superseded_code_is_laid_over_again_if_it_is_not_deployed(running, services):
    (services / "parcels" / "handler.py").write_text("first = 1")
    await eventually(lambda: running.codes[-1] == "first = 1")
    overlays = running.context.overlays
    [[first]] = [list(lease.services["parcels"]) for lease in overlays._leases.values()]

    overlays.report(PARCELS.id, Report(first.version, State.SUPERSEDED))

    def again():
        [found] = [list(lease.services["parcels"]) for lease in overlays._leases.values()]
        return found and found[0].version != first.version and found[0]

    assert (await eventually(again)).folder == first.folder
