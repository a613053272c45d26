"""A recorded mock run of every shipped environment passes the offline check."""

import json

import pytest
from google.protobuf import json_format

from ops.policies import public_routes
from policy.environments import configuration

PROVIDER = "pulumi:providers:aws"


def entry(request, urns, provider):
    return {
        "type": request.type,
        "name": request.name,
        "urn": urns[request.type, request.name],
        "props": json_format.MessageToDict(request.object),
        "parent": request.parent,
        "protect": request.protect,
        "provider": {"defaultTags": provider.inputs["defaultTags"]},
        "propertyDependencies": {
            key: [same(urn, urns) for urn in found.urns]
            for key, found in request.propertyDependencies.items()
        },
    }


def same(urn, urns):
    """Return the URN in the recorded run of a resource that mocks have named."""
    return urns.get((urn.split("::")[2].rpartition("$")[2], urn.rpartition("::")[2]), urn)


@pytest.fixture
def record(environment, files):
    """Write a mock run of an environment to a file."""

    def recorded(name):
        run = environment(name)
        [provider] = run.all(PROVIDER)
        requests = run.requests.values()
        urns = {
            (one.type, one.name): f"urn:pulumi:{name}::bulkhead::{one.type}::{one.name}"
            for one in requests
        }
        return files.recorded(*(entry(one, urns, provider) for one in requests))

    return recorded


@pytest.fixture
def configured(catalogue, files):
    """Write the configuration of an environment to a file."""

    def written(name):
        config = configuration(name)
        config["settings"]["exemptions"] += public_routes(catalogue)
        return files.write(config, "settings.json")

    return written


@pytest.mark.parametrize("name", ["local", "dev", "prod"])
def test_a_recorded_run_of_a_shipped_environment_has_nothing_to_fix(
    record, configured, main, name, capsys
):
    words = [str(record(name)), "--settings", str(configured(name)), "--format", "json"]

    code = main(["check", *words])

    report = json.loads(capsys.readouterr().out)
    assert [one["message"] for one in report["findings"] if one["fails"]] == []
    assert code == 0
    assert report["resources"] > 150
    assert report["exemptions"]
