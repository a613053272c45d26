"""Every shipped environment, whole, against every rule: no violation without an exemption."""

import json
from pathlib import Path

import pytest

from policy.frame.evaluate import Evaluator, RuleConfig
from policy.frame.resource import Options, Resource
from policy.frame.rule import Level
from policy.frame.settings import SETTINGS, Settings
from policy.frame.stack import Stack
from policy.frame.values import from_struct
from policy.rules import all_rules

FOLDER = Path(__file__).parents[2] / "policy" / "settings"
PROVIDER = "pulumi:providers:aws"


def urn_of(request):
    """Return the URN that the engine would give, as far as rules and exemptions look at it."""
    parent_types = request.parent.split("::")[2] + "$" if "$" in request.parent else ""
    return f"urn:pulumi:env::bulkhead::{parent_types}{request.type}::{request.name}"


def as_stack(recorded):
    """Return what was registered as the stack that the engine would show to the rules."""
    [provider] = recorded.all(PROVIDER)
    inputs = {key: provider.inputs[key] for key in ("defaultTags", "region")}
    mocked = {}
    resources, dependencies = [], {}
    for request in recorded.requests.values():
        urn = urn_of(request)
        mocked[request.type, request.name] = urn
        props = from_struct(request.object)
        options = Options(request.protect, tuple(request.ignoreChanges), request.parent)
        made_by = request.provider.rpartition("::")[0].rpartition("::")[2]
        resources.append(
            Resource(request.type, request.name, urn, props, inputs, options, provider_name=made_by)
        )
    for request in recorded.requests.values():
        dependencies[urn_of(request)] = {
            name: [_same(other, mocked) for other in found.urns]
            for name, found in request.propertyDependencies.items()
        }
    return Stack(resources, dependencies)


def _same(urn, mocked):
    """Return the URN in our stack of a resource that mocks have named."""
    typ, name = urn.split("::")[2].rpartition("$")[2], urn.rpartition("::")[2]
    return mocked.get((typ, name), urn)


def configuration(name):
    config = json.loads((FOLDER / f"{name}.json").read_text())
    settings = Settings.model_validate(config.pop(SETTINGS))
    rules = {
        rule: RuleConfig(
            Level(one["enforcementLevel"]) if "enforcementLevel" in one else None,
            {key: value for key, value in one.items() if key != "enforcementLevel"},
        )
        for rule, one in config.items()
    }
    return settings, rules


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_a_shipped_environment_keeps_every_rule_or_is_exempted(environment, name):
    settings, configured = configuration(name)
    stack = as_stack(environment(name))
    evaluator = Evaluator(all_rules(), settings, configured)

    found = [one for resource in stack.resources for one in evaluator.resource(resource)]
    found += evaluator.stack(stack)

    assert len(stack.resources) > 150
    assert [one.message for one in found if one.exemption is None] == []


def test_every_environment_has_a_settings_file_and_names_only_rules_that_exist():
    known = {SETTINGS, *(rule.name for rule in all_rules())}
    environments = {
        path.stem.removeprefix("Pulumi.") for path in FOLDER.parents[1].glob("Pulumi.*.yaml")
    }

    assert {path.stem for path in FOLDER.glob("*.json")} == environments
    for name in environments:
        settings, configured = configuration(name)
        assert known.issuperset(configured)
        assert known.issuperset(one.rule for one in settings.exemptions)
