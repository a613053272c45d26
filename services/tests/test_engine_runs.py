"""Runs of the engine: what they change in the shop, and what they do not."""

import os
import re
import signal

import inventory
import pytest
from shop import engine_of, read_until, start

pytestmark = pytest.mark.integration

RETENTION = "logs: {retention_days: 1}"
FLOW_LOG_DAYS = 365  # flow logs are kept longer than other logs


def summary(done):
    """Return the summary of an `up` as numbers: {"created": 3, "unchanged": 180}."""
    [line] = [line for line in done.stderr.splitlines() if "Resources:" in line]
    return {what: int(count) for count, what in re.findall(r"(\d+) (\w+)", line)}


def retentions(shop):
    groups = shop.aws("logs").describe_log_groups(logGroupNamePrefix="/bulkhead/")["logGroups"]
    return {one["retentionInDays"] for one in groups}


def networks(shop):
    return {one["VpcId"] for one in shop.aws("ec2").describe_vpcs()["Vpcs"]}


def test_up_from_nothing_makes_exactly_one_of_each_resource(shop):
    inventory.assert_exactly_one_of_each(shop.aws, shop.state())


def test_a_second_up_changes_nothing(shop):
    again = shop.bulkhead("up")

    assert summary(again).keys() == {"unchanged"}


def test_a_changed_setting_updates_what_it_is_about_and_nothing_else(shop, checkout):
    checkout.edit("Pulumi.local.yaml", RETENTION, "logs: {retention_days: 3}")

    changed = shop.bulkhead("up", root=checkout.root)
    then = retentions(shop)
    back = shop.bulkhead("up")

    assert summary(changed).keys() == {"updated", "unchanged"}
    assert then == {3, FLOW_LOG_DAYS}
    assert summary(back) == summary(changed)
    assert retentions(shop) == {1, FLOW_LOG_DAYS}


def test_a_property_that_cannot_change_replaces_and_leaves_exactly_one(shop, checkout, as_it_was):
    checkout.edit("Pulumi.local.yaml", "name: shop.test", "name: store.test")

    changed = shop.bulkhead("up", root=checkout.root)
    state = shop.state()
    domains = {one["inputs"].get("domainName") for one in state if "acm/cert" in one["type"]}

    assert summary(changed)["replaced"] >= 1
    assert "shop.store.test" in domains
    inventory.assert_exactly_one_of_each(shop.aws, state)


def test_what_was_removed_behind_the_engines_back_is_found_by_refresh_and_restored(shop):
    queues = shop.aws("sqs").list_queues()["QueueUrls"]
    [queue] = [one for one in queues if "notifications-order-placed-queue" in one]
    alarms = shop.aws("cloudwatch").describe_alarms(AlarmNamePrefix="bulkhead-")["MetricAlarms"]
    alarm = alarms[0]["AlarmName"]
    logs = shop.aws("logs").describe_log_groups(logGroupNamePrefix="/bulkhead/")["logGroups"]
    group = next(one["logGroupName"] for one in logs if "catalog" in one["logGroupName"])
    shop.aws("sqs").delete_queue(QueueUrl=queue)
    shop.aws("cloudwatch").delete_alarms(AlarmNames=[alarm])
    shop.aws("logs").delete_log_group(logGroupName=group)

    refreshed = shop.pulumi("refresh", "--yes")
    missing = {one.get("id") for one in shop.state()}
    restored = shop.bulkhead("up")

    assert "4 deleted" in refreshed.stdout  # and the queue's policy
    assert not missing & {queue, alarm, group}
    assert summary(restored)["created"] == 4
    inventory.assert_exactly_one_of_each(shop.aws, shop.state())
    placed = shop.place()
    assert shop.wait_for_notification(placed.json()["id"])


def test_ctrl_c_ends_an_up_quietly_and_the_next_one_goes_on(shop, checkout):
    checkout.edit("Pulumi.local.yaml", RETENTION, "logs: {retention_days: 5}")
    with start(shop.layout, "up", root=checkout.root) as command:
        said = read_until(command, "Updating")

        engine_of(command)  # it is in the same process group, so it receives Ctrl-C, too
        os.killpg(command.pid, signal.SIGINT)
        said += command.communicate(timeout=60)[0].splitlines(keepends=True)

    assert command.returncode == 130, "".join(said)
    assert "Interrupted. The next run continues from here." in said[-1]
    assert not any("Traceback" in line for line in said)
    assert shop.bulkhead("up").returncode == 0
    assert retentions(shop) == {1, FLOW_LOG_DAYS}


def test_plain_pulumi_works_in_the_environment_that_is_printed(shop):
    preview = shop.pulumi("preview")
    up = shop.pulumi("up", "--yes")

    for done in (preview, up):
        assert "bulkhead@v0.1.0" in done.stdout  # the policy pack
        assert done.stdout.count("[advisory]") == done.stdout.count("(Exempt ") > 0
        assert re.search(r"Resources:\n\s+\d+ unchanged", done.stdout)


def test_settings_of_local_never_reach_an_account(shop, checkout):
    checkout.edit("Pulumi.local.yaml", '"000000000000"', '"222222222222"')

    refused = shop.pulumi("preview", root=checkout.root, check=False)

    assert refused.returncode != 0
    assert "the stack local never reaches an account" in refused.stdout + refused.stderr


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_stack_of_an_account_never_reaches_the_local_cloud(shop, checkout, name):
    before = networks(shop)
    up = ["up", "--yes", "--stack", name]
    shop.pulumi("stack", "init", name, root=checkout.root)

    plain = shop.pulumi(*up, root=checkout.root, check=False)
    with_settings = shop.pulumi(
        *up, "--config-file", f"Pulumi.{name}.yaml", root=checkout.root, check=False
    )
    shop.pulumi(
        "stack", "rm", "--yes", "--force", "--preserve-config", "--stack", name, root=checkout.root
    )
    asked = shop.bulkhead("env", name, check=False)

    assert (plain.returncode, with_settings.returncode) == (1, 1)
    assert "the settings are those of another stack" in plain.stdout
    assert f'takes only the stack "local", this is "{name}"' in with_settings.stdout
    assert asked.returncode == 1
    assert "only 'local' is served by this machine" in asked.stderr
    assert networks(shop) == before


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_a_preview_of_an_account_needs_no_network_and_leaves_nothing(shop, checkout, name):
    nowhere = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:1")
    before = networks(shop)
    shop.bulkhead("build", name)

    seen = shop.bulkhead("preview", name, root=checkout.root, variables=nowhere)

    assert re.search(rf"{name} would have \d{{3}} AWS resources", seen.stdout)
    assert "\nexempt: " in seen.stdout
    assert "\nadvice: " not in seen.stdout
    assert checkout.changes() == ""
    assert networks(shop) == before
    assert name not in shop.pulumi("stack", "ls").stdout
