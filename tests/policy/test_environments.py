"""Every shipped environment, whole, against every rule: no violation without an exemption."""

from functools import cache

import pytest

from ops.policies import PUBLIC_ROUTE, public_routes
from policy import environments
from policy.check import settings_file
from policy.check.document import InputError
from policy.engine.evaluate import Evaluator
from policy.engine.resource import Options, Resource
from policy.engine.settings import SETTINGS
from policy.engine.stack import Stack
from policy.engine.values import from_struct
from policy.rules import all_rules
from spec.catalogue import Catalogue, load_catalogue
from stacks import settings
from tests.conftest import ROOT, SERVICES, settings_in, whole

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


def judged(name, recorded, catalogue):
    """Return everything that the rules find in an environment."""
    config = environments.configuration(name)
    config[SETTINGS]["exemptions"] += public_routes(catalogue)
    chosen = settings_file.of_environment(name, config, all_rules())
    stack = as_stack(recorded)
    assert len(stack.resources) > 100
    evaluator = Evaluator(all_rules(), chosen.settings, chosen.rules)
    of_resources = [one for each in stack.resources for one in evaluator.resource(each)]
    return [*of_resources, *evaluator.stack(stack)]


@pytest.fixture(scope="module")
def findings(environment, catalogue):
    """Return everything that the rules find in an environment with the services of the tests."""
    return cache(lambda name: judged(name, environment(name), catalogue))


def together(*catalogues):
    """Return one catalogue with the services and roles of all."""
    services = {name: spec for one in catalogues for name, spec in one.services.items()}
    roles = {name: about for one in catalogues for name, about in one.roles.items()}
    return Catalogue(services, roles)


@pytest.mark.parametrize("name", ["local", "dev", "prod", "gallery"])
def test_the_services_of_the_checkout_keep_every_rule_or_are_exempted(archive, name):
    chosen = settings_in(name)
    services = load_catalogue(settings.services(chosen, ROOT))

    found = judged(name, whole(chosen, services, archive), services)

    assert [one.message for one in found if one.exemption is None] == []


@pytest.mark.parametrize("name", ["local", "prod"])
def test_added_services_of_every_kind_keep_every_rule_without_settings(archive, catalogue, name):
    everything = together(load_catalogue(SERVICES / "shop"), catalogue)

    found = judged(name, whole(settings_in(name), everything, archive), everything)

    assert [one.message for one in found if one.exemption is None] == []


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_an_environment_keeps_every_rule_or_is_exempted(findings, name):
    assert [one.message for one in findings(name) if one.exemption is None] == []


def test_every_exemption_of_the_platform_is_needed_somewhere(findings):
    used = {
        (one.exemption.rule, one.exemption.reason)
        for name in ("local", "dev", "prod")
        for one in findings(name)
    }

    listed = {(one.rule, one.reason) for one in environments.platform_exemptions()}
    assert listed - used == set()


def test_a_public_route_is_exempted_by_its_description_with_its_owner(findings, catalogue):
    described = {
        (route.exemption, spec.owner)
        for spec in catalogue.services.values()
        for route in spec.routes
        if route.exemption
    }

    found = [one.exemption for one in findings("prod") if one.rule.name == PUBLIC_ROUTE]

    assert found
    assert {(one.reason, one.owner) for one in found} <= described
    assert {one.term for one in found} == {"without an end date"}


def test_an_environment_without_settings_of_its_own_has_the_defaults_of_production():
    config = environments.configuration("staging")

    chosen = settings_file.of_environment("staging", config, all_rules())

    assert chosen.settings.production
    assert chosen.settings.exemptions


def test_the_settings_of_an_environment_are_merged_with_the_common_ones(tmp_path):
    (tmp_path / "common.json").write_text(
        '{"required-tags": {"requiredTags": ["a"]}, "settings": {"purposeTag": "for"}}'
    )
    (tmp_path / "dev.json").write_text(
        '{"required-tags": "advisory", "settings": {"production": false}}'
    )

    config = environments.configuration("dev", tmp_path)

    assert config["required-tags"] == "advisory"
    assert config["settings"]["purposeTag"] == "for"
    assert config["settings"]["production"] is False


ENTRY = """
- rule: sqs-encrypted
  type: aws:sqs/queue:Queue
  kind: every queue
  environments: [dev]
  reason: holds nothing but timestamps
  owner: platform
  expires: 2027-01-01
"""


def test_an_exemption_of_the_platform_holds_for_a_type_in_the_environments_it_names(tmp_path):
    file = tmp_path / "exemptions.yaml"
    file.write_text(ENTRY)

    def exemptions(name):
        return environments.configuration(name, tmp_path, file)["settings"]["exemptions"]

    assert exemptions("prod") == []
    assert exemptions("dev") == [
        {
            "rule": "sqs-encrypted",
            "resource": "aws:sqs/queue:Queue::*",
            "reason": "holds nothing but timestamps",
            "owner": "platform",
            "expires": "2027-01-01",
            "mayBeUnused": True,
        }
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ENTRY.replace("2027-01-01", "never"), ":8: 0.expires: Input should be a valid date"),
        (ENTRY.replace("kind: every", "names: orders-*\n  kind: every"), ":4: 0.names: String"),
        (ENTRY.replace("  owner: platform\n", ""), ":2: 0.owner: Field required"),
        ("a: [", ":1: is not valid YAML"),
        ("a: b", ": top level: Input should be a valid list"),
    ],
)
def test_a_mistake_in_the_exemptions_is_reported_with_its_line(tmp_path, text, said):
    file = tmp_path / "exemptions.yaml"
    file.write_text(text)

    with pytest.raises(InputError) as refused:
        environments.platform_exemptions(file)

    assert f"{file}{said}" in str(refused.value)


def test_only_some_environments_have_settings_of_their_own():
    assert environments.has_settings("dev")
    assert not environments.has_settings("staging")


def test_settings_that_are_not_an_object_are_refused(tmp_path):
    (tmp_path / "common.json").write_text("[]")

    with pytest.raises(InputError, match="expected an object of rules"):
        environments.configuration("dev", tmp_path)


def test_an_exemption_from_an_unknown_rule_is_reported(tmp_path):
    file = tmp_path / "exemptions.yaml"
    file.write_text(ENTRY.replace("sqs-encrypted", "sqs-encrypt"))
    config = environments.configuration("dev", tmp_path, file)

    with pytest.raises(InputError, match="there is no rule 'sqs-encrypt': write 'sqs-encrypted'"):
        settings_file.of_environment("dev", config, all_rules())


def test_exemptions_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.yaml: cannot be read"):
        environments.platform_exemptions(tmp_path / "absent.yaml")
