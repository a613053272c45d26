"""What the local cloud's own processes report."""

from __future__ import annotations

import asyncio
import json
import time

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localcloud.measurements import Measurement, Measurements
from localcloud.ports import HOST, claim
from localcloud.run_key import HEADER, run_key
from localcloud.telemetry.context import telemetry_context
from localcloud.telemetry.metrics import run as metrics
from localcloud.telemetry.metrics.intake import parsed
from localcloud.telemetry.metrics.values import InvalidMetricError
from localcloud.telemetry.server import serving

NOW = 1_800_000_000
GOOD = {
    "namespace": "AWS/SQS",
    "name": "NumberOfMessagesSent",
    "dimensions": {"QueueName": "orders"},
    "unit": "Count",
    "time": NOW,
    "values": [[1.0, 3.0]],
}


def body(*entries):
    return json.dumps(list(entries)).encode()


@given(
    st.builds(
        Measurement,
        namespace=st.just("AWS/SQS"),
        name=st.just("Sent"),
        dimensions=st.just((("QueueName", "orders"),)),
        unit=st.just("Count"),
        time=st.integers(NOW - 86_400, NOW).map(lambda at: at // 60 * 60),
        values=st.dictionaries(st.floats(0, 1e9), st.floats(1, 1e6), min_size=1),
    )
)
def test_what_is_sent_is_what_arrives(measurement):
    assert parsed(body(measurement.as_json()), NOW) == [measurement]


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"{", "is not JSON"),
        (b"{}", "is not a list"),
        (body(1), "metric 0: "),
        (body(GOOD, {**GOOD, "unit": "Pieces"}), "metric 1: 'Pieces' is not a unit"),
        (body({k: v for k, v in GOOD.items() if k != "name"}), "metric 0: 'name' is missing"),
        (body({**GOOD, "values": [[1, 2, 3]]}), "metric 0: "),
        (body({**GOOD, "values": [[float("nan"), 1]]}), "outside of"),
        (body({**GOOD, "values": [[1, -1]]}), "above 0"),
        (body({**GOOD, "values": None}), "metric 0: "),
        (body({**GOOD, "time": "soon"}), "metric 0: "),
        (body({**GOOD, "dimensions": {"a": 1}}), "value of the dimension 'a'"),
        (body({**GOOD, "namespace": ":x"}), "is not a namespace"),
    ],
)
def test_a_malformed_report_is_refused_with_the_reason(sent, reason):
    with pytest.raises(InvalidMetricError, match=reason):
        parsed(sent, NOW)


def test_minutes_from_before_a_long_sleep_are_left_out():
    old = {**GOOD, "time": NOW - 15 * 86_400}

    assert len(parsed(body(old, GOOD), NOW)) == 1


def test_a_report_is_in_the_store_after_the_answer(layout):
    measurements = Measurements()
    measurements.add("AWS/SQS", "NumberOfMessagesSent", dimensions={"QueueName": "orders"})
    sent = json.dumps([one.as_json() for one in measurements.take()])

    async def work():
        async with telemetry_context(layout) as context:
            metrics.install(context)
            url = f"http://{HOST}:{claim(layout, 'telemetry')}/intake/metrics"
            key = {HEADER: run_key(layout)}
            async with serving(context), aiohttp.ClientSession() as http:
                statuses = []
                for data, headers in ((sent, key), (sent, {}), ("nothing", key)):
                    async with http.put(url, data=data, headers=headers) as answer:
                        statuses.append(answer.status)
            now = int(time.time())
            found = context.metrics.series(
                "AWS/SQS", "NumberOfMessagesSent", {"QueueName": "orders"}, now - 120, now + 60, 60
            )
            return statuses, sum(one.total for one in found)

    assert asyncio.run(work()) == ([200, 403, 400], 1)
