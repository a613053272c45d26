"""What the rules on everything that holds data accept and refuse."""

import dataclasses

import pytest

from policy.frame.resource import Options
from policy.frame.settings import Settings
from policy.rules.resilience.stateful import stateful_resource_protected
from policy.testing import messages, resource, unknown


@pytest.mark.parametrize("typ", stateful_resource_protected.types)
def test_stateful_resource_protected(typ):
    loose = resource(typ, "orders", {"name": unknown})
    kept = dataclasses.replace(loose, options=Options(protect=True))
    elsewhere = Settings(production=False)

    assert messages(stateful_resource_protected, kept) == []
    assert messages(stateful_resource_protected, loose, settings=elsewhere) == []
    [said] = messages(stateful_resource_protected, loose)
    assert said.endswith("because it holds data: set protect=True in its ResourceOptions.")


def test_other_resources_need_no_protection():
    group = resource("aws:cloudwatch/logGroup:LogGroup", "orders", {})
    assert messages(stateful_resource_protected, group) == []
