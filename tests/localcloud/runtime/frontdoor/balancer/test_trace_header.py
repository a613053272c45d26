"""X-Ray's header, as a load balancer passes it on."""

from __future__ import annotations

import re

import pytest

from localcloud.runtime.frontdoor.balancer.headers import (
    forwarded_request_headers,
    trace_header,
)

ID = "1-[0-9a-f]{8}-[0-9a-f]{24}"
ROOT = "Root=1-67891233-abcdef012345678912345678"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("", f"Root={ID}"),
        (ROOT, f"Self={ID};{ROOT}"),
        (f"{ROOT};CalledFrom=app", f"Self={ID};{ROOT};CalledFrom=app"),
        (f"Self=1-2-3;{ROOT}", f"Self={ID};{ROOT}"),
        ("CalledFrom=app", f"Root={ID};CalledFrom=app"),
        (f"{ROOT};a={'b' * 7168}", f"Root={ID}"),
    ],
)
def test_a_root_is_kept_and_the_load_balancer_names_itself(sent, expected):
    assert re.fullmatch(expected, trace_header(sent))


def test_the_traceparent_passes_untouched():
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    sent = [(b"traceparent", trace.encode()), (b"x-amzn-trace-id", ROOT.encode())]

    found = forwarded_request_headers(sent, "127.0.0.1", "http", 80)

    assert found["traceparent"] == trace
    assert found.getall("x-amzn-trace-id")[0].endswith(ROOT)
    assert len(found.getall("x-amzn-trace-id")) == 1
