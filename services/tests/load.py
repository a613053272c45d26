"""A constant rate of requests to the shop: one order, then four reads, again and again."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from collections.abc import Generator

    from shop import Shop

REQUESTS_PER_SECOND = 50
READS_PER_ORDER = 4
CONNECTIONS = 32
"""Requests at a time: enough for half a second without an answer."""


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
    load, stop = Load(), threading.Event()
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

    def pace(senders: ThreadPoolExecutor) -> None:
        begun = time.monotonic()
        number = 0
        while not stop.wait(max(0, begun + number / REQUESTS_PER_SECOND - time.monotonic())):
            senders.submit(send, number)
            number += 1

    with ThreadPoolExecutor(CONNECTIONS) as senders:
        pacing = threading.Thread(target=pace, args=[senders])
        pacing.start()
        try:
            yield load
        finally:
            stop.set()
            pacing.join()
            senders.shutdown(cancel_futures=True)
