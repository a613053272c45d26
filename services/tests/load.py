"""A constant rate of requests to the shop: one order, then four reads, again and again."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

from tests.pacing import paced

if TYPE_CHECKING:
    from collections.abc import Generator

    from shop import Shop

REQUESTS_PER_SECOND = 50
READS_PER_ORDER = 4


@dataclass
class Load:
    """What has been requested so far."""

    placed: list[str] = field(default_factory=list[str])
    """IDs of the acknowledged orders."""
    answered: int = 0
    """Successful requests."""
    failed: list[str] = field(default_factory=list[str])


@contextlib.contextmanager
def constant_load(shop: Shop) -> Generator[Load]:
    """Send 50 requests a second during the block."""
    load = Load()
    shop.as_role("customer")

    def send(number: int) -> None:
        try:
            if number % (READS_PER_ORDER + 1) == 0 or not load.placed:
                answer = shop.place()
            elif number % 2:
                answer = shop.order(load.placed[-1])
            else:
                answer = shop.item("lamp")
        except requests.RequestException as error:
            load.failed.append(repr(error))
            return
        if not answer.ok:
            load.failed.append(f"{answer.status_code} {answer.url} {answer.text}")
            return
        load.answered += 1
        if answer.status_code == requests.codes.created:
            load.placed.append(answer.json()["id"])

    with paced(send, REQUESTS_PER_SECOND):
        yield load
