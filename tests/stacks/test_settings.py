"""How an environment's settings are read, and how mistakes in them are told."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

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


def test_the_shipped_settings_are_read(raw):
    chosen = settings.parse(raw, "prod")

    assert chosen.network.zones == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    assert chosen.default_tags == {
        "service": "platform",
        "environment": "prod",
        "owner": "platform",
        "cost-centre": "2000",
    }


def test_an_unknown_setting_is_refused_with_the_one_that_was_meant(raw):
    raw["network"] = {**raw["network"], "zone": ["eu-west-1a"]}

    message = _refused(raw)

    assert "bulkhead:network.zone: is not a setting; write zones, or one of cidr, zones" in message


def test_a_setting_that_resembles_none_is_refused_with_all_that_exist(raw):
    raw["colour"] = "blue"

    assert "bulkhead:colour: is not a setting; write one of environment, account," in _refused(raw)


def test_all_mistakes_are_told_at_once_with_path_found_and_what_to_write(raw):
    del raw["region"]
    raw["account"] = "12"
    raw["database"] = {"backup_days": 1}
    raw["logs"] = {"retention_days": 13}

    message = _refused(raw)

    assert message.startswith("Pulumi.prod.yaml cannot be used:\n")
    assert "bulkhead:region: is missing, write an AWS region such as eu-west-1" in message
    assert "bulkhead:account: found '12'" in message
    assert "bulkhead:database.backup_days: found 1" in message
    assert "write retention of database backups in days, 7 to 35" in message
    assert "bulkhead:logs.retention_days: found 13 (13 is not offered by CloudWatch" in message


@pytest.mark.parametrize(
    ("network", "told"),
    [
        ({"cidr": "10.0.0.0/8"}, "use a prefix from /16 to /24"),
        ({"cidr": "ten"}, "bulkhead:network.cidr: found 'ten'"),
        ({"zones": ["eu-west-1a"]}, "name 2 to 4 availability zones"),
        ({"zones": ["us-east-1a", "us-east-1b"]}, "write zones of eu-west-1"),
        ({"flow_log_days": 30}, "30 is not one of 365, 400, 545, 731"),
        ({"flow_log_days": 366}, "366 is not one of 365, 400, 545, 731"),
        ({"zones": ["eu-west-1", "eu-west-1a"]}, "names eu-west-1: write zones of eu-west-1"),
    ],
)
def test_a_network_that_cannot_be_is_refused(raw, network, told):
    raw["network"] = {**raw["network"], **network}

    assert told in _refused(raw)


def test_a_health_check_that_is_asked_again_before_it_is_answered_is_refused(raw):
    raw["routing"] = {"health_check_interval_seconds": 5}

    message = _refused(raw)

    assert message.endswith(
        "  bulkhead:routing.health_check_timeout_seconds is 5: write less than"
        " health_check_interval_seconds, which is 5"
    )


@pytest.mark.parametrize("name", ["Prod", "prod-", "pro--d", "production-eu1"])
def test_an_environment_whose_name_aws_could_not_take_is_refused(raw, name):
    raw["environment"] = name

    assert f"bulkhead:environment: found '{name}'" in _refused(raw, stack=name)


@pytest.mark.parametrize("value", ["", "R&D", "a" * 257])
def test_a_tag_that_aws_could_not_take_is_refused(raw, value):
    raw["tags"] = {**raw["tags"], "cost_centre": value}

    assert "bulkhead:tags.cost_centre: found" in _refused(raw)


def test_task_counts_that_contradict_each_other_are_refused(raw):
    raw["compute"] = {"min_tasks": 5, "max_tasks": 2}

    assert "max_tasks is below min_tasks" in _refused(raw)


def test_old_names_of_settings_are_accepted_with_a_warning(raw, monkeypatch):
    warnings = []
    monkeypatch.setattr(pulumi.log, "warn", warnings.append)
    raw["compute"] = {"fewest_tasks": 3, "most_tasks": 9}
    raw["routing"] = {"healthy_after": 4, "unhealthy_after": 5}

    chosen = settings.parse(raw, "prod")

    assert (chosen.compute.min_tasks, chosen.compute.max_tasks) == (3, 9)
    assert (chosen.routing.healthy_threshold, chosen.routing.unhealthy_threshold) == (4, 5)
    assert warnings == [
        "The setting fewest_tasks is deprecated: write min_tasks.",
        "The setting most_tasks is deprecated: write max_tasks.",
        "The setting healthy_after is deprecated: write healthy_threshold.",
        "The setting unhealthy_after is deprecated: write unhealthy_threshold.",
    ]


def test_an_old_and_a_new_name_of_one_setting_are_refused(raw):
    raw["compute"] = {"fewest_tasks": 3, "min_tasks": 3}

    assert "fewest_tasks is the old name of min_tasks: remove fewest_tasks" in _refused(raw)


def test_a_part_that_is_no_group_is_refused(raw):
    raw["network"] = "10.0.0.0/16"

    assert "bulkhead:network: found '10.0.0.0/16'" in _refused(raw)


def test_a_zone_that_is_no_text_is_refused_by_its_list(raw):
    raw["network"] = {**raw["network"], "zones": [1, "eu-west-1b"]}

    assert "bulkhead:network.zones.0: found 1" in _refused(raw)


def test_the_settings_of_another_stack_are_refused(raw):
    message = _refused(raw, stack="dev")

    assert "bulkhead:environment: found 'prod', write 'dev'" in message


def test_the_stack_local_is_refused_a_real_account(raw):
    raw |= {"environment": "local", "account": "123456789012"}

    message = _refused(raw, stack="local")

    assert "bulkhead:account: found '123456789012', write '000000000000'" in message
    assert "the stack local never reaches an account" in message


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_stack_of_an_account_is_refused_the_laptop(raw, stack):
    raw |= {"environment": stack, "account": "000000000000"}

    assert f"write the account of {stack}" in _refused(raw, stack=stack)


@given(days=st.integers())
def test_a_backup_is_kept_for_a_week_to_five_weeks_or_refused(days):
    if 7 <= days <= 35:
        assert settings.DatabaseSettings(backup_days=days).backup_days == days
    else:
        with pytest.raises(ValueError, match="backup_days"):
            settings.DatabaseSettings(backup_days=days)


def test_a_compliance_lock_is_for_environments_that_last(raw):
    raw["backup"] = {"compliance_lock": True}
    lasting = settings.parse(raw, "prod")
    raw["protection"] = {"deletion_protection": False}

    assert lasting.backup.compliance_lock
    assert "nobody can ever remove such a lock" in _refused(raw)


def test_copies_of_backups_go_to_another_region(raw):
    raw["backup"] = {"copy_region": raw["region"]}

    assert "the environment's own: write another Region" in _refused(raw)


def test_a_compliance_lock_is_refused_on_a_laptop(raw):
    raw |= {"environment": "local", "account": settings.LOCAL_ACCOUNT}
    raw["backup"] = {"compliance_lock": True}

    assert "backup.compliance_lock is true: remove it" in _refused(raw, "local")


def test_zones_named_twice_are_refused(raw):
    raw["network"] = {**raw["network"], "zones": ["eu-west-1a", "eu-west-1a"]}

    assert "name each availability zone once" in _refused(raw)


def test_traffic_may_be_recorded_for_longer_than_a_year(raw):
    raw["network"] = {**raw["network"], "flow_log_days": 400}

    assert settings.parse(raw, "prod").network.flow_log_days == 400


def test_a_folder_of_services_that_does_not_exist_is_refused(raw, tmp_path):
    (tmp_path / "services").mkdir()

    assert settings.services(settings.parse(raw, "prod"), tmp_path) == tmp_path / "services"
    with pytest.raises(SettingsError) as refused:
        settings.services(settings.parse({**raw, "services": "servces"}, "prod"), tmp_path)
    assert (
        "bulkhead:services: found 'servces' (no such folder), write folder of the services,"
        " relative to Pulumi.yaml"
    ) in str(refused.value)
