"""What an environment chooses about alarms and traces."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from stacks import settings
from stacks.settings import SettingsError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def raw():
    config = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    return {key.removeprefix("bulkhead:"): value for key, value in config.items()}


def _refused(raw, stack="prod"):
    with pytest.raises(SettingsError) as caught:
        settings.parse(raw, stack)
    return str(caught.value)


def test_alarms_notify_addresses_and_urls(raw):
    raw["alarms"] = {"page": ["https://events.example.com/v2"], "ticket": ["shop@example.com"]}

    chosen = settings.parse(raw, "prod")

    assert chosen.alarms.page == ["https://events.example.com/v2"]
    assert chosen.alarms.ticket == ["shop@example.com"]


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("http://events.example.com", "neither an https:// URL nor a mail address"),
        ("https://", "neither an https:// URL nor a mail address"),
        ("the team", "neither an https:// URL nor a mail address"),
        ("shop@example", "neither an https:// URL nor a mail address"),
    ],
)
def test_an_endpoint_that_sns_cannot_reach_is_refused(raw, endpoint, told):
    raw["alarms"] = {"page": [endpoint]}

    message = _refused(raw)

    assert "bulkhead:alarms.page: found" in message
    assert told in message


def test_an_endpoint_written_twice_is_refused(raw):
    raw["alarms"] = {"ticket": ["shop@example.com", "shop@example.com"]}

    assert "one is written twice" in _refused(raw)


def test_percentages_of_traces_and_hops_are_in_their_range(raw):
    raw["observability"] = {"trace_percent": 101, "index_percent": -1, "max_hops": 0}

    message = _refused(raw)

    assert "bulkhead:observability.trace_percent: found 101" in message
    assert "bulkhead:observability.index_percent: found -1" in message
    assert "bulkhead:observability.max_hops: found 0" in message
