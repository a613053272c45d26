"""Account-level subscription filter policies: which groups they reach, and what is refused."""

from __future__ import annotations

import contextlib
import json
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from localcloud.aws.logs.selection import SelectionError, excluded_groups
from tests.localcloud.aws.control_process import ControlProcess

KIND = "SUBSCRIPTION_FILTER_POLICY"
STREAM = "arn:aws:firehose:eu-west-1:000000000000:deliverystream/archive"
ROLE = "arn:aws:iam::000000000000:role/logs"


@pytest.fixture(scope="module")
def control(tmp_path_factory):
    process = ControlProcess(tmp_path_factory.mktemp("cloud"))
    process.start()
    process.client("firehose").create_delivery_stream(
        DeliveryStreamName="archive",
        ExtendedS3DestinationConfiguration={"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::archive"},
    )
    yield process
    process.stop()


@pytest.fixture
def logs(control):
    client = control.client("logs")
    yield client
    for one in client.describe_account_policies(policyType=KIND)["accountPolicies"]:
        client.delete_account_policy(policyName=one["policyName"], policyType=KIND)


def put(logs, name="archive", excluded=(), kind=KIND, **document):
    given = {"DestinationArn": STREAM, "RoleArn": ROLE, "FilterPattern": "", **document}
    return logs.put_account_policy(
        policyName=name,
        policyType=kind,
        policyDocument=json.dumps(given),
        selectionCriteria=f"LogGroupName NOT IN {json.dumps(list(excluded))}",
    )["accountPolicy"]


def subscribed(control):
    """Return the destinations by log group, as the telemetry process reads them."""
    _, found = control.request("GET", "logs/declared")
    return {
        one["name"]: [each["destinationArn"] for each in one["subscriptionFilters"]]
        for one in found["groups"]
    }


def test_every_group_but_the_excluded_is_subscribed_also_one_that_is_created_later(control, logs):
    before, own, later = (f"/{uuid4()}" for _ in range(3))
    logs.create_log_group(logGroupName=before)
    logs.create_log_group(logGroupName=own)
    made = put(logs, excluded=[own])
    logs.create_log_group(logGroupName=later)

    found = subscribed(control)

    assert (found[before], found[own], found[later]) == ([STREAM], [], [STREAM])
    assert made["selectionCriteria"] == f'LogGroupName NOT IN ["{own}"]'
    logs.delete_account_policy(policyName="archive", policyType=KIND)
    assert subscribed(control)[before] == []


def test_a_group_has_two_filters_of_its_own_beside_the_accounts(control, logs):
    group = f"/{uuid4()}"
    logs.create_log_group(logGroupName=group)
    put(logs)
    for name in ("a", "b"):
        logs.put_subscription_filter(
            logGroupName=group, filterName=name, filterPattern="", destinationArn=STREAM
        )

    with pytest.raises(ClientError, match="LimitExceeded"):
        logs.put_subscription_filter(
            logGroupName=group, filterName="c", filterPattern="", destinationArn=STREAM
        )

    assert subscribed(control)[group] == [STREAM] * 3
    assert len(logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]) == 2


def test_the_policy_outlives_a_kill_of_the_control_plane(control, logs):
    put(logs, excluded=["/own"])

    control.restart_after_kill()

    [found] = logs.describe_account_policies(policyType=KIND)["accountPolicies"]
    assert (found["policyName"], found["scope"]) == ("archive", "ALL")
    assert found["selectionCriteria"] == 'LogGroupName NOT IN ["/own"]'


def test_an_account_has_one_policy_which_can_be_changed(logs):
    put(logs)
    put(logs, FilterPattern="ERROR")

    with pytest.raises(ClientError, match="LimitExceeded"):
        put(logs, name="second")

    [found] = logs.describe_account_policies(policyType=KIND)["accountPolicies"]
    assert json.loads(found["policyDocument"])["FilterPattern"] == "ERROR"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"FilterPattern": "[a"}, "Invalid policyDocument: it has a FilterPattern"),
        ({"DestinationArn": "arn:aws:sqs:eu-west-1:000000000000:q"}, "needs DestinationArn"),
        ({"DestinationArn": f"{STREAM}2"}, "Could not deliver test message"),
        ({"RoleArn": ""}, "needs RoleArn"),
        ({"Distribution": "Evenly"}, "has the Distribution 'Evenly'"),
        ({"Pattern": "x"}, "has the member 'Pattern'"),
        ({"kind": "FIELD_INDEX_POLICY"}, "FIELD_INDEX_POLICY is not available"),
    ],
)
def test_what_is_not_served_is_refused_by_name(logs, given, message):
    with pytest.raises(ClientError, match=message):
        put(logs, **given)


@pytest.mark.parametrize("criteria", ['LogGroupName IN ["a"]', "LogGroupName NOT IN [1]", "x"])
def test_another_selection_is_refused(logs, criteria):
    with pytest.raises(ClientError, match="write LogGroupName NOT IN"):
        logs.put_account_policy(
            policyName="archive",
            policyType=KIND,
            policyDocument=json.dumps({"DestinationArn": STREAM, "RoleArn": ROLE}),
            selectionCriteria=criteria,
        )


def test_a_policy_that_is_not_there_is_not_found(logs):
    with pytest.raises(ClientError, match="ResourceNotFound"):
        logs.delete_account_policy(policyName="none", policyType=KIND)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        logs.describe_account_policies(policyType=KIND, policyName="none")


@given(st.lists(st.text(), max_size=5))
def test_the_names_of_a_selection_are_read_as_written(names):
    assert excluded_groups(f"LogGroupName  NOT IN {json.dumps(names)} ") == set(names)


@given(st.text())
def test_any_other_text_is_read_or_refused(text):
    with contextlib.suppress(SelectionError):
        assert excluded_groups(text) == frozenset()
