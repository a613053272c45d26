"""Every channel delivers every event, whichever part is killed meanwhile; its effect comes once."""

import json
import time

import pytest

from tests.integration.messaging.channels import CONSUMERS

pytestmark = pytest.mark.integration

EVENTS = 1000
EVENTS_OF = CONSUMERS["effects"]
STEP = 50
WITHIN_SECONDS = 180
KILLED = {
    "the publisher": lambda channels: channels.kill_programs("producer"),
    "the pollers": lambda channels: channels.kill("workers"),
    "a function": lambda channels: channels.kill_programs("effects"),
    "a container": lambda channels: channels.kill_programs("ledger"),
    "the control plane": lambda channels: channels.kill("control"),
}


def test_nothing_is_lost_and_each_effect_comes_once_whatever_is_killed(channels):
    wanted = {
        consumer: {f"{event}/{number}" for event in events for number in range(EVENTS)}
        for consumer, events in CONSUMERS.items()
    }
    killers = iter(KILLED.items())

    for first in range(0, EVENTS, STEP):
        while not channels.publish(first, STEP):
            time.sleep(0.2)
        if first % (EVENTS // len(KILLED)) == STEP:
            _, kill = next(killers)
            kill(channels)
    assert not list(killers), "not every part was killed"

    deadline = time.monotonic() + WITHIN_SECONDS
    found = {}
    while time.monotonic() < deadline:
        found = {consumer: channels.effects(consumer) for consumer in CONSUMERS}
        if all(wanted[consumer] <= found[consumer].keys() for consumer in CONSUMERS):
            break
        time.sleep(1)
    lost = {one: len(wanted[one] - found[one].keys()) for one in CONSUMERS}
    assert lost == dict.fromkeys(CONSUMERS, 0)
    assert [found[one] for one in CONSUMERS] == [dict.fromkeys(wanted[one], 1) for one in CONSUMERS]


def test_a_message_that_is_no_event_goes_to_the_dead_letters_and_harms_no_other(channels):
    channels.poison()
    assert channels.publish(EVENTS, 1)

    wanted = {f"{event}/{EVENTS}" for event in CONSUMERS["effects"]}
    deadline = time.monotonic() + WITHIN_SECONDS
    letters = set()
    while time.monotonic() < deadline:
        listed = json.loads(channels.bulkhead("dead-letters", "list", "--json"))
        letters = {one["name"] for one in listed if one["name"].endswith(EVENTS_OF)}
        if len(letters) == 5 and wanted <= channels.effects("effects").keys():
            break
        time.sleep(1)
    assert letters == {
        f"{service}-{event}" for service, events in CONSUMERS.items() for event in events
    }
    assert wanted <= channels.effects("effects").keys()
