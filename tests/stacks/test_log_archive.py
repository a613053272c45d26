"""Which log groups an environment archives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from stacks import log_archive, settings
from stacks.account import AccountSettings
from stacks.foundation import ProtectionSettings
from stacks.log_archive import LogArchiveUpstream
from stacks.observability import ArchiveScope, ObservabilitySettings
from stacks.settings import SettingsError
from tests.conftest import settings_in, whole

ROOT = Path(__file__).resolve().parents[2]
POLICY = "aws:cloudwatch/logAccountPolicy:LogAccountPolicy"
FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
OWN = "log-archive-failures"


@pytest.mark.parametrize("name", ["local", "prod"])
def test_an_account_is_archived_whole_but_for_the_deliverys_own_group(environment, name):
    made = environment(name)

    [policy] = made.all(POLICY)
    assert policy.inputs["policyName"] == f"{name}-log-archive"
    assert policy.inputs["selectionCriteria"] == f'LogGroupName NOT IN ["{OWN}"]'
    assert json.loads(policy.inputs["policyDocument"]) == {
        "DestinationArn": "arn:aws:test:::log-archive-stream",
        "RoleArn": "arn:aws:test:::log-archive-writer",
        "FilterPattern": "",
        "Distribution": "Random",
    }
    assert made.all(FILTER) == []
    assert made.one(LOGGING, "log-archive-logging").inputs["bucket"] == "log-archive-bucket"


def test_groups_are_archived_each_by_its_own_filter(library, archive):
    made = whole(settings_in("gallery"), library, archive)

    groups = {group.name for group in made.all(GROUP)}
    assert {one.inputs["logGroup"] for one in made.all(FILTER)} == groups - {OWN}
    assert {one.inputs["destinationArn"] for one in made.all(FILTER)} == {
        "arn:aws:test:::log-archive-stream"
    }
    assert made.all(POLICY) == []


def test_without_an_archive_nothing_of_it_exists(environment):
    made = environment("dev")

    assert [r.name for r in made.resources if r.name.startswith("log-archive")] == []
    assert [*made.all(POLICY), *made.all(FILTER), *made.all(STREAM)] == []


def test_an_account_that_another_stack_manages_is_archived_there(build):
    upstream = LogArchiveUpstream(
        account_settings=AccountSettings.EXTERNAL,
        protection=ProtectionSettings(),
        target=None,
        foundation=None,
        logs=None,
    )

    made = build(lambda: log_archive.build(ObservabilitySettings(), upstream))

    assert made.resources == []


@pytest.fixture
def raw():
    config = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    return {key.removeprefix("bulkhead:"): value for key, value in config.items()}


@pytest.mark.parametrize("value", [False, "off"])
def test_off_is_read_however_yaml_reads_it(value):
    assert ObservabilitySettings.model_validate({"archive": value}).archive is ArchiveScope.OFF


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"archive": "all"}, "found 'all'"),
        ({"archive": True}, "write archived log groups: account (every group"),
        ({"archive_days": 0}, "days for which archived log lines are kept"),
        ({"archive_buffer_seconds": 901}, "0 to 900"),
    ],
)
def test_another_value_is_refused_with_what_to_write(raw, given, told):
    raw["observability"] = given

    with pytest.raises(SettingsError) as caught:
        settings.parse(raw, "prod")

    assert told in str(caught.value)
