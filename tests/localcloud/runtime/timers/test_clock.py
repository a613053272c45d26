"""The clock of AWS timers."""

import asyncio
from datetime import UTC, datetime, timedelta

from localcloud.runtime.timers import clock as clock_module
from localcloud.runtime.timers.clock import Clock

START = datetime(2026, 3, 1, tzinfo=UTC)


class Every:
    """Is due each *step*; writes what it did to *log*."""

    def __init__(self, name, step, log, failures=0):
        self.name, self.step, self.log = name, step, log
        self.due = START + step
        self.failures = failures

    def next_due(self):
        return self.due

    async def fire(self, now):
        if self.failures:
            self.failures -= 1
            raise RuntimeError(self.name)
        self.log.append((self.name, now))
        self.due = now + self.step


async def test_every_due_timer_fires_in_order_at_its_own_moment(tmp_path):
    clock, log = Clock(tmp_path / "clock.json", lambda: START), []
    clock.add(Every("slow", timedelta(hours=2), log))
    clock.add(Every("fast", timedelta(hours=1), log))

    now = await clock.advance(timedelta(hours=3, minutes=1))

    hours = [(name, (at - START) / timedelta(hours=1)) for name, at in log]
    assert hours == [("fast", 1), ("slow", 2), ("fast", 2), ("fast", 3)]
    assert now == clock.now() == START + timedelta(hours=3, minutes=1)


async def test_an_advance_stops_after_many_moments_and_goes_on_when_it_is_repeated(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(clock_module, "MAX_MOMENTS", 3)
    clock, log = Clock(tmp_path / "clock.json", lambda: START), []
    clock.add(Every("minute", timedelta(minutes=1), log))
    target = START + timedelta(minutes=5)

    first = await clock.advance(target - START)
    second = await clock.advance(target - first)

    assert first == START + timedelta(minutes=3)
    assert second == clock.now() == target
    assert [at for _, at in log] == [START + timedelta(minutes=n) for n in range(1, 6)]


async def test_what_was_added_stays_after_a_restart(tmp_path):
    await Clock(tmp_path / "clock.json", lambda: START).advance(timedelta(days=1))

    again = Clock(tmp_path / "clock.json", lambda: START)

    assert again.now() == START + timedelta(days=1)
    (tmp_path / "clock.json").write_text("{")
    assert Clock(tmp_path / "clock.json", lambda: START).now() == START


async def test_a_timer_that_fails_is_tried_again_and_stops_no_other(tmp_path):
    clock, log = Clock(tmp_path / "clock.json"), []
    due = clock.now()
    broken, healthy = (Every(name, timedelta(days=1), log) for name in ("broken", "healthy"))
    broken.due = healthy.due = due
    broken.failures = 1
    clock.add(broken)
    clock.add(healthy)

    running = asyncio.create_task(clock.run())
    async with asyncio.timeout(10):
        while len(log) < 2:
            await asyncio.sleep(0.01)
    running.cancel()

    assert [name for name, _ in log] == ["healthy", "broken"]
