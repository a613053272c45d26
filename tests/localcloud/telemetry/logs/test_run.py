"""What follows the declared groups: retention, and what is deleted takes its events along."""

from __future__ import annotations

import asyncio

import pytest

from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.logs import LogEvent, LogQuery
from localcloud.telemetry.logs.declared import Group
from localcloud.telemetry.logs.run import DAY, RETENTION_EVERY_SECONDS, Logs

REGION = "eu-west-1"
NOW = 1_800_000_000
AGES = (0, 2, 8)
"""Ages of the events of each group in days."""


class Ticks:
    """Changes that are over after one hour without a change."""

    def __init__(self):
        self.asked = []

    async def watch(self, *services, every_seconds):
        self.asked.append((services, every_seconds))
        for changed in (frozenset(services), frozenset()):
            yield changed


def group(retention_days, *streams):
    return Group(created=0, retention_days=retention_days, streams=dict.fromkeys(streams, 0))


@pytest.fixture
def run(layout):
    """Run a function of a context and its logs, with old events of three groups."""

    def with_logs(act):
        async def main():
            async with telemetry_context(layout) as context:
                logs = Logs(context)
                for name in ("/short", "/long", "/ever"):
                    events = [
                        LogEvent((NOW - age * 86_400) * 1000, f"{name} {age}", NOW) for age in AGES
                    ]
                    context.logs.append("1", REGION, name, "s", events)
                logs.declared.groups = {
                    (REGION, "/short"): group(1, "s"),
                    (REGION, "/long"): group(7, "s"),
                    (REGION, "/ever"): group(None, "s"),
                }
                found = act(context, logs)
                return await found if asyncio.iscoroutine(found) else found

        return asyncio.run(main())

    return with_logs


def lines(context):
    return sorted(event.message for event in context.logs.search(LogQuery()))


def test_events_older_than_the_retention_of_their_group_go_and_others_stay(run):
    def act(context, logs):
        logs.apply(NOW)
        today = lines(context)
        logs.apply(NOW + DAY // 1000 + 1)
        return today, lines(context)

    today, tomorrow = run(act)

    assert today == ["/ever 0", "/ever 2", "/ever 8", "/long 0", "/long 2", "/short 0"]
    assert tomorrow == ["/ever 0", "/ever 2", "/ever 8", "/long 0", "/long 2"]


def test_retention_is_applied_every_hour_without_any_change(run, monkeypatch):
    applied = []

    async def act(context, logs):
        async def known():
            pass

        context.changes = ticks = Ticks()
        monkeypatch.setattr(logs.declared, "refresh", known)
        monkeypatch.setattr(logs, "apply", lambda: applied.append(1))
        await logs.follow()
        return ticks.asked

    [(services, seconds)] = run(act)

    assert (services, seconds) == (("logs",), RETENTION_EVERY_SECONDS)
    assert len(applied) == 2


def test_a_deleted_group_and_a_deleted_stream_take_their_events_along(run):
    def act(context, logs):
        del logs.declared.groups[REGION, "/short"]
        logs.declared.groups[REGION, "/long"] = group(None)
        logs.apply(NOW)
        return lines(context)

    assert run(act) == ["/ever 0", "/ever 2", "/ever 8"]
