"""What services are told about traces and hops."""

from __future__ import annotations

import dataclasses

import pytest

from components.service.tracing import environment


@pytest.mark.parametrize("percent", [0, 10])
@pytest.mark.parametrize(("hops", "told"), [(16, None), (5, "5")])
def test_a_service_is_told_another_limit_of_hops_than_its_own(platform, percent, hops, told):
    limited = dataclasses.replace(platform, max_hops=hops, trace_percent=percent)

    assert environment(limited).get("MAX_HOPS") == told
