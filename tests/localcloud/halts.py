"""The two ways in which a service does not run on this machine, for parametrized tests."""

import pytest

from localcloud import off, stopped
from localcloud.stopped import ROLLOUT_REASON, Stopped

NEEDS = "off: needs mariadb: run bulkhead engines add mariadb"


def stop(layout, *services):
    """Stop exactly *services*."""
    stopped.write(layout, Stopped(frozenset(services)))


def turn_off(layout, *services):
    """Turn off exactly *services*."""
    off.write(layout, dict.fromkeys(services, NEEDS))


HALTS = [
    pytest.param(
        stop,
        ROLLOUT_REASON,
        "The service orders is stopped on this machine. Start it with: bulkhead up",
        id="stopped",
    ),
    pytest.param(turn_off, NEEDS, f"The service orders is {NEEDS}", id="off"),
]
"""Each with the rollout reason and the message of the service `orders`."""
