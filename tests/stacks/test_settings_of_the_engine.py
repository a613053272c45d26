"""Settings as the engine hands them over."""

from __future__ import annotations

from pathlib import Path

import pulumi
import pytest
import yaml

from stacks import settings
from stacks.settings import SettingsError

ROOT = Path(__file__).resolve().parents[2]


def test_the_engine_hands_structured_values_over_as_json(build, monkeypatch):
    text = yaml.safe_load((ROOT / "Pulumi.local.yaml").read_text())["config"]
    config = {
        key: value if isinstance(value, str) else pulumi.runtime.config.json.dumps(value)
        for key, value in text.items()
    }
    config.pop("bulkhead:allow_fault_injection", None)  # which no account may have
    config["aws:skipRegionValidation"] = "true"
    read = []

    def program():
        pulumi.runtime.set_all_config(config)
        monkeypatch.setattr("pulumi.get_stack", lambda: "local")
        read.append(settings.read())
        monkeypatch.setenv(settings.VARIABLE, "examples/services")
        read.append(settings.read())
        config["bulkhead:environment"], config["bulkhead:account"] = "dev", "111111111111"
        pulumi.runtime.set_all_config(config)
        monkeypatch.setattr("pulumi.get_stack", lambda: "dev")
        read.append(settings.read())

    build(program)

    assert read[0].target.local
    assert read[0].compute.max_tasks == 2
    # The variable of this machine's services is for the stack `local` alone.
    assert [one.services for one in read] == ["services", "examples/services", "services"]


@pytest.fixture
def refused_by_the_engine(build, monkeypatch):
    """Read settings as the engine hands them over, and return why they are refused."""

    def refused(config):
        caught = []

        def program():
            pulumi.runtime.set_all_config(config)
            monkeypatch.setattr("pulumi.get_stack", lambda: "local")
            with pytest.raises(SettingsError) as error:
                settings.read()
            caught.append(str(error.value))

        build(program)
        return caught[0]

    return refused


@pytest.mark.parametrize("value", ["{cidr: 10.0.0.0/16}", "[", "{"])
def test_a_value_that_only_begins_like_json_is_refused_by_its_name(refused_by_the_engine, value):
    message = refused_by_the_engine({"bulkhead:network": value})

    assert f"bulkhead:network: found '{value}'" in message


def test_a_misspelt_beginning_of_a_setting_is_not_overlooked(refused_by_the_engine):
    message = refused_by_the_engine({"bulkhed:logs": "{}", "bulkhead:region": "eu-west-1"})

    assert message == (
        "Pulumi.local.yaml cannot be used:\n  bulkhed: is not a group of settings; write bulkhead"
    )
