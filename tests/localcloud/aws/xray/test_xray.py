"""Groups, rules and settings of X-Ray: what is kept, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.aws.control_process import ControlProcess

RULE = {
    **dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host"), "*"),
    **dict.fromkeys(("HTTPMethod", "URLPath"), "*"),
    "Priority": 100,
    "FixedRate": 0.25,
    "ReservoirSize": 3,
    "Version": 1,
}
CLIENT = "0123456789abcdef01234567"


@pytest.fixture
def xray(cloud):
    return cloud.client("xray")


def index(percent):
    return {"Name": "Default", "Rule": {"Probabilistic": {"DesiredSamplingPercentage": percent}}}


def test_transaction_search_is_what_was_last_set(cloud, xray):
    xray.update_trace_segment_destination(Destination="CloudWatchLogs")
    xray.update_indexing_rule(**index(7))

    destination = xray.get_trace_segment_destination()
    [rule] = xray.get_indexing_rules()["IndexingRules"]
    _, body = cloud.request("GET", "xray/declared")
    declared = body["eu-west-1"]

    assert (destination["Destination"], destination["Status"]) == ("CloudWatchLogs", "ACTIVE")
    assert rule["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] == 7
    assert (declared["destination"], declared["indexPercent"]) == ("CloudWatchLogs", 7)


def test_a_group_is_found_by_name_and_arn_until_it_is_deleted(xray):
    made = xray.create_group(GroupName="slow", FilterExpression="duration > 1")["Group"]

    [found] = [one for one in xray.get_groups()["Groups"] if one["GroupName"] == "slow"]
    xray.update_group(GroupName="slow", FilterExpression="fault")
    changed = xray.get_group(GroupARN=made["GroupARN"])["Group"]
    xray.delete_group(GroupARN=made["GroupARN"])

    assert found == made
    assert changed == {**made, "FilterExpression": "fault"}
    assert [one["GroupName"] for one in xray.get_groups()["Groups"]] == ["Default"]


def test_an_sdk_with_a_remote_sampler_gets_the_rate_and_reservoir_of_its_rule(xray):
    xray.create_sampling_rule(SamplingRule={**RULE, "RuleName": "orders"})
    counted = {"ClientID": CLIENT, "Timestamp": dt.datetime.now(dt.UTC)}
    documents = [
        {**counted, "RuleName": name, "RequestCount": 9, "SampledCount": 3}
        for name in ("orders", "gone")
    ]

    found = xray.get_sampling_targets(SamplingStatisticsDocuments=documents)

    [target] = found["SamplingTargetDocuments"]
    assert (target["FixedRate"], target["ReservoirQuota"]) == (0.25, 3)
    assert [one["RuleName"] for one in found["UnprocessedStatistics"]] == ["gone"]


@pytest.mark.parametrize(
    ("operation", "parameters", "reason"),
    [
        ("update_indexing_rule", index(101), "from 0 to 100"),
        ("update_indexing_rule", {**index(1), "Name": "mine"}, "named Default"),
        ("create_group", {"GroupName": "Default"}, "exists already"),
        ("create_group", {"GroupName": "x", "FilterExpression": "fault AND"}, "a keyword"),
        (
            "create_group",
            {"GroupName": "x", "InsightsConfiguration": {"InsightsEnabled": True}},
            "leave insights off",
        ),
        ("delete_group", {"GroupName": "nobody"}, "does not exist"),
        ("delete_sampling_rule", {"RuleName": "Default"}, "cannot be deleted"),
        (
            "update_sampling_rule",
            {"SamplingRuleUpdate": {"RuleName": "Default", "Host": "a"}},
            "FixedRate and ReservoirSize can change",
        ),
        (
            "create_sampling_rule",
            {"SamplingRule": {**RULE, "RuleName": "a", "ResourceARN": "arn:aws:sqs:::a"}},
            r"ResourceARN must be \*",
        ),
        ("create_sampling_rule", {"SamplingRule": {**RULE, "RuleName": "Default"}}, "no other"),
        ("list_tags_for_resource", {"ResourceARN": "arn:aws:xray:::group/a/b"}, "does not exist"),
    ],
)
def test_a_request_that_x_ray_rejects_says_why(xray, operation, parameters, reason):
    with pytest.raises(ClientError, match=reason):
        getattr(xray, operation)(**parameters)


def test_settings_survive_the_death_of_the_process(tmp_path):
    process = ControlProcess(tmp_path)
    process.start()
    process.client("xray").update_indexing_rule(**index(12))
    process.client("xray").create_group(GroupName="failing", FilterExpression="fault")

    process.kill()
    process.start()

    [rule] = process.client("xray").get_indexing_rules()["IndexingRules"]
    names = [one["GroupName"] for one in process.client("xray").get_groups()["Groups"]]
    process.stop()
    assert rule["Rule"]["Probabilistic"]["DesiredSamplingPercentage"] == 12
    assert names == ["Default", "failing"]
