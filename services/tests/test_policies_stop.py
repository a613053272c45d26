"""Violations of each rule fail a preview and an `up` on the real engine."""

from pathlib import Path

import bad_shop
import pytest

pytestmark = pytest.mark.integration

START = 'if __name__ == "__main__":\n'


def break_it(checkout, how):
    """Let the program of *checkout* first call the function *how* of bad_shop."""
    checkout.add("bad_shop.py", Path(bad_shop.__file__).read_text())
    checkout.edit("__main__.py", START, f"{START}    import bad_shop\n    bad_shop.{how}()\n")


@pytest.fixture(scope="module")
def refused(shop, copied):
    """Preview a shop that violates every rule."""
    break_it(copied, "break_everything")
    done = shop.bulkhead("preview", "local", root=copied.root, check=False)
    copied.restore()
    return done


@pytest.mark.parametrize("rule", bad_shop.BREAKAGES)
def test_a_rule_stops_the_preview_of_a_shop_that_breaks_it(refused, rule):
    assert refused.returncode == 1
    assert "Policies stopped the run:" in refused.stderr
    assert f"\n  {rule} (" in refused.stderr


def test_a_mandatory_rule_stops_an_up_before_the_resource_is_made(shop, checkout):
    break_it(checkout, "add_a_queue_in_clear_text")

    stopped = shop.bulkhead("up", root=checkout.root, check=False)

    assert stopped.returncode == 1
    assert "sqs-encrypted (bad): " in stopped.stderr
    queues = shop.aws("sqs").list_queues()["QueueUrls"]
    groups = shop.aws("logs").describe_log_groups()["logGroups"]
    assert not [url for url in queues if "-bad-" in url]
    assert not [one for one in groups if "bad" in one["logGroupName"]]
    assert "unchanged" in shop.bulkhead("up").stderr
