"""Sends the measurements of a process to the telemetry process every ten seconds."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp
import urllib3

from localcloud.measurements import MEASUREMENTS
from localcloud.ports import HOST, claim
from localcloud.run_key import HEADER, run_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from localcloud.layout import Layout
    from localcloud.measurements import Measurement, Measurements

    Gauge = Callable[[Measurements], None]
    """Adds what is measured rather than counted, such as the messages of a queue."""

_LOG = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
TIMEOUT_SECONDS = 5.0
STOP_SECONDS = 2.0
PATH = "/intake/metrics"


async def send_measurements(
    layout: Layout,
    http: aiohttp.ClientSession,
    measurements: Measurements = MEASUREMENTS,
    every_seconds: float = EVERY_SECONDS,
    gauges: Sequence[Gauge] = (),
) -> None:
    """Send until cancelled; what cannot be sent is kept.

    Before each time, *gauges* add what is measured rather than counted.
    """
    url = f"http://{HOST}:{claim(layout, 'telemetry')}{PATH}"
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    while True:
        await asyncio.sleep(every_seconds)
        _measure(gauges, measurements)
        taken = measurements.take()
        if not taken:
            continue
        try:
            async with http.put(
                url, data=_body(taken), headers=_headers(layout), timeout=timeout
            ) as answer:
                _judge(answer.status, taken, measurements)
        except (aiohttp.ClientError, TimeoutError, OSError):
            measurements.put_back(taken)


class SenderThread:
    """Sends the measurements of a process without an event loop."""

    def __init__(
        self,
        layout: Layout,
        measurements: Measurements = MEASUREMENTS,
        every_seconds: float = EVERY_SECONDS,
        gauges: Sequence[Gauge] = (),
    ) -> None:
        """Start the thread; before each time, *gauges* add what is measured."""
        self._layout, self._measurements = layout, measurements
        self._every_seconds, self._gauges = every_seconds, gauges
        self._stopped = threading.Event()
        self._pool = urllib3.HTTPConnectionPool(
            HOST, claim(layout, "telemetry"), timeout=TIMEOUT_SECONDS, retries=False
        )
        self._thread = threading.Thread(target=self._run, name="measurements", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what waits, and end the thread; leave it behind if its last request lasts."""
        self._stopped.set()
        self._thread.join(STOP_SECONDS)
        self._pool.close()

    def _run(self) -> None:
        while not self._stopped.wait(self._every_seconds):
            _measure(self._gauges, self._measurements)
            self._send()
        self._send()

    def _send(self) -> None:
        taken = self._measurements.take()
        if not taken:
            return
        try:
            answer = self._pool.request(
                "PUT", PATH, body=_body(taken), headers=_headers(self._layout)
            )
            _judge(answer.status, taken, self._measurements)
        except urllib3.exceptions.HTTPError:
            self._measurements.put_back(taken)


def _measure(gauges: Sequence[Gauge], measurements: Measurements) -> None:
    for gauge in gauges:
        try:
            gauge(measurements)
        except Exception:  # noqa: BLE001 - the others are measured, whatever it was
            _LOG.exception("%s failed", gauge)


def _judge(status: int, taken: list[Measurement], measurements: Measurements) -> None:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        measurements.put_back(taken)
    elif status >= HTTPStatus.BAD_REQUEST:
        _LOG.error("the telemetry process refused %s metrics: HTTP %s", len(taken), status)


def _body(taken: list[Measurement]) -> bytes:
    return json.dumps([one.as_json() for one in taken]).encode()


def _headers(layout: Layout) -> dict[str, str]:
    return {HEADER: run_key(layout), "Content-Type": "application/json"}
